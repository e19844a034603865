"""The requester's page of a ticket: milestones, conversation, answers, merged tickets."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from desk import portal_queries
from desk.commands import add_comment, change_fields, change_status, claim_ticket, merge_ticket
from desk.models import Comment, Status
from tests.factories import make_ticket


def page_of(client, ticket, **query):
    return client.get(reverse("desk:portal_ticket", args=[ticket.number]), query)


def test_the_way_of_a_ticket_is_told_in_plain_words(rita_web, as_web, alan, hr, hanna, ticket):
    claim_ticket(as_web(alan), ticket)
    change_status(as_web(alan), ticket, status=Status.objects.get(key="waiting_requester"))
    page = page_of(rita_web, ticket).content.decode()
    assert "Alan Agent takes care of it" in page
    assert re.search(r'aria-current="step">\s*<span class="gl">.*We wait for your answer', page)
    assert "the work goes on when you have written." in page
    change_fields(as_web(alan), ticket, department=hr)
    assert "Passed on to Human resources" in page_of(rita_web, ticket).content.decode()


def test_the_conversation_is_in_order_with_its_files(rita, rita_web, as_web, alan, ticket):
    file = SimpleUploadedFile("log.txt", b"E-403")
    add_comment(as_web(alan), ticket, body="Please send the **log**.", internal=False)
    add_comment(as_web(rita), ticket, body="Here it is.", internal=False, files=[file])
    page = page_of(rita_web, ticket).content.decode()
    assert page.index("It shows error E-403") < page.index("<strong>log</strong>") < page.index("Here it is.")
    assert ticket.attachments.get().get_absolute_url() in page
    assert page.count(">You</span>") == 2


def test_an_answer_arrives(rita, rita_web, ticket):
    answer = rita_web.post(
        reverse("desk:portal_reply", args=[ticket.number]),
        {"body": "Still broken", "files": SimpleUploadedFile("a.txt", b"x"), "token": "2" * 32},
    )
    comment = Comment.objects.get()
    assert answer["Location"].endswith(f"{ticket.number}#comment-{comment.pk}")
    assert (comment.body, comment.author, comment.is_internal, comment.via) == ("Still broken", rita, False, "web")
    assert comment.attachments.get().name == "a.txt"


def test_an_answer_sent_twice_is_one(rita_web, ticket):
    url, form = reverse("desk:portal_reply", args=[ticket.number]), {"body": "Once", "token": "3" * 32}
    first, second = rita_web.post(url, form), rita_web.post(url, form)
    assert ticket.comments.count() == 1
    assert first["Location"] == second["Location"]


def test_one_token_for_two_tickets_is_two_answers_or_a_question(rita, rita_web, it, ticket):
    other, form = make_ticket(rita, it), {"body": "Once", "token": "3" * 32}
    rita_web.post(reverse("desk:portal_reply", args=[ticket.number]), form)
    assert rita_web.post(reverse("desk:portal_reply", args=[other.number]), form).status_code == 422


def test_an_answer_cannot_be_made_internal(rita_web, ticket):
    rita_web.post(
        reverse("desk:portal_reply", args=[ticket.number]), {"body": "x", "internal": "1", "is_internal": "on"}
    )
    assert ticket.comments.get().is_internal is False


@pytest.mark.parametrize("body", ["", "   \n ", "\u0000"])
def test_an_empty_answer_is_asked_for(body, rita_web, ticket):
    answer = rita_web.post(reverse("desk:portal_reply", args=[ticket.number]), {"body": body})
    assert answer.status_code == 422
    assert "data-error-summary" in answer.content.decode()
    assert not ticket.comments.exists()


def test_a_refused_file_keeps_the_text(rita_web, ticket):
    form = {"body": "See the <macro>", "files": SimpleUploadedFile("a.docm", b"PK")}
    answer = rita_web.post(reverse("desk:portal_reply", args=[ticket.number]), form)
    assert answer.status_code == 422
    assert "See the &lt;macro&gt;" in answer.content.decode()
    assert not ticket.comments.exists()


def test_htmx_swaps_the_ticket_or_only_the_errors(rita_web, ticket):
    url, htmx = reverse("desk:portal_reply", args=[ticket.number]), {"HX-Request": "true"}
    done = rita_web.post(url, {"body": "By htmx"}, headers=htmx).content.decode()
    comment = Comment.objects.get()
    assert done.strip().startswith(f'<div class="flex flex-col gap-6" id="ticket-{ticket.pk}"')
    assert f'data-focus="#comment-{comment.pk}"' in done
    assert "<html" not in done
    failed = rita_web.post(url, {"body": ""}, headers=htmx)
    assert failed.status_code == 422
    assert "<textarea" not in failed.content.decode()
    assert re.search(r'name="token"', failed.content.decode())


def test_an_answer_brings_a_waiting_ticket_back(rita_web, as_web, alan, ticket):
    claim_ticket(as_web(alan), ticket)
    change_status(as_web(alan), ticket, status=Status.objects.get(key="waiting_requester"))
    rita_web.post(reverse("desk:portal_reply", args=[ticket.number]), {"body": "Here you are"})
    ticket.refresh_from_db()
    assert ticket.status.key == "in_progress"


def test_a_long_conversation_starts_with_its_newest_part(rita, rita_web, ticket, monkeypatch):
    monkeypatch.setattr(portal_queries, "MESSAGES", 3)
    Comment.objects.bulk_create(
        Comment(ticket=ticket, author=rita, body=f"Line {n}", via="web", created_at=ticket.created_at) for n in range(5)
    )
    page = page_of(rita_web, ticket).content.decode()
    assert "Show 2 earlier messages" in page
    assert ("Line 1" in page, "Line 2" in page) == (False, True)
    assert "Line 0" in page_of(rita_web, ticket, messages="all").content.decode()


def test_queries_do_not_grow_with_the_conversation(rita, alan, as_web, rita_web, ticket, django_assert_max_num_queries):
    for number in range(10):
        file = SimpleUploadedFile(f"{number}.txt", b"x")
        add_comment(as_web(alan), ticket, body=f"Line {number}", internal=False, files=[file])
    with django_assert_max_num_queries(20):
        page_of(rita_web, ticket)


def test_a_merged_number_leads_to_where_the_work_goes_on(rita, rita_web, as_web, sven, it, ticket):
    target = make_ticket(rita, it, subject="The same matter")
    add_comment(as_web(rita), ticket, body="Said in the first one", internal=False)
    merge_ticket(as_web(sven), ticket, into=target)
    answer = page_of(rita_web, ticket)
    assert answer["Location"] == reverse("desk:portal_ticket", args=[target.number])
    assert "Said in the first one" in rita_web.get(answer["Location"]).content.decode()
    sent = rita_web.post(reverse("desk:portal_reply", args=[ticket.number]), {"body": "Late answer"})
    assert sent["Location"] == answer["Location"]
    assert target.comments.get().body == "Late answer"


def test_who_may_not_see_the_other_ticket_gets_a_plain_sentence(rita, otto, rita_web, as_web, sven, it, ticket):
    secret = make_ticket(otto, it, subject="Ottos SECRET-77aa", description="SECRET-77aa")
    add_comment(as_web(sven), secret, body="SECRET-77aa for Otto only", internal=False)
    merge_ticket(as_web(sven), ticket, into=secret)
    page = page_of(rita_web, ticket)
    text = page.content.decode()
    assert page.status_code == 200
    assert "The help desk joined this ticket with another one" in text
    assert ticket.description in text
    assert "SECRET-77aa" not in text
    assert secret.number not in text
    assert reverse("desk:portal_reply", args=[ticket.number]) not in text
    answer = rita_web.post(reverse("desk:portal_reply", args=[ticket.number]), {"body": "Let me in"})
    assert answer.status_code == 403
    assert secret.comments.count() == 1


def test_the_owner_of_the_other_ticket_reads_nothing_of_a_stranger(rita, otto, web_of, as_web, sven, it, ticket):
    target = make_ticket(otto, it)
    add_comment(as_web(rita), ticket, body="SECRET-77aa of Rita", internal=False)
    merge_ticket(as_web(sven), ticket, into=target)
    page = page_of(web_of(otto), target).content.decode()
    assert "SECRET-77aa" not in page
    assert ticket.subject not in page
