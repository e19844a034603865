"""`/people`, `/me` and `/departments`."""

import pytest

from accounts.models import ApiToken, Department, User
from flowtic.core.models import Event
from tests.api.conftest import fields_of, problem
from tests.factories import make_person

NEW = {"email": "Neu@Example.org", "name": "Nora Neu", "role": "agent"}


def test_me(rest, rita, lea):
    body = rest(lea, "tickets:read").get("/me").json()
    assert (body["email"], body["scopes"]) == (lea.email, ["tickets:read"])
    assert body["departments"] == [{"key": "it", "name": "IT operations", "lead": True}]
    assert rest(rita).get("/me").json()["id"] == rita.pk


def test_who_works_finds_people(rest, alan, rita, otto, pia):
    client = rest(alan)
    assert [row["name"] for row in client.get("/people?q=REITER").json()["results"]] == ["Rita Reiter"]
    assert [row["name"] for row in client.get("/people?q=otto.fremd@").json()["results"]] == ["Otto Fremd"]
    assert [row["name"] for row in client.get("/people?state=pending").json()["results"]] == ["Pia Pending"]
    assert [row["name"] for row in client.get("/people?role=agent").json()["results"]] == ["Alan Agent"]
    first = client.get("/people?limit=1").json()
    second = client.get(f"/people?limit=1&cursor={first['next']}").json()
    assert [first["results"][0]["name"], second["results"][0]["name"]] == ["Alan Agent", "Otto Fremd"]
    assert client.get("/people?q=%25").json()["results"] == []
    assert client.get(f"/people/{rita.pk}").json()["email"] == rita.email


def test_users_find_only_themselves(rest, rita, otto, ada):
    assert [row["id"] for row in rest(rita).get("/people").json()["results"]] == [rita.pk]
    assert rest(rita).get("/people?q=otto").json()["results"] == []
    assert rest(rita).get(f"/people/{rita.pk}").status_code == 200
    problem(rest(rita).get(f"/people/{otto.pk}"), 404, "not_found")
    problem(rest(rita).get(f"/people/{ada.pk}"), 404, "not_found")


@pytest.mark.parametrize("query", ["role=boss", "state=gone", "q=", "q=%00", "q=" + "x" * 101, "fields=*", "email=x"])
def test_bad_parameters(rest, alan, query):
    problem(rest(alan).get(f"/people?{query}"), 400)


@pytest.mark.parametrize("pk", ["0", "-1", "x", "1.0", "9" * 30, "%00"])
def test_ids_that_are_none(rest, ada, pk):
    problem(rest(ada).get(f"/people/{pk}"), 404)


def test_an_admin_makes_a_person(rest, ada, it):
    made = rest(ada).post("/people", {**NEW, "departments": [{"department": "it", "lead": True}]})

    body = made.json()
    assert (made.status_code, made["Location"]) == (201, f"/api/v1/people/{body['id']}")
    assert (body["email"], body["state"], body["role"]) == ("neu@example.org", "active", "agent")
    assert body["departments"] == [{"key": "it", "name": "IT operations", "lead": True}]
    assert not User.objects.get(pk=body["id"]).has_usable_password()
    assert fields_of(problem(rest(ada).post("/people", NEW), 409)) == {"email"}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({**NEW, "email": "x"}, 422, "email"),
        ({**NEW, "email": "a@b.c\nBcc: x@y.de"}, 422, "email"),
        ({**NEW, "name": "A\r\nBcc: x@y.de"}, 422, "name"),
        ({**NEW, "role": "root"}, 422, "role"),
        ({**NEW, "is_staff": True}, 422, "is_staff"),
        ({**NEW, "password": "x"}, 422, "password"),
        ({**NEW, "departments": [{"department": "nowhere"}]}, 422, "departments"),
        ({**NEW, "departments": [{"department": "it"}, {"department": "it"}]}, 409, "departments"),
    ],
)
def test_bad_people(rest, ada, it, body, status, field):
    assert field in fields_of(problem(rest(ada).post("/people", body), status))
    assert User.objects.count() == 1


def test_approving_with_role_and_departments(rest, ada, it, pia):
    body = {"state": "active", "role": "agent", "departments": [{"department": "it"}], "reason": "Willkommen"}
    answer = rest(ada).patch(f"/people/{pia.pk}", body).json()
    assert (answer["state"], answer["role"], answer["decision_reason"]) == ("active", "agent", "Willkommen")
    assert [row["key"] for row in answer["departments"]] == ["it"]
    assert Event.objects.filter(name="person.approved", actor=ada, via="api").count() == 1


def test_rejecting_needs_a_reason(rest, ada, pia):
    problem(rest(ada).patch(f"/people/{pia.pk}", {"state": "rejected"}), 422)
    assert (
        rest(ada).patch(f"/people/{pia.pk}", {"state": "rejected", "reason": "unbekannt"}).json()["state"] == "rejected"
    )
    assert rest(ada).patch(f"/people/{pia.pk}", {"state": "active"}).json()["state"] == "active"
    problem(rest(ada).patch(f"/people/{pia.pk}", {"state": "rejected", "reason": "x"}), 409)


def test_suspending_ends_the_tokens_at_once(rest, ada, alan):
    client = rest(alan)
    assert client.get("/me").status_code == 200
    answer = rest(ada).patch(f"/people/{alan.pk}", {"state": "suspended", "reason": "Abschied"})
    assert answer.json()["state"] == "suspended"
    problem(client.get("/me"), 401, "unauthorized")
    rest(ada).patch(f"/people/{alan.pk}", {"state": "active"})
    problem(client.get("/me"), 401)
    assert not ApiToken.objects.filter(user=alan, revoked_at=None).exists()


def test_a_change_happens_whole_or_not_at_all(rest, ada, alan, hr):
    body = {"role": "support", "departments": [{"department": "hr"}], "state": "rejected", "reason": "x"}
    problem(rest(ada).patch(f"/people/{alan.pk}", body), 409)
    alan.refresh_from_db()
    assert (alan.role, [m.department.key for m in alan.memberships.all()]) == ("agent", ["it"])


def test_admins_do_not_lock_themselves_out(rest, ada):
    for body in ({"role": "user"}, {"state": "suspended"}):
        problem(rest(ada).patch(f"/people/{ada.pk}", body), 403)
    other = make_person("Zoe Zwei", "admin")
    assert rest(ada).patch(f"/people/{other.pk}", {"role": "user", "name": "Zoe"}).json()["role"] == "user"


def test_only_admins_with_the_scope(rest, ada, sven, lea, rita, pia):
    for person in (sven, lea):
        problem(rest(person).post("/people", NEW), 403, "forbidden")
        problem(rest(person).patch(f"/people/{pia.pk}", {"state": "active"}), 403)
    problem(rest(rita).patch(f"/people/{rita.pk}", {"role": "admin"}), 403)
    problem(rest(ada, "people:read").post("/people", NEW), 403, "forbidden")
    assert not User.objects.filter(email="neu@example.org").exists()


def test_departments(rest, ada, rita, it):
    body = {"key": "fleet", "name_de": "Fuhrpark", "name_en": "Fleet"}
    made = rest(ada).post("/departments", body)
    assert (made.status_code, made["Location"]) == (201, "/api/v1/departments/fleet")
    names = [row["name"] for row in rest(rita).get("/departments", Accept_Language="de").json()["results"]]
    assert "Fuhrpark" in names
    assert rest(ada).patch("/departments/fleet", {"active": False}).json()["active"] is False
    assert "fleet" not in [row["key"] for row in rest(rita).get("/departments").json()["results"]]
    assert fields_of(problem(rest(ada).post("/departments", body), 409)) == {"key"}
    assert fields_of(problem(rest(ada).patch("/departments/fleet", {"key": "x"}), 422)) == {"key"}
    assert fields_of(problem(rest(ada).post("/departments", {**body, "position": -1}), 422)) == {"position"}
    problem(rest(ada).patch("/departments/none", {"active": True}), 404)
    problem(rest(rita).post("/departments", body), 403)
    default = Department.objects.get(is_default=True)
    problem(rest(ada).patch(f"/departments/{default.key}", {"active": False}), 409)
