"""LEAK-01, -05, -06: what stays inside stays out of every page and file of the portal. One canary per secret."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from desk.commands import (
    add_comment,
    add_watcher,
    assign_ticket,
    attach_files,
    change_fields,
    change_status,
    claim_ticket,
    link_tickets,
    release_ticket,
    split_comment,
)
from desk.models import Attachment, Priority, Status
from tests.factories import make_ticket

CANARY = "INTERNAL-9f3c"


@pytest.fixture
def told(as_web, alan, lea, sven, rita, otto, it, hr, ticket):
    """Rita's ticket with a secret in everything that only the desk may know."""
    for person, name in ((alan, "alan"), (lea, "lea"), (sven, "sven")):
        person.phone = f"+49 221 {CANARY}"
        person.email = f"{name}.{CANARY.lower()}@example.test"
        person.save()
    secret = SimpleUploadedFile(f"{CANARY}.txt", CANARY.encode())
    add_comment(as_web(alan), ticket, body=f"**{CANARY}** he broke it", internal=True, files=[secret])
    attach_files(as_web(alan), ticket, files=[SimpleUploadedFile(f"{CANARY}.log", b"x")], internal=True)
    claim_ticket(as_web(alan), ticket)
    release_ticket(as_web(alan), ticket)
    assign_ticket(as_web(lea), ticket, assignee=alan)
    change_fields(as_web(alan), ticket, tags=[CANARY], priority=Priority.objects.get(key="urgent"))
    add_watcher(as_web(alan), ticket, person=sven)
    other = make_ticket(otto, it, subject=f"{CANARY} of Otto", description=CANARY)
    link_tickets(as_web(sven), ticket, other=other, kind="related")
    public = add_comment(as_web(alan), ticket, body="PUBLIC-11bb we look into it", internal=False)
    split_comment(as_web(alan), public, subject=f"{CANARY} split off")
    change_status(as_web(alan), ticket, status=Status.objects.get(key="waiting_requester"))
    return ticket


def pages(ticket):
    number = ticket.number
    return {
        "home": "/portal",
        "list": "/portal/tickets?state=all",
        "search": f"/portal/tickets?state=all&q={CANARY}",
        "ticket": reverse("desk:portal_ticket", args=[number]),
        "everything": reverse("desk:portal_ticket", args=[number]) + "?messages=all",
        "new": "/portal/new",
    }


def test_no_page_shows_what_is_internal(told, rita_web):
    for name, url in pages(told).items():
        answer = rita_web.get(url, follow=True)
        page = answer.content.decode()
        if name in ("home", "list"):
            page = page.replace(f"{CANARY} split off", "")  # the split ticket is Rita's own
        if name == "search":
            page = page.replace(f'value="{CANARY}"', "").replace(f"“{CANARY}”", "").replace(f"q={CANARY}", "")
            page = page.replace(f"{CANARY} split off", "")
        assert CANARY.lower() not in page.lower(), name
        assert CANARY not in str(answer.headers), name


def test_fragments_show_no_more_than_pages(told, rita_web):
    htmx = {"HX-Request": "true"}
    done = rita_web.post(reverse("desk:portal_reply", args=[told.number]), {"body": "And now?"}, headers=htmx)
    assert "PUBLIC-11bb" in done.content.decode()
    assert CANARY.lower() not in done.content.decode().lower()


def test_what_is_public_is_there(told, rita_web):
    """The control: the page is not silent because it is empty."""
    page = rita_web.get(pages(told)["ticket"]).content.decode()
    assert "PUBLIC-11bb" in page
    assert "Alan Agent" in page


def test_agents_have_a_name_and_no_address(told, rita_web):
    page = rita_web.get(pages(told)["ticket"]).content.decode()
    assert "tel:" not in page
    assert "@example.test" not in page.replace(told.requester.email, "")
    assert f"/people/{told.assignee_id}" not in page


def test_the_history_shows_only_what_is_meant_for_requesters(told, rita_web):
    page = rita_web.get(pages(told)["ticket"]).content.decode()
    for inside in ("internal note", "gave the ticket back", "as watcher", "Urgent", "linked", "split"):
        assert inside not in page, inside


def test_the_file_of_a_note_is_as_internal_as_the_note(told, rita_web, web_of, alan):
    item = Attachment.objects.get(name=f"{CANARY}.txt")
    assert rita_web.get(item.get_absolute_url()).status_code == 404
    answer = web_of(alan).get(item.get_absolute_url())
    assert b"".join(answer.streaming_content) == CANARY.encode()


def test_an_agent_elsewhere_reads_the_public_part_of_the_own_ticket(as_web, hanna, alan, it, web_of):
    """DECISIONS 4: rights follow the relation, not the role."""
    own = make_ticket(hanna, it)
    add_comment(as_web(alan), own, body=CANARY, internal=True)
    assert CANARY not in web_of(hanna).get(reverse("desk:portal_ticket", args=[own.number])).content.decode()


def test_even_who_may_read_notes_finds_none_in_the_portal(as_web, alan, lea, it, web_of):
    own = make_ticket(alan, it)
    add_comment(as_web(lea), own, body=CANARY, internal=True)
    page = web_of(alan).get(reverse("desk:portal_ticket", args=[own.number]))
    assert page.status_code == 200
    assert CANARY not in page.content.decode()
