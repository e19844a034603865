"""The doors: the table of policies, and the button for the next ticket."""

import pytest

from accounts.models import Skill
from desk.models import DispatchPolicy
from tests.factories import make_department, make_ticket

HTMX = {"HX-Request": "true"}


@pytest.fixture
def admin(client, ada):
    client.force_login(ada)
    return client


def row(key, **values):
    found = {"strategy": "pull", "skill": "", "level": "1", "cap": "", "return_hours": "", **values}
    return {f"{key}-{name}": value for name, value in found.items()}


@pytest.fixture
def general(db):
    """The department that every installation begins with."""
    return make_department("general")


def test_the_table_shows_every_department_and_what_it_does(admin, it, general, policy):
    policy("round_robin", cap=8, return_after="PT90M")
    page = admin.get("/settings/dispatching").content.decode()
    assert 'id="policy-it"' in page
    assert 'id="policy-general"' in page
    assert '<option value="round_robin" selected>' in page
    assert 'value="8"' in page
    assert 'value="1.5"' in page


def test_it_is_saved_and_untouched_rows_make_no_policy(admin, it, general):
    Skill.objects.create(key="net", name_de="Netzwerk", name_en="Networks")
    data = {**row("general"), **row("it", strategy="skill", skill="net", level="3", cap="5", return_hours="8")}
    answer = admin.post("/settings/dispatching", data)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/dispatching")
    saved = DispatchPolicy.objects.get()
    assert (saved.department, saved.strategy, saved.skill, saved.level) == (it, "skill", "net", 3)
    assert (saved.cap, saved.return_after) == (5, "PT8H")


def test_a_wrong_row_is_marked_and_the_others_are_saved(admin, it, general):
    data = {**row("general", strategy="dispatcher"), **row("it", strategy="skill", cap="0", return_hours="7")}
    answer = admin.post("/settings/dispatching", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "data-error-summary" in page
    assert 'value="7"' in page
    assert DispatchPolicy.objects.get().department == general
    answer = admin.post("/settings/dispatching", {**row("general"), **row("it", strategy="skill")})
    assert "Choose the skill." in answer.content.decode()


def test_a_strange_choice_is_refused(admin, it, general):
    answer = admin.post("/settings/dispatching", {**row("general"), **row("it", strategy="dice", level="x")})
    assert answer.status_code == 422
    assert not DispatchPolicy.objects.exists()


def test_it_stands_in_the_settings_of_admins_only(admin, sven):
    assert 'href="/settings/dispatching"' in admin.get("/settings/dispatching").content.decode()
    admin.force_login(sven)
    assert admin.get("/settings/dispatching").status_code == 403


def test_the_next_ticket_is_opened(client, alan, ticket):
    client.force_login(alan)
    answer = client.post("/work/next")
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.number}")
    assert "is yours now" in client.get(answer["Location"]).content.decode()
    ticket.refresh_from_db()
    assert ticket.assignee == alan


def test_with_htmx_the_whole_page_changes(client, alan, ticket):
    client.force_login(alan)
    answer = client.post("/work/next", headers=HTMX)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/tickets/{ticket.number}")


def test_nothing_waiting_and_no_room_are_said_where_the_person_was(client, alan, rita, it, busy, policy):
    client.force_login(alan)
    answer = client.post("/work/next", {"next": "/tickets?assignee=me"}, follow=True)
    assert answer.redirect_chain == [("/tickets?assignee=me", 302)]
    assert "Nothing waits in your queues." in answer.content.decode()
    policy("pull", cap=1)
    busy(alan, 1)
    make_ticket(rita, it)
    answer = client.post("/work/next", {"next": "https://evil.example"}, follow=True)
    assert answer.redirect_chain == [("/tickets", 302)]
    assert "limit of 1 open" in answer.content.decode()


def test_coming_back_after_a_login_shows_the_list(client, alan):
    client.force_login(alan)
    assert client.get("/work/next")["Location"] == "/tickets"
