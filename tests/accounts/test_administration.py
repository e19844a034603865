"""The pages of the administration: pending people, people, departments, approved domains."""

import pytest

from accounts.commands import approve_person
from accounts.models import ApprovedDomain, Department, User
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import make_person

HX = {"HX-Request": "true"}
PENDING = "/settings/people/pending"


@pytest.fixture
def admin(logged_in, ada):
    return logged_in(ada)


# ---- who may (AUTH-03) ------------------------------------------------------------------------------
PAGES = [
    "",
    "/people",
    "/people/pending",
    "/people/{}",
    "/departments",
    "/departments/new",
    "/departments/{d}",
    "/domains",
]
POSTS = [
    "/people/{}/approve",
    "/people/{}/reject",
    "/people/{}/profile",
    "/people/{}/role",
    "/people/{}/departments",
    "/people/{}/suspend",
    "/people/{}/reactivate",
    "/people/{}/picture",
    "/departments/new",
    "/departments/{d}",
    "/domains",
]
INPUT = {
    "role": "admin",
    "name": "X",
    "reason": "x",
    "domain": "evil.example",
    "name_de": "X",
    "name_en": "X",
    "key": "x",
}


@pytest.mark.parametrize("who", ["rita", "alan", "lea", "sven"])
def test_only_admins_administer(logged_in, request, pia, it, who):
    person = request.getfixturevalue(who)
    client = logged_in(person)
    before = list(User.objects.order_by("pk").values())
    for path in [*PAGES, *POSTS]:
        for target in (pia.pk, person.pk):
            url = "/settings" + path.format(target, d=it.pk)
            assert client.get(url).status_code in (403, 405), url
            assert client.post(url, {**INPUT, "user": target}).status_code in (403, 405), url
    hidden = [{**row, "last_active_at": None, "last_login": None} for row in User.objects.order_by("pk").values()]
    assert hidden == [{**row, "last_active_at": None, "last_login": None} for row in before]
    assert not ApprovedDomain.objects.exists()


@pytest.mark.parametrize("path", PAGES)
def test_admins_do(admin, pia, it, path):
    assert admin.get("/settings" + path.format(pia.pk, d=it.pk)).status_code in (200, 302)


def test_visitors_log_in_first(client, db):
    assert client.get("/settings/people")["Location"] == "/accounts/login/?next=/settings/people"
    assert client.post("/settings/people/1/role", {"role": "admin"})["Location"].startswith("/accounts/login/")


# ---- pending -----------------------------------------------------------------------------------------
def test_approving_deletes_the_row_and_tells_the_person(admin, pia, it, hr, worker, mails):
    form = {"role": "agent", "departments": [it.pk], "leads": [hr.pk], "reason": "Welcome on board"}
    assert pia.name in admin.get(PENDING).content.decode()
    with worker():
        answer = admin.post(f"/settings/people/{pia.pk}/approve", form, headers=HX)
    assert answer["HX-Reswap"] == "delete"
    assert "is approved" in answer.content.decode()
    assert "Nobody waits" in answer.content.decode()
    pia.refresh_from_db()
    assert (pia.state, pia.role) == ("active", "agent")
    assert {row.department_id: row.is_lead for row in pia.memberships.all()} == {it.pk: False, hr.pk: True}
    assert "Welcome on board" in mails(pia.email)[0].body


def test_a_rejection_needs_a_reason(admin, pia):
    url = f"/settings/people/{pia.pk}/reject"
    refused = admin.post(url, {"role": "support", "reason": " "}, headers=HX)
    assert refused.status_code == 422
    row = refused.content.decode()
    assert f'id="person-{pia.pk}"' in row
    assert "Please give a reason." in row
    assert '<option value="support" selected>' in row
    plain = admin.post(url, {"role": "support", "reason": ""})
    assert plain.status_code == 422
    assert "<html" in plain.content.decode()
    pia.refresh_from_db()
    assert pia.state == "pending"
    assert admin.post(url, {"role": "user", "reason": "Not ours"})["Location"] == PENDING
    pia.refresh_from_db()
    assert (pia.state, pia.decision_reason, pia.is_active) == ("rejected", "Not ours", False)


def test_who_comes_second_hears_that_it_is_decided(admin, pia, sven):
    approve_person(Actor.system("test"), pia, role="user", departments={}, reason="")
    answer = admin.post(f"/settings/people/{pia.pk}/reject", {"role": "user", "reason": "No"}, headers=HX)
    assert answer.status_code == 200
    assert "Only a pending account can be rejected." in answer.content.decode()
    pia.refresh_from_db()
    assert pia.state == "active"


# ---- people --------------------------------------------------------------------------------------------
def test_the_list_is_filtered_and_paged(admin, ada, pia, alan):
    for number in range(40):
        make_person(f"Person {number:02}")
    first = admin.get("/settings/people", {"state": "active", "role": "user", "q": "person"})
    names = [person.name for person in first.context["page"].rows]
    assert names == [f"Person {number:02}" for number in range(25)]
    second = admin.get(
        "/settings/people", {"state": "active", "role": "user", "q": "person", "cursor": first.context["page"].next}
    )
    assert [person.name for person in second.context["page"].rows] == [
        f"Person {number:02}" for number in range(25, 40)
    ]
    assert [row.pk for row in admin.get("/settings/people?state=pending").context["page"].rows] == [pia.pk]
    assert [row.pk for row in admin.get("/settings/people?q=ALAN.agent").context["page"].rows] == [alan.pk]
    assert admin.get("/settings/people?cursor=broken").status_code == 400
    assert "Nobody found" in admin.get("/settings/people?q=%00%25zz", headers=HX).content.decode()


def test_the_list_asks_the_same_number_of_questions_for_any_length(admin, django_assert_max_num_queries, it):
    for number in range(30):
        make_person(f"Person {number:02}", "agent", departments=(it,))
    admin.get("/settings/people")
    with django_assert_max_num_queries(6):
        admin.get("/settings/people")


def test_role_and_departments_are_given(admin, alan, it, hr):
    admin.post(f"/settings/people/{alan.pk}/role", {"role": "support"})
    admin.post(f"/settings/people/{alan.pk}/departments", {"departments": [hr.pk], "leads": [hr.pk]})
    alan.refresh_from_db()
    assert alan.role == "support"
    assert {row.department_id: row.is_lead for row in alan.memberships.all()} == {hr.pk: True}
    names = list(Event.objects.filter(subject_id=alan.pk).order_by("-pk").values_list("name", flat=True)[:2])
    assert names == ["person.departments_changed", "person.role_changed"]
    assert admin.post(f"/settings/people/{alan.pk}/role", {"role": "owner"}).status_code == 422


def test_nobody_changes_or_suspends_themselves_or_the_last_admin(admin, logged_in, ada):
    assert admin.post(f"/settings/people/{ada.pk}/role", {"role": "user"}).status_code == 403
    assert admin.post(f"/settings/people/{ada.pk}/suspend", {"reason": ""}).status_code == 403
    second = make_person("Second Admin", "admin")
    assert logged_in(second).post(f"/settings/people/{ada.pk}/role", {"role": "user"}).status_code == 302
    ada.refresh_from_db()
    assert ada.role == "user"


def test_suspension_and_back(admin, logged_in, alan, worker, mails):
    session = logged_in(alan)
    with worker():
        admin.post(f"/settings/people/{alan.pk}/suspend", {"reason": "On leave"})
    assert session.get("/me/profile").status_code == 302
    page = admin.get(f"/settings/people/{alan.pk}").content.decode()
    assert "On leave" in page
    assert "suspended" in page
    with worker():
        admin.post(f"/settings/people/{alan.pk}/reactivate")
    assert logged_in(alan).get("/me/profile").status_code == 200
    assert [message.subject for message in mails(alan.email)] == [
        "Your account is suspended",
        "Your account is active again",
    ]


def test_reactivation_approves_nobody(admin, pia):
    assert admin.post(f"/settings/people/{pia.pk}/suspend", {"reason": ""}).status_code == 422
    assert admin.post(f"/settings/people/{pia.pk}/reactivate").status_code == 422
    pia.refresh_from_db()
    assert pia.state == "pending"


def test_an_admin_edits_a_profile_but_not_more(admin, alan):
    form = {
        "name": "Alan A. Agent",
        "phone": "+49 30 1",
        "theme": "dark",
        "density": "compact",
        "time_zone": "",
        "language": "",
    }
    admin.post(f"/settings/people/{alan.pk}/profile", {**form, "role": "admin", "email": "x@example.test"})
    alan.refresh_from_db()
    assert (alan.name, alan.role, alan.email) == ("Alan A. Agent", "agent", "alan.agent@example.test")
    refused = admin.post(f"/settings/people/{alan.pk}/profile", {**form, "phone": "no number"})
    assert refused.status_code == 422
    assert "no number" in refused.content.decode()


# ---- departments and domains -----------------------------------------------------------------------------
DEPARTMENT = {"key": "legal", "name_de": "Recht", "name_en": "Legal", "position": "3", "active": "on"}


def test_departments_are_made_and_changed(admin):
    assert admin.post("/settings/departments/new", DEPARTMENT).status_code == 302
    row = Department.objects.get(key="legal")
    admin.post(f"/settings/departments/{row.pk}", {**DEPARTMENT, "key": "stolen", "name_en": "Law", "position": "4"})
    row.refresh_from_db()
    assert (row.key, row.name_en, row.position, row.active) == ("legal", "Law", 4, True)
    twice = admin.post("/settings/departments/new", DEPARTMENT)
    assert twice.status_code == 422
    assert "Recht" in twice.content.decode()
    assert admin.post("/settings/departments/new", {**DEPARTMENT, "key": "No Blanks"}).status_code == 422


def test_the_default_department_is_not_retired(admin, db):
    row = Department.objects.get(is_default=True)
    refused = admin.post(
        f"/settings/departments/{row.pk}", {"name_de": "A", "name_en": "B", "position": "0", "is_default": "on"}
    )
    assert refused.status_code == 422
    assert "another default first" in refused.content.decode()


def test_domains_are_approved_changed_and_removed(admin, it):
    assert (
        admin.post("/settings/domains", {"domain": "@Example.COM", "role": "agent", "departments": [it.pk]}).status_code
        == 302
    )
    row = ApprovedDomain.objects.get()
    assert (row.domain, row.role, list(row.departments.all())) == ("example.com", "agent", [it])
    admin.post(f"/settings/domains/{row.pk}", {"domain": "other.example", "role": "user"})
    row.refresh_from_db()
    assert (row.domain, row.role, row.departments.count()) == ("example.com", "user", 0)
    assert admin.post("/settings/domains", {"domain": "no domain", "role": "user"}).status_code == 422
    assert admin.post("/settings/domains", {"domain": "evil.example", "role": "admin"}).status_code == 422
    admin.post(f"/settings/domains/{row.pk}/remove")
    assert not ApprovedDomain.objects.exists()
