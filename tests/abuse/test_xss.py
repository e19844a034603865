"""XSS in a real Chromium: every field and every parameter full of markup, every page opened, nothing runs."""

from urllib.parse import quote, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Department, User
from desk.commands import add_comment, add_watcher, change_fields, claim_ticket
from desk.models import Attachment, Priority, RequestType, Status, Tag, Ticket
from flowtic.core.models import Delivery, LeasedWork
from tests.abuse.vectors import MARKDOWN, RUNS, SHORT, TAG
from tests.factories import make_ticket

TEXT = "\n\n".join([RUNS, *MARKDOWN])

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(as_web, rita, otto, alan, ada, pia, it):
    """Everything that people can write, written past the checks where those would clean it."""
    fields = [{"key": "model", "kind": "text", "label_de": f"de{SHORT}", "label_en": f"en{SHORT}"}]
    fields.append({"key": "size", "kind": "choice", "choices": [SHORT, "b"], "label_de": SHORT, "label_en": SHORT})
    kind = RequestType.objects.create(
        key="laptop", name_de=SHORT, name_en=SHORT, schema={"fields": fields}, department=it
    )
    ticket = make_ticket(rita, it, request_type=kind, fields={"model": RUNS, "size": SHORT})
    other = make_ticket(rita, it)
    for person, internal in ((rita, False), (alan, False), (alan, True)):
        file = SimpleUploadedFile("x.txt", b"<script>alert(6)</script>")
        add_comment(as_web(person), ticket, body=TEXT, internal=internal, files=[file])
    change_fields(as_web(alan), ticket, tags=["x"], priority=Priority.objects.get(key="high"))
    add_watcher(as_web(alan), ticket, person=otto)
    claim_ticket(as_web(alan), ticket)
    Attachment.objects.update(name=f"{SHORT}.png")
    Ticket.objects.update(subject=RUNS, description=TEXT)
    Tag.objects.update(name=TAG)
    Department.objects.update(name_de=SHORT, name_en=SHORT)
    Status.objects.update(name_de=SHORT, name_en=SHORT)
    Priority.objects.update(name_de=SHORT, name_en=SHORT)
    User.objects.update(name=SHORT, phone=SHORT, reason=RUNS, decision_reason=SHORT, last_active_at=None)
    Delivery.objects.update(state=LeasedWork.State.DEAD, last_error=RUNS, attempts=12)
    return {"ticket": ticket, "other": other, "rita": rita, "alan": alan, "ada": ada, "pia": pia, "it": it}


PAGES = {
    "alan": [
        "/tickets",
        "/tickets?view=all&q={runs}",
        "/tickets?view=all&tag={tag}",
        "/tickets?assignee={runs}",
        "/tickets/{number}",
        "/tickets/{number}?panel=history",
        "/tickets/{number}/history",
        "/tickets/{number}/merge?number={other}",
        "/tickets/{number}/comments/{comment}/split",
        "/tickets/new",
        "/people/{rita}",
        "/people/{rita}/card",
        "/me/profile",
        "/me/tokens",
    ],
    "rita": [
        "/portal",
        "/portal/tickets?state=all",
        "/portal/tickets?state=all&q={runs}",
        "/portal/tickets/{number}?messages=all",
        "/portal/new",
        "/portal/new?type=laptop",
        "/me/profile",
    ],
    "ada": [
        "/settings/people",
        "/settings/people?q={runs}",
        "/settings/people/pending",
        "/settings/people/{rita}",
        "/settings/departments",
        "/settings/departments/{it}",
        "/settings/domains",
        "/settings/outbox",
        "/admin/",
        "/admin/accounts/user/",
        "/admin/accounts/user/{rita}/change/",
        "/admin/desk/requesttype/",
        "/admin/desk/status/",
        "/admin/desk/ticket/",
        "/admin/core/event/",
    ],
    "pia": ["/pending"],
}


def watch(page):
    """Requests that only markup out of a field can have sent."""
    page.ran = []
    page.on("request", lambda request: urlsplit(request.url).path.startswith("/ran-") and page.ran.append(request.url))
    return page


def check_silent(page, address):
    page.wait_for_timeout(150)
    assert page.seen.problems == [], address
    assert page.ran == [], address
    assert page.evaluate("document.querySelectorAll('[onerror],[onload],[hx-on\\\\:click],img[src*=ran]').length") == 0


@pytest.mark.parametrize("who", PAGES)
def test_xss_08_no_field_runs_on_any_page(world, open_page, who):
    names = {"number": world["ticket"].number, "other": world["other"].number, "rita": world["rita"].pk}
    names |= {"it": world["it"].pk, "comment": world["ticket"].comments.filter(is_internal=False).first().pk}
    names |= {"runs": quote(RUNS), "tag": quote(TAG)}
    page, shown = watch(open_page(world[who], "")), 0
    for pattern in PAGES[who]:
        address = pattern.format(**names)
        answer = page.goto(address)
        assert answer.status < 500, address
        check_silent(page, address)
        shown += "onload=alert" in page.locator("body").inner_text() or "onload=alert" in page.content()
    # The control: the texts are there to be read.
    assert shown >= min(len(PAGES[who]), 3) or who == "pia"


def test_xss_08_parts_that_open_later_run_nothing_either(world, open_page):
    """Popovers, menus, suggestions and the parts that htmx fetches."""
    page = watch(open_page(world["alan"], f"/tickets/{world['ticket'].number}"))
    for path in (f"/people/{world['rita'].pk}/card", f"/tickets/{world['ticket'].number}?panel=history", "/tickets"):
        page.evaluate("path => htmx.ajax('GET', path, {target: 'main', swap: 'innerHTML'})", path)
        page.wait_for_timeout(400)
        check_silent(page, path)


def test_xss_08_control_the_browser_would_have_told(world, open_page):
    """The same markup, put into the page as markup: policy, requests and elements are all noticed."""
    page = watch(open_page(world["alan"], "/me/profile"))
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", RUNS)
    page.evaluate("htmx.process(document.querySelector('main'))")
    page.wait_for_timeout(400)
    assert any("Content Security Policy" in problem or "inline" in problem for problem in page.seen.problems)
    assert any("/ran-1" in url for url in page.ran)
    with pytest.raises(AssertionError):
        check_silent(page, "control")


@pytest.mark.parametrize(
    "pattern",
    [
        "/tickets?sort={}",
        "/tickets?q={}",
        "/tickets?tab={}",
        "/tickets?{}=1",
        "/tickets?cursor={}",
        "/tickets?status={}",
        "/tickets?created_after={}",
        "/tickets/{}",
        "/tickets/FT-2026-000001?panel={}",
        "/portal/tickets?q={}&state={}",
        "/portal/new?type={}",
        "/settings/people?state={}",
        "/no/such/page/{}",
        "/accounts/login/?next={}",
        "/accounts/password/reset/key/{}/",
        "/accounts/confirm-email/{}/",
        "/me/profile?message={}",
        "/admin/accounts/user/?q={}",
    ],
)
def test_xss_09_no_parameter_runs(open_page, client, ada, it, rita, pattern):
    """Also in what a browser shows for an error; `javascript:` in next stays unused."""
    make_ticket(rita, it)
    person = None if pattern.startswith("/accounts/") else ada
    page = watch(open_page(person, ""))
    for text in (quote(RUNS), quote("</script><script>alert(7)</script>"), "javascript:alert(8)"):
        answer = page.goto(pattern.replace("{}", text))
        assert answer.status < 500
        check_silent(page, pattern)
        assert page.locator("a[href^='javascript'], form[action^='javascript']").count() == 0
