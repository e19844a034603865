"""From the sign-up form to the first page: register, confirm, wait, be let in (or not)."""

import pytest
from django.core import mail
from django.test import Client

from accounts.commands import approve_person, create_contact, reject_person, save_approved_domain
from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import PASSWORD

ADDRESS = "nora.neu@example.test"
MACHINE = Actor.system("test")


def sign_up(client, **changes):
    data = {"name": "Nora Neu", "email": ADDRESS, "reason": "I work here", "password1": PASSWORD, "password2": PASSWORD}
    return client.post("/accounts/signup/", {**data, **changes}, headers={"Accept-Language": "en"})


def log_in(client, email=ADDRESS, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def confirm(client, worker, link, mails, address=ADDRESS):
    with worker():
        return client.post(link(mails(address)[-1]))


@pytest.fixture
def signed_up(db, client, worker):
    with worker():
        answer = sign_up(client)
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/confirm-email/"
    return User.objects.get(email=ADDRESS)


@pytest.fixture
def confirmed(signed_up, client, worker, link, mails):
    confirm(client, worker, link, mails)
    signed_up.refresh_from_db()
    return signed_up


def test_the_whole_way_in(client, ada, it, worker, link, mails):
    with worker():
        sign_up(client, department=it.pk)
    nora = User.objects.get(email=ADDRESS)
    assert (nora.name, nora.state, nora.requested_department, nora.language) == ("Nora Neu", "unverified", it, "en")
    assert client.get(link(mails(ADDRESS)[0])).status_code == 200
    confirm(client, worker, link, mails)
    nora.refresh_from_db()
    assert nora.state == "pending"

    assert log_in(client)["Location"] == "/"
    page = client.get("/", follow=True)
    assert page.redirect_chain[-1][0] == "/pending"
    assert "Account awaiting approval" in page.content.decode()
    to_admin = mails(ada.email)[0]
    assert "Nora Neu" in to_admin.subject
    assert "I work here" in to_admin.body
    assert link(to_admin) == "/settings/people/pending"

    with worker():
        approve_person(Actor(ada, "web"), nora, role="agent", departments={it: True}, reason="")
    assert client.get("/pending")["Location"] == "/"
    assert client.get("/me/profile").status_code == 200
    assert "approved" in mails(ADDRESS)[-1].subject


def test_the_polling_page_sends_on_who_was_let_in(client, confirmed, ada):
    log_in(client)
    poll = {"HX-Request": "true", "HX-Request-Type": "partial"}
    waiting = client.get("/pending", headers=poll)
    assert 'id="pending-state"' in waiting.content.decode()
    assert "<html" not in waiting.content.decode()
    approve_person(Actor(ada, "web"), confirmed, role="user", departments={}, reason="")
    assert client.get("/pending", headers=poll)["HX-Redirect"] == "/"


def test_nobody_gets_a_session_before_the_address_is_confirmed(client, signed_up, worker, mails):
    with worker():
        assert log_in(client)["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session
    assert client.get("/pending")["Location"].startswith("/accounts/login/")


def test_a_contact_is_taken_over_by_its_owner(client, alan, worker, link, mails):
    contact = create_contact(Actor(alan, "web"), email=ADDRESS, name="N. from the phone")
    with worker():
        sign_up(client)
    contact.refresh_from_db()
    assert (contact.state, contact.name) == ("unverified", "N. from the phone"), "nothing is proved yet"
    confirm(client, worker, link, mails)
    contact.refresh_from_db()
    assert (contact.state, contact.name) == ("pending", "Nora Neu")
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_an_approved_domain_needs_no_decision(client, it, ada, worker, link, mails):
    save_approved_domain(Actor(ada, "web"), domain="example.test", role="agent", departments=[it])
    with worker():
        sign_up(client)
    confirm(client, worker, link, mails)
    nora = User.objects.get(email=ADDRESS)
    assert (nora.state, nora.role, nora.working_department_ids()) == ("active", "agent", {it.pk})
    assert mails(ada.email) == []


def test_errors_keep_what_was_typed_except_passwords(client, db):
    page = sign_up(client, password2="something else", name="Änne <b>").content.decode()
    assert ADDRESS in page
    assert "Änne &lt;b&gt;" in page
    assert "I work here" in page
    assert PASSWORD not in page
    assert "data-error-summary" in page
    assert not User.objects.filter(email=ADDRESS).exists()


@pytest.mark.parametrize(
    "password", ["short 1", "password1234", "flowtic-2026", "nora neu neu", "nora.neu@example.test"]
)
def test_weak_passwords_are_refused(client, db, password):
    assert sign_up(client, password1=password, password2=password).status_code == 200
    assert not User.objects.filter(email=ADDRESS).exists()


def test_long_passwords_work(client, db):
    password = "correct horse battery staple " * 4
    assert sign_up(client, password1=password, password2=password).status_code == 302
    assert User.objects.get(email=ADDRESS).check_password(password)


def test_mass_assignment_on_the_sign_up_form(client, db):
    """AUTH-01: nothing but the form's own fields counts."""
    extra = {
        "role": "admin",
        "state": "active",
        "is_active": "1",
        "is_staff": "1",
        "is_superuser": "1",
        "email_verified": "1",
    }
    sign_up(client, **extra)
    nora = User.objects.get(email=ADDRESS)
    assert (nora.role, nora.state, nora.is_staff) == ("user", "unverified", False)


# ---- rejected ----------------------------------------------------------------------------------
def test_a_rejected_person_reads_the_reason_after_the_right_password(confirmed, ada, worker, mails):
    with worker():
        reject_person(Actor(ada, "web"), confirmed, reason="Please use your company address.")
    assert "Please use your company address." in mails(ADDRESS)[-1].body
    right = log_in(Client())
    assert right.status_code == 403
    assert "Please use your company address." in right.content.decode()
    wrong = log_in(Client(), password="not the password at all")
    assert "company address" not in wrong.content.decode()


def test_the_session_of_a_rejected_person_ends(client, confirmed, ada):
    log_in(client)
    assert client.get("/pending").status_code == 200
    reject_person(Actor(ada, "web"), confirmed, reason="No")
    assert client.get("/pending")["Location"].startswith("/accounts/login/")


# ---- enumeration (AUTH-07) -------------------------------------------------------------------------
def test_a_known_and_an_unknown_address_look_the_same(client, rita, worker, mails):
    with worker():
        known = sign_up(client, email=rita.email)
        unknown = sign_up(client)
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert known.content == unknown.content
    assert list(mails(rita.email)[0].alternatives)
    assert "account already" in mails(rita.email)[0].subject
    rita.refresh_from_db()
    assert rita.name == "Rita Reiter"


def test_reset_of_a_known_and_an_unknown_address_looks_the_same(client, rita, worker, mails):
    with worker():
        known = client.post("/accounts/password/reset/", {"email": rita.email})
        unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.test"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert "Set a new password" in mails(rita.email)[0].subject
    assert "No account" in mails("nobody@example.test")[0].subject


def test_two_sign_ups_at_once_make_one_account(client, db, monkeypatch):
    """The second one finds the address taken only when it writes."""
    from allauth.account.forms import SignupForm

    monkeypatch.setattr(SignupForm, "validate_unique_email", lambda self, value: value)
    assert sign_up(client)["Location"] == sign_up(Client(), name="Other")["Location"]
    assert User.objects.get(email=ADDRESS).name == "Nora Neu"


def test_a_confirmation_link_works_once_and_only_for_its_address(client, confirmed, signed_up, link, mails):
    used = link(mails(ADDRESS)[0])
    assert "works no longer" in client.get(used).content.decode()
    assert client.post(used).status_code == 404
    assert client.get("/accounts/confirm-email/MTIz:made-up:signature/").status_code == 200


def test_sign_up_can_be_closed(client, db, settings):
    settings.FLOWTIC_SIGNUP = False
    assert "Sign-up is closed" in client.get("/accounts/signup/").content.decode()
    sign_up(client)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_sign_up_is_written_down(confirmed):
    names = list(Event.objects.filter(subject_id=confirmed.pk).order_by("pk").values_list("name", flat=True))
    assert names == ["person.registered", "person.email_confirmed"]
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"
