"""The only writers of tickets and of what belongs to them."""

from desk.commands.assignment import assign_ticket, claim_ticket, release_ticket
from desk.commands.attaching import attach_files, detach_file
from desk.commands.canned_replies import remove_canned_reply, save_canned_reply
from desk.commands.composing import drop_composer_draft, save_composer_draft
from desk.commands.configuration import remove_configuration, save_configuration
from desk.commands.conversation import add_comment
from desk.commands.creation import create_ticket
from desk.commands.dispatching import (
    auto_assign,
    hand_over_open_work,
    return_ticket,
    save_dispatch_policy,
    take_next,
)
from desk.commands.drafts import begin_anew
from desk.commands.fields import change_fields
from desk.commands.form_drafts import discard_form_draft, publish_form_draft, save_form_draft
from desk.commands.forms import discard_draft, publish_form, save_draft, save_template, submit_form
from desk.commands.linking import link_tickets, unlink_tickets
from desk.commands.merging import merge_ticket, unmerge_ticket
from desk.commands.promises import refresh_promises
from desk.commands.rating import rate_by_link, rate_ticket
from desk.commands.redacting import redact_file, redact_text
from desk.commands.retiring import retire_status
from desk.commands.sending import schedule_message, send_at_once, take_back, write_planned
from desk.commands.sla_policies import order_sla_policies, remove_sla_policy, save_sla_policy
from desk.commands.snoozing import snooze_ticket, wake_ticket
from desk.commands.splitting import split_comment
from desk.commands.status import change_status, reopen_ticket
from desk.commands.tags import delete_tag, merge_tags, rename_tag
from desk.commands.transitions import set_role_transitions, set_transitions
from desk.commands.views import arrange_views, delete_view, save_view
from desk.commands.visiting import note_visit
from desk.commands.watching import add_watcher, remove_watcher

__all__ = [
    "add_comment",
    "add_watcher",
    "arrange_views",
    "assign_ticket",
    "attach_files",
    "auto_assign",
    "begin_anew",
    "change_fields",
    "change_status",
    "claim_ticket",
    "create_ticket",
    "delete_tag",
    "delete_view",
    "detach_file",
    "discard_draft",
    "discard_form_draft",
    "drop_composer_draft",
    "hand_over_open_work",
    "link_tickets",
    "merge_tags",
    "merge_ticket",
    "note_visit",
    "order_sla_policies",
    "publish_form",
    "publish_form_draft",
    "rate_by_link",
    "rate_ticket",
    "redact_file",
    "redact_text",
    "refresh_promises",
    "release_ticket",
    "remove_canned_reply",
    "remove_configuration",
    "remove_sla_policy",
    "remove_watcher",
    "rename_tag",
    "reopen_ticket",
    "retire_status",
    "return_ticket",
    "save_canned_reply",
    "save_composer_draft",
    "save_configuration",
    "save_dispatch_policy",
    "save_draft",
    "save_form_draft",
    "save_sla_policy",
    "save_template",
    "save_view",
    "schedule_message",
    "send_at_once",
    "set_role_transitions",
    "set_transitions",
    "snooze_ticket",
    "split_comment",
    "submit_form",
    "take_back",
    "take_next",
    "unlink_tickets",
    "unmerge_ticket",
    "wake_ticket",
    "write_planned",
]
