"""Who is suspended may hold work: what becomes of it, on the page and over REST."""

import pytest

from accounts.holdings import held
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.api.conftest import fields_of, problem, rest  # noqa: F401  (a fixture)
from tests.factories import make_person, make_ticket
from tests.workflows.factories import document, make_run, open_item, task
from workflows.commands.work_items import claim_work_item
from workflows.models import WorkItem


@pytest.fixture
def work(alan, it, hr, rita):
    """Alan owns a ticket in each department and has claimed a step; a closed ticket stays his for ever."""
    mine, foreign = make_ticket(rita, it, assignee=alan), make_ticket(rita, hr, assignee=alan)
    closed = make_ticket(rita, it, assignee=alan, status="closed")
    run = make_run(document(task()), rita, it)
    item = claim_work_item(Actor(alan, "web"), open_item(run))
    return {"it": mine, "hr": foreign, "closed": closed, "step": run.ticket, "item": item}


def owners(work):
    for ticket in (work["it"], work["hr"], work["closed"], work["step"]):
        ticket.refresh_from_db()
    names = [str(work[key].assignee or "") for key in ("it", "hr", "closed", "step")]
    return [*names, str(WorkItem.objects.get(pk=work["item"].pk).assignee or "")]


HELD = ["Alan Agent"] * 5


def test_what_a_person_holds_is_counted(work, ada, alan, lea):
    assert [(kind.key, kind.number) for kind in held(Actor(ada, "web"), alan)] == [("tickets", 3), ("work_items", 1)]
    assert held(Actor(ada, "web"), lea) == []


def test_the_page_asks_only_where_there_is_work(logged_in, ada, work, alan, lea):
    page = logged_in(ada).get(f"/settings/people/{alan.pk}").content.decode()
    assert "Open tickets: 3" in page
    assert "Open steps: 1" in page
    assert 'name="open_work"' in page
    assert 'name="open_work"' not in logged_in(ada).get(f"/settings/people/{lea.pk}").content.decode()


@pytest.mark.parametrize(
    ("given", "after"),
    [
        ({"open_work": "leave"}, HELD),
        ({"open_work": "release"}, ["", "", "Alan Agent", "", ""]),
        ({"open_work": "hand_over"}, ["Lea Leitung", "", "Alan Agent", "Lea Leitung", "Lea Leitung"]),
    ],
)
def test_what_becomes_of_the_work(logged_in, ada, work, alan, lea, given, after):
    values = {"reason": "Left", "successor": lea.email.upper() if given["open_work"] == "hand_over" else "", **given}
    assert logged_in(ada).post(f"/settings/people/{alan.pk}/suspend", values).status_code == 302
    alan.refresh_from_db()
    assert (alan.state, owners(work)) == ("suspended", after)
    told = Event.objects.get(name="person.suspended").data
    if given["open_work"] == "hand_over":
        assert told["successor"] == lea.pk
        assert told["passed"]["tickets"] == {"handed": 2, "returned": 1, "kept": 0}
        assert told["passed"]["work_items"] == {"handed": 1, "returned": 0, "kept": 0}
        assert Event.objects.filter(name="ticket.assigned", actor=ada).count() == 2
    else:
        assert ("passed" in told) == (given["open_work"] == "release")


def test_a_refused_successor_changes_nothing_and_loses_nothing_typed(logged_in, ada, work, alan, rita):
    for email in ("nobody@example.test", rita.email, alan.email, "", "<b>"):
        values = {"reason": "Long gone", "open_work": "hand_over", "successor": email}
        answer = logged_in(ada).post(f"/settings/people/{alan.pk}/suspend", values)
        assert answer.status_code == 422, email
        page = answer.content.decode()
        assert "Long gone" in page
        assert "<b>" not in page.partition('id="access-title"')[2].partition("</form>")[0]
    alan.refresh_from_db()
    assert (alan.state, owners(work)) == ("active", HELD)


def test_an_approval_by_name_stays_and_is_reported(logged_in, ada, alan, lea, it):
    approval = {
        "key": "ok", "kind": "approval", "mode": "sequence", "quorum": "all", "approve": "end", "reject": "end",
        "approvers": [{"person": alan.email}],
    }  # fmt: skip
    run = make_run(document(approval), lea, it)  # Lea asks: it cannot be handed to her
    assert open_item(run).assignee == alan
    values = {"reason": "", "open_work": "hand_over", "successor": lea.email}
    assert logged_in(ada).post(f"/settings/people/{alan.pk}/suspend", values).status_code == 302
    assert open_item(run).assignee == alan
    told = Event.objects.get(name="person.suspended").data["passed"]["work_items"]
    assert told == {"handed": 0, "returned": 0, "kept": 1}


def test_the_same_over_rest(rest, ada, work, alan, lea, rita):  # noqa: F811
    client, path = rest(ada), f"/people/{alan.pk}"
    problem(client.patch(path, {"open_work": "release"}), 409)
    problem(client.patch(path, {"state": "suspended", "open_work": "sell"}), 422)
    for heir in (rita.email, "nobody@example.test", alan.email):
        body = {"state": "suspended", "open_work": "hand_over", "successor": heir}
        assert fields_of(problem(client.patch(path, body), 409)) == {"successor"}
    assert fields_of(problem(client.patch(path, {"state": "suspended", "open_work": "hand_over"}), 409)) == {
        "successor"
    }
    assert owners(work) == HELD
    problem(rest(lea).patch(path, {"state": "suspended", "open_work": "release"}), 403)
    done = client.patch(path, {"state": "suspended", "open_work": "hand_over", "successor": lea.email})
    assert (done.status_code, done.json()["state"]) == (200, "suspended")
    assert owners(work) == ["Lea Leitung", "", "Alan Agent", "Lea Leitung", "Lea Leitung"]


def test_without_a_word_the_work_stays(rest, ada, work, alan):  # noqa: F811
    assert rest(ada).patch(f"/people/{alan.pk}", {"state": "suspended"}).status_code == 200
    assert owners(work) == HELD


def test_the_bulk_action_leaves_work_where_it_is(logged_in, ada, work, alan):
    logged_in(ada).post("/admin/accounts/user/", {"action": "suspend", "_selected_action": [alan.pk]})
    alan.refresh_from_db()
    assert (alan.state, owners(work)) == ("suspended", HELD)
    assert make_person("Somebody").state == "active"
