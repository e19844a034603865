"""The palette: what it offers for typed words, and to whom."""

from datetime import timedelta

import pytest

from desk.models import Status, TicketVisit
from desk.palette import folded
from flowtic.core import clock
from tests.factories import make_ticket


def shown(client, **query):
    answer = client.get("/palette", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_words_in_both_languages_mean_the_same_command(web_of, lea, ticket, alan):
    client = web_of(lea)
    waiting = Status.objects.get(key="waiting_requester")
    for text in ("status waiting", "> wartet", "set status reply"):
        page = shown(client, q=text, ticket=ticket.number)
        assert f'data-field="status" data-value="{waiting.key}"' in page, text
    for text in ("assign to alan", "zuweisen an alan", "alan agent"):
        page = shown(client, q=text, ticket=ticket.number)
        assert f'data-field="assignee" data-value="{alan.pk}"' in page, text
    assert 'data-value="urgent"' in shown(client, q="prio dringend", ticket=ticket.number)
    assert "data-field" not in shown(client, q="status waiting")  # no ticket in front


def test_what_needs_more_words_opens_as_by_its_key(web_of, alan, ticket):
    client = web_of(alan)
    for text, key in (("wiedervorlage", "h"), ("put off", "h"), ("makro", "m"), ("beobachten", "w"), ("> note", "n")):
        assert f'data-press="{key}"' in shown(client, q=text, ticket=ticket.number), text
    assert "data-press" not in shown(client, q="put off")  # no ticket in front
    assert 'href="/accounts/logout/"' in shown(client, q="abmelden")


def test_only_what_the_person_may_do_is_offered(web_of, alan, hanna, ticket, lea):
    """An agent of the department may not dispatch; a stranger's ticket is as good as none."""
    page = shown(web_of(alan), q="> ", ticket=ticket.number)
    assert 'data-field="claim"' in page
    assert "assignee" not in shown(web_of(alan), q="assign to lea", ticket=ticket.number)
    stranger = shown(web_of(hanna), q=">", ticket=ticket.number)
    assert ticket.number not in stranger
    assert "data-field" not in stranger


def test_numbers_whole_or_in_part(web_of, alan, hanna, ticket):
    for text in (ticket.number, ticket.number.lower(), "1", "#1"):
        assert f'id="palette-ticket-{ticket.pk}"' in shown(web_of(alan), q=text), text
    assert ticket.subject not in shown(web_of(hanna), q=ticket.number)


def test_what_was_looked_at_last_comes_first(web_of, alan, ticket):
    other = make_ticket(requester=ticket.requester, department=ticket.department, subject="Another matter")
    now = clock.now()
    for number, row in enumerate((ticket, other)):
        TicketVisit.objects.update_or_create(
            person=alan, ticket=row, defaults={"seen_at": now + timedelta(minutes=number)}
        )
    page = shown(web_of(alan))
    assert page.index("Another matter") < page.index(ticket.subject)
    assert "Another matter" not in shown(web_of(alan), ticket=other.number)  # one is there already


def test_saved_views_are_places(web_of, alan):
    assert 'href="/tickets?view=mine"' in shown(web_of(alan), q="ansicht assigned to me")


def test_requesters_have_none(web_of, rita):
    assert web_of(rita).get("/palette").status_code == 302


def test_hostile_words_are_words(web_of, alan, ticket):
    for text in ("'\"><script>alert(1)</script>", "%" * 400, "\x00x", "> " + "(" * 200):
        page = shown(web_of(alan), q=text, ticket="../../x'")
        assert "<script>" not in page


@pytest.mark.parametrize(
    ("text", "words"),
    [("Priorität", ["prioritaet"]), ("Straße 5", ["strasse", "5"]), ("Élan-vital", ["elan", "vital"])],
)
def test_case_and_marks_do_not_matter(text, words):
    assert folded(text) == words
