"""Abuse case -> the tests that try it (later.py: why there is nothing to try yet).

A name stands behind its file here, or behind the folder of other tests.
"""

API, PEOPLE, DESK, RIGHTS = "tests/api", "tests/accounts", "tests/desk", "tests/architecture"
ASSISTANT = "tests/ai_assist"
MODELS = "tests/ai_assist/llm"

TESTS: dict[str, tuple[str, ...]] = {
    # ---- access
    "IDOR-01": (
        "test_idor.py::test_idor_01_no_verb_of_a_stranger_reaches_a_ticket",
        "test_idor.py::test_idor_01_the_owner_and_the_agent_are_let_in",
        f"{RIGHTS}::test_pages",
        f"{RIGHTS}::test_api",
    ),
    "IDOR-03": (
        f"{DESK}::test_somebody_elses_file_cannot_be_taken_along",
        f"{API}::test_files_of_other_tickets_are_not_reached_through_ones_own",
    ),
    "IDOR-04": (f"{DESK}::test_keys_cannot_be_guessed",),  # there is no area of drafts
    "IDOR-05": (
        "test_idor.py::test_idor_05_who_only_reads_changes_nothing_through_the_api",
        "test_idor.py::test_idor_05_who_only_reads_changes_nothing_through_pages",
        "test_idor.py::test_idor_05_who_works_it_may",
        "test_idor.py::test_idor_05_a_merge_opens_no_notes_of_another_department",
    ),
    "IDOR-06": ("test_idor.py::test_idor_06_a_message_is_not_taken_along_by_its_id",),
    "IDOR-07": (
        "test_idor.py::test_idor_07_rights_that_ended_end_in_the_open_tab",
        f"{API}::test_rights_end_with_the_next_request",
        f"{DESK}::test_rights_are_asked_at_every_download",
        "tests/core::test_who_lost_the_department_hears_nothing_more",
    ),
    # ---- internal data
    "LEAK-01": (
        "test_leaks.py::test_leak_01_no_page_shows_the_canary_to_who_is_outside",
        "test_leaks.py::test_leak_01_no_answer_of_the_api_shows_the_canary_to_the_requester",
        "test_leaks.py::test_leak_01_the_canary_was_there_to_be_found",
        "test_leaks.py::test_leak_01_mails_to_the_requester_are_free_of_it",
        "test_leaks.py::test_leak_01_logs_hold_no_texts",
    ),
    "LEAK-02": (
        "test_leaks.py::test_leak_02_searching_the_canary_is_searching_nothing",
        "test_search.py::test_leak_02_a_notes_words_find_nothing_for_who_is_outside",
        "test_search.py::test_leak_02_the_api_says_the_same_of_the_canary_as_of_nonsense",
        "test_search.py::test_leak_02_the_control_who_works_the_ticket_finds_the_note",
        "test_search.py::test_who_only_takes_part_in_a_ticket_of_others_reads_no_note_there",
        "test_search.py::test_the_search_only_reads",
    ),
    "LEAK-04": ("test_leaks.py::test_leak_04_nothing_of_a_ticket_is_kept_by_browsers",),
    "LEAK-06": (
        "test_leaks.py::test_leak_06_the_history_says_only_what_is_public",
        f"{ASSISTANT}::test_leak_06_no_mail_tells_of_suggestions",
    ),
    "LEAK-08": (
        f"{API}::test_people_have_no_hidden_fields",
        f"{API}::test_no_secret_of_a_person_in_any_answer",
    ),
    "LEAK-11": (
        "test_leaks.py::test_leak_11_errors_tell_nothing_of_the_inside",
        "test_leaks.py::test_leak_11_a_failure_inside_shows_its_number_only",
        f"{API}::test_a_database_that_is_away_or_busy",
    ),
    # ---- markup
    "XSS-03": (
        f"{DESK}::test_names_are_cleaned_and_files_lie_under_random_ones",
        f"{DESK}::test_the_header_carries_no_character_of_the_name",
    ),
    "XSS-04": (
        "test_files.py::test_xss_04_ssrf_04_no_drawing_becomes_an_avatar",
        f"{DESK}::test_nothing_but_pictures_is_ever_shown",
    ),
    "XSS-07": (
        "test_markup.py::test_xss_07_markdown_becomes_only_what_is_allowed",
        "test_markup.py::test_xss_07_a_second_cleaning_changes_nothing",
        "test_markup.py::test_xss_07_honest_markdown_is_kept",
    ),
    "XSS-08": (
        "test_xss.py::test_xss_08_no_field_runs_on_any_page",
        "test_xss.py::test_xss_08_parts_that_open_later_run_nothing_either",
        "test_xss.py::test_xss_08_control_the_browser_would_have_told",
    ),
    "XSS-09": ("test_xss.py::test_xss_09_no_parameter_runs",),
    "XSS-10": (
        "test_claims.py::test_xss_10_what_a_browser_calls_itself_reaches_no_mail",
        f"{DESK}::test_names_and_subjects_are_text",
    ),
    "XSS-11": ("test_markup.py::test_xss_07_markdown_becomes_only_what_is_allowed",),
    "XSS-12": ("test_markup.py::test_xss_12_no_picture_is_ever_fetched",),
    "XSS-14": ("test_markup.py::test_xss_07_markdown_becomes_only_what_is_allowed",),
    # ---- other sites
    "CSRF-01": (
        "test_csrf.py::test_csrf_01_02_no_address_takes_a_post_without_the_token",
        "test_csrf.py::test_csrf_01_only_the_own_token_in_the_form_or_header_counts",
        "test_csrf.py::test_csrf_01_reading_changes_nothing",
        f"{API}::test_a_session_is_no_key_to_the_api",
    ),
    "CSRF-02": ("test_csrf.py::test_csrf_01_02_no_address_takes_a_post_without_the_token",),
    "CSRF-03": ("test_csrf.py::test_csrf_03_login_and_logout_need_the_token",),
    "CSRF-04": ("test_csrf.py::test_csrf_04_no_page_is_shared_with_other_sites",),
    "CSRF-05": (
        "test_csrf.py::test_csrf_05_no_answer_can_be_framed_or_run_foreign_scripts",
        "test_csrf.py::test_csrf_05_files_and_pictures_too",
        "test_csrf.py::test_csrf_05_each_page_has_a_nonce_of_its_own",
        "test_csrf.py::test_csrf_05_cookies_are_kept_from_scripts_and_other_sites",
    ),
    "SSRF-01": (
        "test_calls.py::test_ssrf_01_no_step_reaches_the_inside",
        "test_calls.py::test_ssrf_01_control_what_an_admin_allows_is_called",
        "test_calls.py::test_ssrf_01_a_value_does_not_choose_the_server",
        "test_calls.py::test_ssrf_01_such_addresses_are_not_even_published",
        "tests/core::test_no_spelling_of_a_private_address_is_called",
    ),
    "SSRF-02": (
        "test_calls.py::test_ssrf_02_a_name_that_changes_its_mind_gains_nothing",
        "tests/core::test_a_second_answer_of_the_name_server_changes_nothing",
    ),
    "SSRF-03": (
        "test_calls.py::test_ssrf_03_no_step_follows_a_redirect",
        "test_files.py::test_ssrf_03_inj_09_nothing_fetches_addresses_or_reads_xml",
    ),
    "SSRF-04": (
        "test_files.py::test_xss_04_ssrf_04_no_drawing_becomes_an_avatar",
        f"{PEOPLE}::test_what_is_no_picture_is_refused",
    ),
    # ---- mail that leaves
    "MAIL-01": (
        "test_claims.py::test_mail_01_no_door_lets_a_line_into_a_header",
        f"{DESK}::test_no_text_becomes_a_header",
    ),
    "MAIL-12": (
        f"{PEOPLE}::test_nobody_gets_a_session_before_the_address_is_confirmed",
        f"{PEOPLE}::test_a_contact_is_taken_over_by_its_owner",
    ),
    "MAIL-13": (
        f"{DESK}::test_a_flood_of_strangers_costs_few_neutral_mails",
        f"{DESK}::test_receipts_to_one_address_are_capped_and_the_hour_passes",
    ),
    # ---- files
    "FILE-01": (f"{DESK}::test_names_are_cleaned_and_files_lie_under_random_ones",),
    "FILE-02": (
        "test_files.py::test_file_02_names_in_addresses_are_no_paths",
        f"{DESK}::test_the_address_is_no_path",
    ),
    "FILE-03": (
        f"{DESK}::test_files_that_run_are_refused_whatever_they_claim",
        f"{DESK}::test_a_picture_that_is_also_a_script_is_only_a_picture",
    ),
    "FILE-06": (
        "test_files.py::test_file_06_bodies_that_are_too_much",
        f"{API}::test_too_large_files_and_requests",
        "tests/commands::test_declared_length_above_the_limit_is_refused_unread",
        f"{PEOPLE}::test_pictures_with_too_many_pixels_are_refused_before_they_are_decoded",
    ),
    "FILE-07": (f"{PEOPLE}::test_no_place_and_no_camera_stays_in_a_picture",),
    "FILE-09": ("test_files.py::test_file_09_what_a_kill_leaves_behind_is_swept",),
    # ---- injection
    "INJ-01": (
        "test_injection.py::test_inj_01_values_of_the_list_are_checked_or_harmless",
        "test_injection.py::test_inj_01_names_of_columns_are_no_filters",
        "test_injection.py::test_inj_01_other_lists",
        f"{API}::test_lookups_and_columns_are_no_parameters",
    ),
    "INJ-02": (
        "test_injection.py::test_inj_02_stored_words_are_data_when_they_are_used",
        "test_injection.py::test_inj_02_keys_of_fields_are_plain_and_values_are_data",
    ),
    "INJ-03": (
        "test_injection.py::test_inj_03_04_text_is_never_a_template",
        f"{DESK}::test_placeholders_are_a_fixed_list_of_plain_texts",
        f"{DESK}::test_placeholders_are_plain_text_and_run_nothing",
    ),
    "INJ-04": ("test_injection.py::test_inj_03_04_text_is_never_a_template",),
    "INJ-05": (
        "test_desk_doors.py::test_inj_05_no_cell_of_an_export_calculates",
        "test_desk_doors.py::test_inj_05_control_the_words_are_in_the_export",
        f"{DESK}::test_the_export_cannot_calculate_and_is_recorded_itself",
        f"{DESK}::test_the_report_counts_by_department_and_its_cells_do_not_calculate",
    ),
    "INJ-06": (
        "test_patterns.py::test_inj_06_no_text_keeps_the_desk_busy",
        "test_patterns.py::test_inj_06_writing_and_searching_such_texts",
    ),
    "INJ-07": ("test_injection.py::test_inj_07_one_event_is_one_line",),
    "INJ-08": ("test_injection.py::test_inj_08_the_queue_takes_json_only",),
    "INJ-09": ("test_files.py::test_ssrf_03_inj_09_nothing_fetches_addresses_or_reads_xml",),
    "INJ-10": (
        "test_injection.py::test_inj_10_operators_of_the_search_are_words",
        f"{API}::test_search_operators_are_harmless",
    ),
    # ---- accounts
    "AUTH-01": (
        "test_rights.py::test_auth_01_the_profile_takes_its_own_fields_only",
        "test_rights.py::test_auth_01_repeated_and_nested_fields_change_nothing_else",
        f"{PEOPLE}::test_mass_assignment_on_the_sign_up_form",
    ),
    "AUTH-02": (
        "test_rights.py::test_auth_02_a_request_in_the_portal_sets_subject_text_and_place_only",
        f"{API}::test_fields_nobody_sets",
        f"{API}::test_fields_only_agents_set",
    ),
    "AUTH-03": (
        "test_rights.py::test_auth_03_nobody_below_admin_decides_about_people",
        "test_rights.py::test_auth_03_an_admin_may",
        "test_rights.py::test_auth_03_nobody_makes_tokens_for_others_or_stronger_ones",
        "test_rights.py::test_auth_03_a_token_is_never_stronger_than_its_person",
        "test_rights.py::test_auth_03_the_last_admin_stays",
    ),
    "AUTH-05": (
        "tests/core::test_a_stream_ends_with_the_right_to_it",
        f"{PEOPLE}::test_suspension_ends_sessions_and_tokens_at_once",
        f"{PEOPLE}::test_api_tokens_end_with_the_password_unless_they_are_kept",
    ),
    "AUTH-06": (f"{PEOPLE}::test_login_and_logout",),
    "AUTH-07": (
        f"{PEOPLE}::test_a_known_and_an_unknown_address_look_the_same",
        f"{PEOPLE}::test_a_wrong_password_and_an_unknown_address_sound_the_same",
    ),
    "AUTH-09": (f"{PEOPLE}::test_links_in_mails_name_the_installation_whatever_the_request_says",),
    "AUTH-10": (
        f"{PEOPLE}::test_reset_links_that_must_not_work",
        f"{PEOPLE}::test_a_look_alike_address_gets_no_link_of_somebody_else",
        f"{PEOPLE}::test_the_token_of_a_reset_does_not_stay_in_the_address",
    ),
    "AUTH-14": (
        "test_claims.py::test_auth_14_every_way_on_stays_here",
        "test_claims.py::test_auth_14_the_way_on_works_inside",
        f"{PEOPLE}::test_next_stays_on_this_host",
    ),
    "AUTH-15": (
        "test_claims.py::test_auth_15_headers_make_nobody_somebody",
        "test_claims.py::test_auth_15_made_up_addresses_do_not_escape_the_login_limit",
    ),
    "AUTH-16": (
        "test_rights.py::test_auth_16_no_side_door_lets_in_who_waits",
        f"{PEOPLE}::test_people_who_wait_reach_nothing_else",
    ),
    "AUTH-17": (
        "test_rights.py::test_auth_17_a_fresh_installation_has_no_accounts",
        "test_rights.py::test_auth_17_each_installation_makes_a_key_of_its_own",
        "test_rights.py::test_auth_17_a_known_key_is_refused_at_the_start",
        "test_rights.py::test_auth_17_the_passwords_of_tests_are_none_of_the_product",
    ),
    "TOK-01": (
        "test_secrets.py::test_tok_01_a_reading_token_reads_and_nothing_else",
        "test_secrets.py::test_tok_01_a_token_is_no_key_to_the_pages",
        f"{API}::test_a_token_in_the_address_or_body_is_none",
        f"{API}::test_expired_revoked_and_dead_peoples_tokens",
    ),
    "TOK-02": (
        "test_secrets.py::test_tok_02_the_database_holds_only_hashes",
        "test_secrets.py::test_tok_02_a_token_is_shown_once",
        "test_secrets.py::test_tok_02_two_wrong_secrets_cost_the_same_comparison",
    ),
    "TOK-03": (
        "test_secrets.py::test_tok_03_no_secret_is_ever_logged",
        "test_secrets.py::test_tok_03_mails_hold_the_links_and_no_password",
        "test_secrets.py::test_tok_03_the_history_of_a_person_holds_no_secret",
    ),
    # ---- races
    "RACE-01": (
        "test_races.py::test_race_01_of_a_hundred_exactly_one_claims",
        "test_races.py::test_race_01_control_a_read_before_the_save_has_many_winners",
    ),
    "RACE-02": (
        "test_step_races.py::test_race_02_a_step_is_completed_once_by_a_hundred",
        "test_step_races.py::test_race_02_through_two_doors_at_once",
        "test_step_races.py::test_race_02_control_a_look_before_the_save_has_many_winners",
        "test_step_races.py::test_race_02_completion_against_the_clock",
        "test_step_races.py::test_race_02_a_join_lets_one_through",
        "test_step_races.py::test_race_02_no_two_robots_hold_one_task",
    ),
    "RACE-03": ("test_races.py::test_race_03_numbers_are_distinct_and_each_ticket_is_its_requesters",),
    "RACE-04": (
        "test_races.py::test_race_04_the_same_field_from_two_tabs_is_never_overwritten",
        "test_races.py::test_race_04_different_fields_from_two_tabs_are_both_kept",
    ),
    "RACE-05": ("test_races.py::test_race_05_two_tickets_are_not_merged_into_each_other",),
    "RACE-06": ("test_races.py::test_race_06_the_same_new_tag_twenty_times_is_one_row",),
    "RACE-07": (
        "test_races.py::test_race_07_one_key_twenty_times_is_one_ticket_for_each_person",
        f"{API}::test_twenty_at_once_make_one_ticket",
    ),
    "RACE-08": (f"{DESK}::test_killed_between_sending_and_noting_the_repeat_is_the_same_mail",),
    "RACE-09": ("test_races.py::test_race_09_nobody_is_told_before_the_commit_or_of_what_was_undone",),
    "RACE-10": (
        "test_races.py::test_race_10_a_limit_is_kept_by_fifty_at_once",
        "test_races.py::test_race_10_pauses_do_not_empty_an_hours_count",
    ),
    # ---- assistant
    "AI-02": (
        f"{MODELS}::test_what_a_model_is_told_to_write_calls_nobody",
        f"{MODELS}::test_links_lead_nowhere_else",
        f"{MODELS}::test_a_question_and_its_answer",
    ),
    "AI-03": (
        f"{MODELS}::test_internal_words_are_flagged_before_they_go_to_the_requester",
        f"{MODELS}::test_notes_never_reach_a_text_for_the_requester",
        f"{MODELS}::test_requesters_ask_nothing",
    ),
    "AI-04": (
        f"{MODELS}::test_the_prompt_holds_what_the_agent_may_read_and_nothing_else",
        f"{MODELS}::test_data_of_other_requesters_never_leaves_and_never_comes_back",
    ),
    "AI-06": (
        f"{MODELS}::test_ten_clicks_are_one_question",
        f"{MODELS}::test_a_megabyte_of_text_is_cut",
        f"{MODELS}::test_where_the_budget_ends_nobody_is_asked",
        f"{MODELS}::test_a_service_that_is_down_is_left_alone_and_tried_again",
        f"{MODELS}::test_a_stream_without_end_ends_in_time",
        f"{MODELS}::test_failures_are_said_and_nothing_else_happens",
    ),
    "AI-10": (f"{MODELS}::test_what_no_reader_sees_no_model_reads",),
    "SSRF-06": (
        f"{MODELS}::test_a_provider_of_the_inner_network_needs_the_operator",
        f"{MODELS}::test_addresses_that_are_no_providers",
        f"{MODELS}::test_the_key_is_encrypted_kept_and_forgotten_with_the_address",
        f"{MODELS}::test_an_inner_server_is_not_asked_unless_it_is_allowed",
    ),
    "AI-09": (
        f"{ASSISTANT}::test_ai_09_the_history_names_the_model_and_who_accepted",
        f"{ASSISTANT}::test_ai_09_leak_06_no_reader_of_the_requester_says_any_of_it",
    ),
    # ---- steps of workflows: cases of our own
    "STEP-01": (
        "test_steps.py::test_step_01_nobody_takes_a_step_of_others",
        "test_steps.py::test_step_01_who_works_there_may",
        "test_steps.py::test_step_01_a_colleague_does_not_finish_what_somebody_holds",
    ),
    "STEP-02": (
        "test_steps.py::test_step_02_approvals_are_given_by_who_was_asked",
        "test_steps.py::test_step_02_nobody_votes_twice",
    ),
    "STEP-03": ("test_steps.py::test_step_03_fields_that_are_not_asked_are_refused",),
    "STEP-04": ("test_steps.py::test_step_04_steps_are_done_in_their_order",),
    "STEP-05": ("test_steps.py::test_step_05_values_of_people_are_never_templates_or_markup",),
    "STEP-06": ("test_steps.py::test_step_06_names_and_forms_of_steps_are_text_on_every_page",),
    "STEP-07": (
        "test_calls.py::test_step_07_values_put_no_line_into_a_request",
        "test_calls.py::test_step_07_control_an_honest_value_is_sent",
    ),
    "STEP-08": (
        "test_calls.py::test_step_08_a_secret_stays_in_the_call",
        "test_calls.py::test_step_08_values_cannot_ask_for_a_secret",
    ),
    "STEP-09": (
        "test_bombs.py::test_step_09_a_formula_ends_or_is_refused",
        "test_bombs.py::test_step_09_a_formula_in_a_step_ends_in_an_error_that_can_be_repaired",
        "test_bombs.py::test_step_09_conditions_have_an_end",
        "tests/core::test_a_bomb_ends_within_a_tenth_of_a_second",
    ),
    "STEP-10": (
        "test_bombs.py::test_step_10_files_that_blow_up_are_refused",
        "test_bombs.py::test_step_10_definitions_that_are_too_large_or_go_in_circles",
        "test_bombs.py::test_step_10_an_honest_definition_passes",
    ),
    # ---- doors of the desk: cases of our own, each with what honest people get
    "MACRO-01": (
        f"{DESK}::test_a_step_without_right_stops_the_whole",
        f"{DESK}::test_who_sees_runs_and_changes_which",
        f"{DESK}::test_bad_steps_are_refused_with_the_step",
        f"{DESK}::test_a_foreign_macro_and_a_foreign_ticket_are_not_found",
        f"{API}::test_macros_are_listed_and_run",
        f"{DESK}::test_all_steps_are_one_operation_with_one_undo",
    ),
    "BULK-01": (
        f"{DESK}::test_each_row_has_its_own_rights_and_reason",
        f"{DESK}::test_who_lost_the_rights_in_the_meantime_changes_nothing",
        f"{DESK}::test_bad_plans",
        f"{DESK}::test_one_undo_for_all_keeps_what_somebody_changed_since",
    ),
    "UNDO-01": (
        f"{DESK}::test_somebody_elses_operation_and_unknown_ones_are_not_found",
        f"{DESK}::test_a_change_offers_its_undo_and_the_undo_draws_the_page_again",
        f"{API}::test_a_change_is_taken_back_by_its_event",
    ),
    "DRAFT-01": (
        f"{DESK}::test_nobody_else_reads_a_draft",
        f"{DESK}::test_hostile_input_at_the_new_doors",
        f"{DESK}::test_a_planned_message_asks_for_the_rights_of_its_time",
        f"{DESK}::test_a_shared_draft_is_finished_by_a_colleague",
    ),
    "VIEW-01": (
        f"{DESK}::test_who_may_share_and_change",
        f"{DESK}::test_hostile_names_and_sizes",
        f"{DESK}::test_requesters_and_visitors_have_no_views",
        f"{DESK}::test_a_shared_view_shows_only_what_its_reader_may_see",
        f"{DESK}::test_a_view_is_saved_from_the_list_and_opened_by_its_key",
    ),
    "RATE-01": (
        f"{DESK}::test_nobody_rates_somebody_elses_ticket",
        f"{DESK}::test_forged_foreign_and_replayed_links_are_dead",
        f"{DESK}::test_the_link_shows_a_page_and_rates_only_by_post",
        f"{API}::test_ratings",
        f"{DESK}::test_once_per_closing_and_changeable",
    ),
    "PAL-01": (
        f"{DESK}::test_only_what_the_person_may_do_is_offered",
        f"{DESK}::test_requesters_have_none",
        f"{DESK}::test_hostile_words_are_words",
        f"{DESK}::test_words_in_both_languages_mean_the_same_command",
    ),
    "SSE-01": (
        "tests/core::test_who_is_let_in",
        "tests/core::test_who_lost_the_department_hears_nothing_more",
        "tests/core::test_six_streams_are_enough_for_one_person",
        f"{DESK}::test_requesters_and_strangers_learn_nothing",
        "tests/core::test_a_change_is_named_at_once_and_nothing_else_is_said",
    ),
    "EXP-01": ("test_desk_doors.py::test_exp_01_an_export_holds_only_ones_own_departments",),
    "PRINT-01": ("test_desk_doors.py::test_print_01_paper_holds_no_more_than_the_screen",),
    "CHECK-01": (
        f"{DESK}::test_requesters_and_strangers_see_none_of_it",
        f"{DESK}::test_what_is_refused",
        f"{DESK}::test_over_rest",
    ),
    "TIME-01": (
        f"{DESK}::test_ones_own_are_changed_and_taken_back_others_by_support_only",
        f"{DESK}::test_on_the_page_and_nowhere_else",
    ),
}
