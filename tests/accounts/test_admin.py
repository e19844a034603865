"""Django admin: everything it writes goes through the commands, so events are written and rules hold."""

import pytest
from django.contrib import admin as django_admin
from django.test import Client

from accounts.models import ApprovedDomain, Department, User
from desk.models import Priority, RequestType, Status, StatusTransition, Tag
from flowtic.admin_site import CommandAdmin, ReadOnlyAdmin
from flowtic.core.models import Delivery, Event
from tests.factories import make_person


@pytest.fixture
def admin(logged_in, ada):
    return logged_in(ada)


def events(name):
    return Event.objects.filter(name=name)


def profile(person, **changes):
    names = ("name", "role", "phone", "language", "time_zone", "theme", "density")
    return {**{name: getattr(person, name) for name in names}, **changes}


def test_there_is_one_login(client, db):
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


@pytest.mark.parametrize("who", ["rita", "alan", "sven"])
def test_only_admins_get_in(logged_in, request, who):
    client = logged_in(request.getfixturevalue(who))
    assert client.get("/admin/", follow=True).status_code == 403
    assert client.post("/admin/accounts/department/add/", {"key": "x"}, follow=True).status_code == 403
    assert not Department.objects.filter(key="x").exists()


def test_nothing_is_registered_that_writes_by_itself():
    site = django_admin.site
    assert {User, Department, ApprovedDomain, Status, StatusTransition, Priority, Tag, RequestType} <= set(
        site._registry
    )
    for model, found in site._registry.items():
        assert isinstance(found, CommandAdmin | ReadOnlyAdmin), model
        if isinstance(found, CommandAdmin):
            assert type(found).command is not CommandAdmin.command, model
            assert found.inlines == [] or found.inlines == (), model


def test_every_page_of_the_admin_opens(admin, ticket, alan):
    for model in django_admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert admin.get(base).status_code == 200, base
        row = model._default_manager.order_by("pk").first()
        if row:
            assert admin.get(f"{base}{row.pk}/change/").status_code == 200, base
        assert admin.get(f"{base}add/").status_code in (200, 403), base


def test_the_password_page_of_django_is_not_used(admin, ada):
    assert admin.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    assert admin.post("/admin/password_change/", {"new_password1": "x", "new_password2": "x"}).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password("correct horse battery 9")


# ---- people ----------------------------------------------------------------------------------------------
def test_a_person_is_added(admin, it, worker):
    form = {"email": "New.Person@example.test", "name": "New Person", "role": "agent", "departments": [it.pk]}
    assert admin.post("/admin/accounts/user/add/", form).status_code == 302
    person = User.objects.get(email="new.person@example.test")
    assert (person.state, person.role, person.has_usable_password()) == ("active", "agent", False)
    event = events("person.created").get()
    assert (event.via, event.subject_id) == ("admin", person.pk)
    again = admin.post("/admin/accounts/user/add/", form)
    assert again.status_code == 200
    assert "New Person" in again.content.decode()


def test_a_person_is_changed_by_commands(admin, alan, it, hr):
    url = f"/admin/accounts/user/{alan.pk}/change/"
    form = profile(alan, name="Alan Other", role="support", departments=[hr.pk], leads=[hr.pk])
    assert admin.post(url, {**form, "email": "stolen@example.test", "state": "rejected"}).status_code == 302
    alan.refresh_from_db()
    assert (alan.name, alan.role, alan.email, alan.state) == (
        "Alan Other",
        "support",
        "alan.agent@example.test",
        "active",
    )
    assert alan.lead_department_ids() == {hr.pk}
    for name in ("person.changed", "person.role_changed", "person.departments_changed"):
        assert events(name).get().via == "admin"


def test_a_refusal_is_an_error_of_the_form_and_changes_nothing(admin, ada):
    answer = admin.post(f"/admin/accounts/user/{ada.pk}/change/", profile(ada, name="Ada Changed", role="user"))
    assert answer.status_code == 200
    assert "Your role does not allow this" in answer.content.decode()
    assert "Ada Changed" in answer.content.decode()
    ada.refresh_from_db()
    assert (ada.name, ada.role) == ("Ada Admin", "admin")
    assert not events("person.changed").exists()


def test_people_are_suspended_in_bulk_and_never_deleted(admin, ada, alan, lea):
    action = {"action": "suspend", "_selected_action": [ada.pk, alan.pk, lea.pk]}
    text = admin.post("/admin/accounts/user/", action, follow=True).content.decode()
    assert "Suspended. (2)" in text
    assert "Ada Admin: Your role does not allow this" in text
    assert {row.state for row in User.objects.filter(pk__in=[alan.pk, lea.pk])} == {"suspended"}
    admin.post("/admin/accounts/user/", {**action, "action": "reactivate"})
    alan.refresh_from_db()
    assert alan.state == "active"
    assert admin.post(f"/admin/accounts/user/{alan.pk}/delete/", {"post": "yes"}).status_code == 403
    admin.post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [alan.pk], "post": "yes"})
    assert User.objects.filter(pk=alan.pk).exists()


# ---- departments, domains --------------------------------------------------------------------------------
def test_departments_and_domains(admin, it):
    form = {"key": "legal", "name_de": "Recht", "name_en": "Legal", "active": "on", "position": "1"}
    assert admin.post("/admin/accounts/department/add/", form).status_code == 302
    row = Department.objects.get(key="legal")
    assert events("department.created").get().via == "admin"
    admin.post(f"/admin/accounts/department/{row.pk}/change/", {**form, "name_en": "Law"})
    assert events("department.changed").get().changes == [{"field": "name_en", "old": "Legal", "new": "Law"}]
    assert admin.post(f"/admin/accounts/department/{row.pk}/delete/", {"post": "yes"}).status_code == 403

    default = Department.objects.get(is_default=True)
    refused = admin.post(
        f"/admin/accounts/department/{default.pk}/change/", {"name_de": "A", "name_en": "B", "position": "0"}
    )
    assert refused.status_code == 200
    assert "another default first" in refused.content.decode()

    admin.post("/admin/accounts/approveddomain/add/", {"domain": "example.com", "role": "user", "departments": [it.pk]})
    domain = ApprovedDomain.objects.get()
    refused = admin.post("/admin/accounts/approveddomain/add/", {"domain": "x.example", "role": "admin"})
    assert "without a decision" in refused.content.decode()
    admin.post(f"/admin/accounts/approveddomain/{domain.pk}/delete/", {"post": "yes"})
    assert not ApprovedDomain.objects.exists()
    assert events("approved_domain.changed").count() == 2


# ---- only to look at ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["desk/ticket", "core/event", "core/delivery", "core/job", "desk/statustransition"])
def test_rows_to_look_at_cannot_be_written(admin, ticket, path):
    app, model = path.split("/")
    found = next(row for row in django_admin.site._registry if row._meta.label_lower == f"{app}.{model}")
    row = found._default_manager.first()
    assert admin.get(f"/admin/{path}/add/").status_code == 403
    if row:
        before = found._default_manager.filter(pk=row.pk).values().get()
        assert admin.post(f"/admin/{path}/{row.pk}/change/", {"subject": "changed", "name": "x"}).status_code == 403
        assert admin.post(f"/admin/{path}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert found._default_manager.filter(pk=row.pk).values().get() == before


def test_a_dead_delivery_is_tried_again(admin, ticket):
    delivery = Delivery.objects.first()
    Delivery.objects.filter(pk=delivery.pk).update(state="dead", attempts=12)
    admin.post("/admin/core/delivery/", {"action": "try_again", "_selected_action": [delivery.pk]})
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("pending", 0)


def test_a_session_of_somebody_who_is_no_admin_any_more_ends_here(admin, logged_in, ada):
    from accounts.commands import set_role
    from flowtic.core.actor import Actor

    second = make_person("Second Admin", "admin")
    assert admin.get("/admin/").status_code == 200
    set_role(Actor(second, "web"), ada, role="agent")
    assert admin.get("/admin/accounts/user/").status_code == 302
    assert Client().get("/admin/accounts/user/").status_code == 302
