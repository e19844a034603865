"""Watchers, links and merging from the ticket page."""

import pytest

from desk.commands import link_tickets, merge_ticket
from desk.models import Participant, TicketLink
from tests.factories import make_ticket


def post(client, ticket, path, **data):
    return client.post(f"/tickets/{ticket.number}/{path}", data)


def text(answer):
    return answer.content.decode()


def watchers(ticket):
    return {row.person for row in ticket.participants.filter(reason=Participant.Reason.WATCHER)}


@pytest.fixture
def other(rita, it):
    return make_ticket(rita, it, subject="The other matter")


def test_one_watches_and_stops(alan_htmx, alan_web, alan, ticket):
    assert "Stop watching" in text(post(alan_htmx, ticket, "watchers"))
    assert watchers(ticket) == {alan}
    assert post(alan_web, ticket, f"watchers/{alan.pk}/removal")["Location"] == f"/tickets/{ticket.number}"
    assert watchers(ticket) == set()


@pytest.mark.parametrize("named", ["otto.fremd@example.test", "Otto Fremd <otto.fremd@example.test>", "otto fremd"])
def test_somebody_is_added(named, alan_htmx, otto, ticket):
    assert post(alan_htmx, ticket, "watchers", person=named).status_code == 200
    assert watchers(ticket) == {otto}


def test_an_unknown_watcher_keeps_the_name_typed(alan_htmx, alan_web, ticket):
    answer = post(alan_htmx, ticket, "watchers", person="<nobody>")
    assert answer.status_code == 422
    assert text(answer).lstrip().startswith('<section class="section gap-2!" id="watchers"')
    assert 'value="&lt;nobody&gt;"' in text(answer)
    whole = post(alan_web, ticket, "watchers", person="<nobody>")
    assert whole.status_code == 422
    assert 'value="&lt;nobody&gt;"' in text(whole)
    assert watchers(ticket) == set()


def test_tickets_are_linked_and_unlinked(alan_htmx, alan_web, ticket, other):
    pasted = f"http://testserver/tickets/{other.number}/"
    assert "The other matter" in text(post(alan_htmx, ticket, "links", kind="duplicate", number=pasted))
    link = TicketLink.objects.get()
    assert (link.source, link.target, link.kind) == (ticket, other, "duplicate")
    assert "has the duplicate" in text(alan_web.get(f"/tickets/{other.number}"))
    assert post(alan_web, other, f"links/{link.pk}/removal").status_code == 302
    assert not TicketLink.objects.exists()


@pytest.mark.parametrize("number", ["FT-2000-000001", "", "own"])
def test_a_wrong_link_is_refused_in_place(number, alan_htmx, ticket):
    answer = post(alan_htmx, ticket, "links", kind="related", number=ticket.number if number == "own" else number)
    assert answer.status_code == 422
    assert '<details id="add-link" open>' in text(answer)
    assert not TicketLink.objects.exists()


def test_tickets_of_strangers_cannot_be_found_out(alan_htmx, rita, hr, ticket):
    foreign = make_ticket(rita, hr)
    unknown = text(post(alan_htmx, ticket, "links", kind="related", number="FT-2000-000001"))
    hidden = text(post(alan_htmx, ticket, "links", kind="related", number=foreign.number))
    assert "There is no ticket with this number." in hidden
    assert unknown.count("There is no ticket") == hidden.count("There is no ticket")


def test_another_tickets_link_is_not_removed_here(alan_web, as_web, alan, rita, it, ticket, other):
    third = make_ticket(rita, it)
    link = link_tickets(as_web(alan), other, other=third, kind="related")
    assert post(alan_web, ticket, f"links/{link.pk}/removal").status_code == 404


def test_merging_shows_the_other_ticket_first(alan_web, ticket, other):
    url = f"/tickets/{ticket.number}/merge"
    assert "The other matter" not in text(alan_web.get(url))
    preview = text(alan_web.get(url, {"number": other.number}))
    assert "The other matter" in preview
    assert f"Merge into {other.number}" in preview
    ticket.refresh_from_db()
    assert ticket.merged_into is None
    assert alan_web.post(url, {"number": other.number})["Location"] == f"/tickets/{other.number}"
    ticket.refresh_from_db()
    assert ticket.merged_into == other


def test_what_cannot_be_merged_is_said(alan_web, as_web, alan, rita, it, ticket, other):
    url = f"/tickets/{ticket.number}/merge"
    assert alan_web.get(url, {"number": "FT-2000-000001"}).status_code == 422
    own = alan_web.post(url, {"number": ticket.number})
    assert own.status_code == 422
    assert "cannot be merged into itself" in text(own)
    merge_ticket(as_web(alan), other, into=make_ticket(rita, it))
    again = alan_web.post(url, {"number": other.number})
    assert again.status_code == 422
    assert "was merged already" in text(again)


def test_a_merge_is_undone(alan_web, alan_htmx, as_web, alan, ticket, other):
    merge_ticket(as_web(alan), ticket, into=other)
    assert f"/tickets/{ticket.number}/unmerge" in text(alan_web.get(f"/tickets/{other.number}"))
    assert post(alan_web, ticket, "unmerge")["Location"] == f"/tickets/{ticket.number}"
    ticket.refresh_from_db()
    assert ticket.merged_into is None
    assert post(alan_htmx, ticket, "unmerge").status_code == 409


@pytest.mark.parametrize("path", ["watchers", "links", "merge", "unmerge"])
def test_strangers_and_requesters_stay_out(path, web_of, hanna, rita, ticket, other):
    data = {"number": other.number, "kind": "related"}
    assert post(web_of(hanna), ticket, path, **data).status_code == 404
    assert post(web_of(rita), ticket, path, **data).status_code == 403
    assert watchers(ticket) == set()
    assert not TicketLink.objects.exists()
