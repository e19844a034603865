"""The assistant on the ticket page and in the list: what stands there, for whom, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from ai_assist.models import Suggestion
from ai_assist.results import Duration, Similar
from ai_assist.row_marks import suggestion_marks
from tests.ai_assist.suggesting import guess, priority, suggest, suggest_priority, switch
from tests.factories import make_ticket


@pytest.fixture(autouse=True)
def engines(monkeypatch):
    """Quick answers instead of the engines, which have tests of their own; returns them to be changed."""
    from ai_assist.local import articles, duration, similar

    said = {"similar": [], "duration": None}
    monkeypatch.setattr(articles, "matching", lambda actor, ticket, limit: [])
    monkeypatch.setattr(similar, "similar_tickets", lambda actor, ticket, limit: said["similar"])
    monkeypatch.setattr(duration, "expected", lambda ticket: said["duration"])
    return said


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_panel_shows_old_new_share_and_reason(alan_htmx, ticket):
    suggest_priority(ticket, reasons=[{"code": "words", "words": ["VPN", "Zertifikat"]}])
    page = text(alan_htmx.get(f"/tickets/{ticket.number}/assistant"))
    for piece in (
        "<s",
        "Normal",
        "Urgent",
        "90\u202f%",
        "Words: VPN, Zertifikat",
        'data-key="y"',
        'data-key="shift y"',
    ):
        assert piece in page, piece


def test_the_keys_belong_to_one_suggestion(alan_htmx, ticket, hr):
    suggest(ticket, guess("priority", priority("urgent")), guess("department", hr))
    page = text(alan_htmx.get(f"/tickets/{ticket.number}/assistant"))
    assert (page.count('data-key="y"'), page.count("/acceptance")) == (1, 4)


def test_texts_of_people_stay_text(alan_htmx, ticket, engines, rita, it):
    near = make_ticket(rita, it, subject="<img src=x onerror=alert(1)>")
    engines["similar"] = [Similar(near.pk, 0.5, ("<b>bold</b>",))]
    suggest_priority(ticket, reasons=[{"code": "words", "words": ["<script>alert(1)</script>"]}])
    for part in ("", "/related"):
        page = text(alan_htmx.get(f"/tickets/{ticket.number}/assistant{part}"))
        for hostile in ("<img src=x", "<script>alert", "<b>bold"):
            assert hostile not in page


def test_the_expected_duration_is_a_range_with_its_measured_truth(alan_htmx, ticket, engines):
    engines["duration"] = Duration(low=4.2, median=11.0, high=51.0, tickets=812, coverage=0.79)
    page = text(alan_htmx.get(f"/tickets/{ticket.number}/assistant/related"))
    assert "80\u202f%: between 4 h and 2 d" in page
    assert "Half of them within 11 h; from 812 tickets like this one" in page
    assert "measured: 79\u202f% of such ranges were right" in page


def test_an_uncertain_one_stands_below_the_others(alan_htmx, ticket):
    suggest_priority(ticket, confidence=0.3)
    page = text(alan_htmx.get(f"/tickets/{ticket.number}/assistant"))
    assert "1 less certain one" in page
    assert 'data-key="y"' not in page
    assert "assist-next" not in text(alan_htmx.get(f"/tickets/{ticket.number}/assistant/strip"))


def test_of_two_that_are_as_likely_neither_is_said(alan_htmx, ticket):
    row = suggest_priority(ticket, confidence=0.41)
    for share, said in ((0.2, True), (0.4, False)):
        row.options = {"unsure": True, "others": [[priority("low").pk, share]]}
        row.save(update_fields=["options"])
        assert ("1 less certain one" in text(alan_htmx.get(f"/tickets/{ticket.number}/assistant"))) is said


def test_the_value_that_is_there_cannot_be_taken(alan_htmx, ticket):
    row = suggest_priority(ticket)
    row.options = {"others": [[row.before, 0.2], [priority("low").pk, 0.1]]}
    row.save(update_fields=["options"])
    page = text(alan_htmx.get(f"/suggestions/{row.key}/why"))
    assert (page.count("as it is now"), page.count("Take this one")) == (1, 1)


def test_only_what_is_long_is_offered_to_be_summed_up(alan_htmx, ticket, it, rita):
    long = make_ticket(rita, it, description="The certificate has expired and the VPN says so. " * 20)
    assert "Summarise" in text(alan_htmx.get(f"/tickets/{long.number}/assistant/summary"))
    assert text(alan_htmx.get(f"/tickets/{ticket.number}/assistant/summary")) == ""


def test_while_a_worker_is_at_it_the_panel_asks_again(alan_htmx, ticket):
    path = f"/tickets/{ticket.number}/assistant/classification"
    assert "load delay" in text(alan_htmx.get(path))
    suggest(ticket)
    page = text(alan_htmx.get(path))
    assert "load delay" not in page
    assert "Nothing to suggest here." in page


def test_the_ticket_page_has_a_strip_only_when_something_is_open(alan_web, ticket):
    page = text(alan_web.get(f"/tickets/{ticket.number}"))
    assert "assistant/strip" not in page
    assert "?panel=assistant" in page
    suggest_priority(ticket)
    assert f"/tickets/{ticket.number}/assistant/strip" in text(alan_web.get(f"/tickets/{ticket.number}"))


def test_without_javascript_the_panel_is_a_page(alan_web, ticket):
    row = suggest_priority(ticket)
    page = text(alan_web.get(f"/tickets/{ticket.number}/assistant"))
    assert "<html" in page
    assert f"/suggestions/{row.key}/acceptance" in page
    assert "csrfmiddlewaretoken" in page


def test_requesters_see_nothing_of_it(web_of, api, rita, ticket):
    suggest_priority(ticket)
    client = web_of(rita)
    for path in (f"/portal/tickets/{ticket.number}", "/portal", "/portal/tickets", f"/tickets/{ticket.number}"):
        page = client.get(path, follow=True).content.decode()
        assert not any(trace in page for trace in ("assist", "Urgent", "uggestion")), path
    assert "uggestion" not in api(rita).get(f"/api/v1/tickets/{ticket.number}/events").content.decode()


def test_switched_off_nothing_of_it_is_on_any_page(alan_web, ticket):
    suggest_priority(ticket)
    switch(False)
    for path in (f"/tickets/{ticket.number}", "/tickets"):
        page = text(alan_web.get(path))
        assert "assist" not in page.lower(), path
        assert "tag-ai" not in page, path


def test_the_list_marks_tickets_with_open_suggestions(alan_web, as_web, hanna, alan, rita, it, hr, ticket):
    suggest(ticket, guess("priority", priority("urgent")), guess("department", hr))
    suggest_priority(make_ticket(rita, it), confidence=0.2)
    page = text(alan_web.get("/tickets"))
    assert page.count("tag-ai") == 1
    assert "Suggested: Department and Priority" in page
    assert suggestion_marks(as_web(hanna), [ticket.pk]) == {}, "of tickets that are not hers"


def test_the_marks_of_a_page_cost_two_queries(as_web, alan, rita, it):
    tickets = [make_ticket(rita, it) for _ in range(5)]
    actor = as_web(alan)
    suggestion_marks(actor, [0])
    for ticket in tickets:
        suggest_priority(ticket)
    with CaptureQueriesContext(connection) as queries, translation.override("en"):
        assert len(suggestion_marks(actor, [ticket.pk for ticket in tickets])) == 5
    assert len(queries) == 2


def test_german_readers_get_their_percent_and_words(alan, alan_htmx, ticket):
    alan.language = "de"
    alan.save()
    suggest_priority(ticket)
    assert "Dringend" in text(alan_htmx.get(f"/tickets/{ticket.number}/assistant"))


def test_decided_ones_say_what_became_of_them(alan_htmx, ticket, alan):
    suggest_priority(ticket)
    Suggestion.objects.update(outcome="dismissed", decided_by=alan)
    page = text(alan_htmx.get(f"/tickets/{ticket.number}/assistant"))
    assert "Dismissed" in page
    assert "/acceptance" not in page
