"""The agent's ticket page: what stands on it, who sees it, what it costs."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from desk import thread
from desk.commands import add_comment, add_watcher, change_fields, claim_ticket, merge_ticket
from desk.models import Comment, Priority
from flowtic.core import clock
from flowtic.core.actor import Actor
from tests.factories import make_person, make_ticket


def page_of(client, ticket, **query):
    return client.get(f"/tickets/{ticket.number}", query)


def text_of(client, ticket, **query):
    answer = page_of(client, ticket, **query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_conversation_with_notes_files_and_what_happened(as_web, alan, lea, rita, alan_web, ticket):
    claim_ticket(as_web(alan), ticket)
    change_fields(as_web(lea), ticket, priority=Priority.objects.get(key="high"))
    file = SimpleUploadedFile("log.txt", b"x" * 2048)
    note = add_comment(as_web(lea), ticket, body="Look at `crm`.", internal=True)
    reply = add_comment(as_web(rita), ticket, body="Here is the **log**.", internal=False, files=[file])
    page = text_of(alan_web, ticket)
    order = [
        "It shows error E-403",
        "<b>Alan Agent</b> took over the ticket",
        "<b>Lea Leitung</b> changed the priority from Normal to High",
        "<code>crm</code>",
        "<strong>log</strong>",
    ]
    assert [page.index(piece) for piece in order] == sorted(page.index(piece) for piece in order)
    assert f'<article class="msg msg-note" id="c-{note.pk}"' in page
    assert f'href="#c-{reply.pk}"' in page
    assert ticket.attachments.get().get_absolute_url() in page
    assert "from Pending assignment to Assigned" not in page, "a mere consequence of the claim"


def test_what_happened_at_one_moment_is_told_in_its_order(as_web, alan, alan_web, ticket):
    with clock.travel(ticket.created_at):
        claim_ticket(as_web(alan), ticket)
        for name in ("high", "low", "urgent"):
            change_fields(as_web(alan), ticket, priority=Priority.objects.get(key=name))
    thread = text_of(alan_web, ticket).partition('id="composer"')[0]
    order = ["It shows error", "took over", "Normal to High", "High to Low", "Low to Urgent"]
    assert [thread.index(piece) for piece in order] == sorted(thread.index(piece) for piece in order)


def test_html_of_older_rules_is_rendered_again(as_web, alan, alan_web, ticket):
    add_comment(as_web(alan), ticket, body="**safe**", internal=False)
    Comment.objects.update(html="<p>old <script>alert(1)</script></p>", html_rules=0)
    page = text_of(alan_web, ticket)
    assert "<strong>safe</strong>" in page
    assert "alert(1)" not in page


def test_images_are_shown_and_other_files_named(as_web, rita, alan_web, ticket):
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
    files = [SimpleUploadedFile("a.png", png), SimpleUploadedFile("b<i>.txt", b"x")]
    add_comment(as_web(rita), ticket, body="See", internal=False, files=files)
    page = text_of(alan_web, ticket)
    picture = ticket.attachments.get(name="a.png")
    assert f'<img class="msg-image" src="{picture.get_absolute_url()}?inline=1"' in page
    assert "b&lt;i&gt;.txt" in page


def test_strangers_requesters_and_visitors(web_of, hanna, rita, otto, ticket):
    assert page_of(web_of(hanna), ticket).status_code == 404
    assert page_of(web_of(rita), ticket)["Location"] == f"/portal/tickets/{ticket.number}"
    assert web_of(otto).get(page_of(web_of(otto), ticket)["Location"]).status_code == 404
    assert page_of(Client(), ticket)["Location"].startswith("/accounts/login/")
    assert web_of(hanna).get("/tickets/FT-2000-000001").status_code == 404


def test_an_agent_who_only_follows_reads_the_public_part(web_of, as_web, alan, hanna, ticket):
    add_comment(as_web(alan), ticket, body="SECRET-77aa", internal=True)
    add_watcher(as_web(alan), ticket, person=hanna)
    assert page_of(web_of(hanna), ticket)["Location"] == f"/portal/tickets/{ticket.number}"
    doors = ["status", "priority", "comments", "watchers", "links", "unmerge", "details"]
    for door in doors:
        answer = web_of(hanna, htmx=True).post(f"/tickets/{ticket.number}/{door}", {"status": "closed"})
        assert answer.status_code == 403, door
        assert "SECRET-77aa" not in answer.content.decode()
    assert web_of(hanna).get(f"/tickets/{ticket.number}/history")["Location"] == f"/portal/tickets/{ticket.number}"


def test_only_allowed_targets_are_offered(alan_web, as_web, alan, rita, it, ticket):
    menu = f"/tickets/{ticket.number}/quick/status"
    assert f'href="{menu}?seen={ticket.version}"' in text_of(alan_web, ticket)
    offered = set(re.findall(r'name="status" value="(\w+)"', alan_web.get(menu).content.decode()))
    waiting = {"waiting_requester", "waiting_approval"}
    assert offered == {"assigned", "in_progress", *waiting, "resolved", "closed", "rejected"}
    closed = make_ticket(rita, it, status="closed")
    page = text_of(alan_web, closed)
    assert "Reopen" in page
    assert 'value="waiting_requester"' not in page


def test_the_assignee_menu_follows_the_rights(web_of, as_web, alan, lea, ticket):
    menu = f"/tickets/{ticket.number}/quick/assignment"
    assert menu not in text_of(web_of(alan), ticket)
    assert "may not assign" in web_of(alan).get(menu).content.decode()
    assert "Claim" in text_of(web_of(alan), ticket)
    assert menu in text_of(web_of(lea), ticket)
    assert f'name="assignee" value="{alan.pk}"' in web_of(lea).get(menu).content.decode()
    claim_ticket(as_web(alan), ticket)
    assert menu in text_of(web_of(alan), ticket)
    assert "Release" in web_of(alan).get(menu).content.decode()


def test_the_menus_of_the_head_know_what_is_on_screen(web_of, alan, ticket):
    """Fetched later, they still send the version that the page shows; without htmx each is a plain page."""
    client, menu = web_of(alan, htmx=True), f"/tickets/{ticket.number}/quick/priority"
    page = client.get(menu, {"seen": 1}).content.decode()
    assert 'name="seen" value="1"' in page
    assert "hx-post" in page
    assert "hx-target" not in page  # the head says where
    assert f'name="seen" value="{ticket.version}"' in client.get(menu, {"seen": '"><b>'}).content.decode()
    plain = web_of(alan).get(menu, {"seen": 1}).content.decode()
    assert "<h1" in plain
    assert "hx-post" not in plain.partition("<main")[2].partition("</main>")[0]


def test_a_merged_number_leads_to_the_other_ticket(alan_web, as_web, alan, rita, it, ticket):
    target = make_ticket(rita, it, subject="The same matter")
    said = add_comment(as_web(rita), ticket, body="Said in the first one", internal=False)
    merge_ticket(as_web(alan), ticket, into=target)
    answer = page_of(alan_web, ticket)
    assert answer["Location"] == f"/tickets/{target.number}"
    page = alan_web.get(answer["Location"]).content.decode()
    assert f"{ticket.number} was merged into this ticket." in page
    assert f'id="c-{said.pk}"' in page
    assert f'?merged">{ticket.number}</a>' in page
    alone = text_of(alan_web, ticket, merged="")
    assert 'id="composer"' not in alone
    assert "Undo the merge" in alone


def test_notes_of_a_merged_ticket_stay_where_they_may_be_read(web_of, as_web, sven, alan, hanna, rita, it, hr):
    source = make_ticket(rita, hr, subject="Personal matter")
    add_comment(as_web(hanna), source, body="SECRET-77aa", internal=True)
    add_comment(as_web(hanna), source, body="Public-77aa", internal=False)
    target = make_ticket(rita, it)
    merge_ticket(as_web(sven), source, into=target)
    page = text_of(web_of(alan), target)
    assert "SECRET-77aa" not in page
    assert "Personal matter" not in page
    assert "SECRET-77aa" in text_of(web_of(sven), target)
    # Asked for it, hence allowed to read the public part of the other one.
    add_watcher(Actor.system("test"), source, person=alan)
    page = text_of(web_of(alan), target)
    assert "Public-77aa" in page
    assert "SECRET-77aa" not in page


def test_a_long_conversation_starts_with_its_newest_part(alan_web, rita, ticket, monkeypatch):
    monkeypatch.setattr(thread, "MESSAGES", 3)
    Comment.objects.bulk_create(
        Comment(ticket=ticket, author=rita, body=f"Line {n}", via="web", created_at=ticket.created_at) for n in range(5)
    )
    page = text_of(alan_web, ticket)
    assert "Show 2 earlier messages" in page
    assert ("Line 1<" in page, "Line 2<" in page) == (False, True)
    assert "Line 0<" in text_of(alan_web, ticket, messages="all")


def test_the_cost_is_bounded_and_does_not_grow(web_of, as_web, sven, alan, lea, rita, ticket):
    claim_ticket(as_web(alan), ticket)
    add_watcher(as_web(alan), ticket, person=make_person("Wanda Watch"))
    change_fields(as_web(lea), ticket, priority=Priority.objects.get(key="high"), tags=["a", "b"])
    client = web_of(sven)

    def cost(comments):
        for number in range(comments):
            file = SimpleUploadedFile(f"{number}.txt", b"x")
            author = make_person(f"Author {comments} {number}", "support") if number % 2 else rita
            add_comment(as_web(author), ticket, body=f"Line {number}", internal=bool(number % 2), files=[file])
        page_of(client, ticket, messages="all")
        with CaptureQueriesContext(connection) as queries:
            page = page_of(client, ticket, messages="all")
        assert page.content.count(b'<article class="msg') == 1 + ticket.comments.count()
        return len(queries), len(page.content)

    few, _small = cost(3)
    many, _large = cost(27)
    assert few == many <= 20


def test_the_page_without_a_conversation_is_small(alan_web, ticket):
    assert len(page_of(alan_web, ticket).content) <= 45 * 1024


def test_what_people_write_stays_text(alan_web, it):
    evil = make_person("<img src=x onerror=alert(1)>", email="evil@example.test")
    ticket = make_ticket(
        evil, it, subject="<script>alert(1)</script>", description='<a href="javascript:alert(1)">x</a>', tags=["<b>"]
    )
    page = text_of(alan_web, ticket)
    for raw in ("<script>alert", "<img src=x", "<b><", '<a href="javascript'):
        assert raw not in page
    assert "<title>" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
