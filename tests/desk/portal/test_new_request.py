"""A new request: what is typed arrives, mistakes lose nothing, sent twice is one ticket."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from desk.models import Ticket
from flowtic.core.models import IdempotencyKey
from tests.factories import make_department

URL = "/portal/new"
TYPED = {"subject": "No network", "description": "Since *nine* o'clock.", "kind": "incident"}


def token_in(page):
    return re.search(r'name="token" value="([0-9a-f]{32})"', page.content.decode())[1]


def test_a_request_becomes_a_ticket(rita, rita_web, it):
    page = rita_web.get(URL)
    answer = rita_web.post(URL, {**TYPED, "department": "it", "token": token_in(page)})
    ticket = Ticket.objects.get()
    assert answer["Location"] == reverse("desk:portal_ticket", args=[ticket.number])
    assert (ticket.subject, ticket.description, ticket.kind) == ("No network", "Since *nine* o'clock.", "incident")
    assert (ticket.requester, ticket.department, ticket.source) == (rita, it, "web")
    assert ticket.number in rita_web.get(answer["Location"]).content.decode()


def test_not_knowing_the_department_is_fine(rita_web):
    make_department("front", is_default=True)
    rita_web.post(URL, {**TYPED, "department": ""})
    assert Ticket.objects.get().department.is_default


def test_files_travel_along(rita_web, it):
    files = [SimpleUploadedFile("a.log", b"one"), SimpleUploadedFile("b.log", b"two")]
    rita_web.post(URL, {**TYPED, "files": files})
    assert [item.name for item in Ticket.objects.get().attachments.order_by("pk")] == ["a.log", "b.log"]


def test_what_is_missing_is_said_and_the_rest_is_kept(rita_web, it):
    answer = rita_web.post(
        URL, {"subject": "", "description": "It <b>smokes</b>", "kind": "incident", "department": "it"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Please enter a subject." in page
    assert "It &lt;b&gt;smokes&lt;/b&gt;" in page
    assert re.search(r'value="it"\s+selected', page)
    assert re.search(r'value="incident"[^>]*checked', page)
    assert not Ticket.objects.exists()


def test_a_refused_file_keeps_everything_typed(rita_web, it):
    answer = rita_web.post(URL, {**TYPED, "files": SimpleUploadedFile("run.exe", b"MZ")})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Files such as run.exe are not accepted." in page
    assert "Since *nine* o&#x27;clock." in page
    assert not Ticket.objects.exists()


def test_a_double_click_makes_one_ticket(rita_web, it):
    form = {**TYPED, "token": token_in(rita_web.get(URL))}
    first, second = rita_web.post(URL, form), rita_web.post(URL, form)
    assert Ticket.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_without_a_token_two_forms_are_two_tickets(rita_web, it):
    """The control for the test above."""
    rita_web.post(URL, TYPED)
    rita_web.post(URL, {**TYPED, "token": "not-a-token"})
    assert Ticket.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


def test_a_form_from_the_back_button_asks_and_then_sends(rita_web, it):
    form = {**TYPED, "token": token_in(rita_web.get(URL))}
    rita_web.post(URL, form)
    again = rita_web.post(URL, {**form, "subject": "No network upstairs"})
    assert again.status_code == 422
    assert "This form was sent before." in again.content.decode()
    assert "No network upstairs" in again.content.decode()
    assert Ticket.objects.count() == 1
    rita_web.post(URL, {**form, "subject": "No network upstairs", "token": token_in(again)})
    assert Ticket.objects.count() == 2


def test_tokens_of_two_people_have_nothing_to_do_with_each_other(rita_web, otto, web_of, it):
    form = {**TYPED, "token": "0" * 32}
    rita_web.post(URL, form)
    web_of(otto).post(URL, form)
    assert {ticket.requester.name for ticket in Ticket.objects.all()} == {"Rita Reiter", "Otto Fremd"}


def test_fields_of_the_desk_are_out_of_reach(rita_web, otto, alan, it):
    """What only the desk decides is not read from the form."""
    stolen = {"requester": otto.pk, "assignee": alan.pk, "priority": "urgent", "status": "closed", "number": "FT-1"}
    rita_web.post(URL, {**TYPED, **stolen, "tags": "vip", "due_at": "2030-01-01", "is_internal": "1"})
    ticket = Ticket.objects.get()
    assert (ticket.requester.name, ticket.assignee, ticket.priority.key) == ("Rita Reiter", None, "normal")
    assert (ticket.status.key, ticket.due_at, ticket.tags.count()) == ("pending_assignment", None, 0)


def test_htmx_gets_errors_as_a_part_and_success_as_an_address(rita_web, it):
    part = rita_web.post(URL, {**TYPED, "subject": ""}, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert part.content.decode().strip().startswith('<div class="form" id="request-fields">')
    done = rita_web.post(URL, TYPED, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == reverse("desk:portal_ticket", args=[Ticket.objects.get().number])


def test_too_many_requests_are_refused_and_nothing_typed_is_lost(rita_web, it, settings):
    settings.FLOWTIC_RATE_LIMITS = {**settings.FLOWTIC_RATE_LIMITS, "create_ticket": (1, 3600)}
    assert rita_web.post(URL, TYPED).status_code == 302
    page = rita_web.post(URL, {**TYPED, "subject": "Second one", "token": "1" * 32})
    assert page.status_code == 429
    assert "Second one" in page.content.decode()
    part = rita_web.post(URL, TYPED, headers={"HX-Request": "true"})
    assert part.status_code == 429
    assert "data-toast" in part.content.decode()
    assert Ticket.objects.count() == 1
