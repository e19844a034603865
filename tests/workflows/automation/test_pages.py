"""The pages of rules without scripts: nothing typed is lost, buttons order actions, admins only."""

import pytest

from flowtic.core.models import Event
from tests.factories import make_ticket
from tests.workflows.automation.rules import make_rule, work
from workflows.models import AutomationRule

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FORM = {
    "name": "Urgent", "trigger": "changed", "opt-fields": ["priority"], "condition-mode": "rows",
    "condition-rule": "all", "condition-row": ["0"], "condition-0-field": "ticket.priority", "condition-0-op": "is",
    "condition-0-value": "urgent", "action": ["0", "1"], "a0-do": "note", "a0-text": "First", "a1-do": "add_tags",
    "a1-value": "hot, vip", "active": "on", "way": "save",
}  # fmt: skip
NEW = "/workflows/rules/automation/new"


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


def test_a_rule_is_made_changed_and_removed(as_ada, it):
    assert as_ada.get(NEW).status_code == 200
    assert as_ada.post(NEW, FORM)["Location"] == "/workflows/rules"
    rule = AutomationRule.objects.get()
    assert (rule.trigger, rule.options, rule.active) == ("changed", {"fields": ["priority"]}, True)
    assert rule.condition == {"all": [{"field": "ticket.priority", "op": "is", "value": "urgent"}]} or rule.condition == {
        "field": "ticket.priority", "op": "is", "value": "urgent",
    }  # fmt: skip
    assert rule.actions == [{"do": "note", "text": "First"}, {"do": "add_tags", "value": ["hot", "vip"]}]
    page = as_ada.get(f"/workflows/rules/automation/{rule.pk}").content.decode()
    assert 'value="hot, vip"' in page and "First</textarea>" in page
    listed = " ".join(as_ada.get("/workflows/rules").content.decode().split())
    assert "Priority of a ticket changes" in listed and "add the tags hot, vip" in listed
    as_ada.post(f"/workflows/rules/automation/{rule.pk}", {**FORM, "name": "Renamed", "trigger": "created"})
    rule.refresh_from_db()
    assert (rule.name, rule.options) == ("Renamed", {})
    as_ada.post(f"/workflows/rules/automation/{rule.pk}/removal")
    assert not AutomationRule.objects.exists()
    names = list(Event.objects.filter(name__startswith="automation.").order_by("pk").values_list("name", flat=True))
    assert names == ["automation.changed", "automation.changed", "automation.deleted"]


def test_buttons_change_the_form_and_keep_what_was_typed(as_ada, it):
    def actions(**more):
        answer = as_ada.post(NEW, {**FORM, "name": "", "way": [], **more})
        assert answer.status_code == 200
        return [(row.id, row.action.key, row.controls[0].value) for row in answer.context["entry"].rows]

    assert actions(act="down:0") == [("1", "add_tags", "hot, vip"), ("0", "note", "First")]
    assert actions(act="remove:1") == [("0", "note", "First")]
    assert actions(act="add", add_kind="priority")[2] == ("2", "priority", "")
    assert actions(act="up:99") == [("0", "note", "First"), ("1", "add_tags", "hot, vip")]
    assert not AutomationRule.objects.exists()


def test_what_is_wrong_stands_at_its_place(as_ada, it):
    wrong = {**FORM, "name": "", "a0-text": "", "trigger": "time", "opt-count": "0", "opt-unit": "D"}
    answer = as_ada.post(NEW, wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="a0-text-wrong"' in page and "Please enter a name" in page and "Choose between 5 minutes" in page
    assert 'value="hot, vip"' in page


@pytest.mark.parametrize(
    "body",
    [
        {"action": ["-1", "9" * 40, "x"], "trigger": "created"}, {"trigger": "\0"}, {"a0-do": "__class__"},
        {"condition-mode": "expert", "condition-text": "{" * 5000}, {"name": "<script>\0" * 50},
        {"trigger": "time", "opt-count": "٣", "opt-unit": "D"}, {"a1-value": "x," * 5000},
    ],
)  # fmt: skip
def test_hostile_forms_are_refused_or_harmless(as_ada, it, body):
    answer = as_ada.post(NEW, {**FORM, **body})
    assert answer.status_code in (302, 422)
    assert "<script>\0" not in answer.content.decode()


def test_the_right_column_says_what_it_fits(as_ada, rita, it):
    ticket = make_ticket(rita, it)
    body = {**FORM, "condition-0-value": "normal"}
    said = as_ada.post(NEW, {**body, "way": "preview"}, headers=HTMX).content.decode()
    assert "Matches 1 of the last 1 tickets." in said and ticket.get_absolute_url() in said
    assert "Matches 1 of the last 1 tickets." in as_ada.post(NEW, {**body, "way": "check"}).content.decode()
    momentary = {**body, "condition-0-field": "comment.text", "condition-0-op": "contains", "condition-0-value": "x"}
    assert (
        "the rehearsal tries that" in as_ada.post(NEW, {**momentary, "way": "preview"}, headers=HTMX).content.decode()
    )


def test_starters_order_switch_and_pause(as_ada, it):
    as_ada.post("/workflows/rules/automation/starters")
    first, second, third = AutomationRule.objects.all()
    assert not any(rule.active for rule in (first, second, third))
    as_ada.post(f"/workflows/rules/automation/{third.pk}/position", {"way": "up"})
    assert list(AutomationRule.objects.all()) == [first, third, second]
    dropped = as_ada.post(f"/workflows/rules/automation/{first.pk}/position", {"to": "2"})
    assert dropped["Location"] == f"/workflows/rules#automation-{first.pk}-up"  # the last one only goes up
    assert list(AutomationRule.objects.all()) == [third, second, first]
    as_ada.post(f"/workflows/rules/automation/{first.pk}/position", {"to": "77777"})
    as_ada.post(f"/workflows/rules/automation/{first.pk}/switch", {"to": "on"})
    AutomationRule.objects.filter(pk=first.pk).update(paused_at=first.created_at, pause_reason="It broke", failures=5)
    page = as_ada.get("/workflows/rules").content.decode()
    assert "has paused itself" in page and "It broke" in page
    as_ada.post(f"/workflows/rules/automation/{first.pk}/resumption")
    first.refresh_from_db()
    assert (first.active, first.is_paused, first.failures) == (True, False, 0)
    assert "has paused itself" not in as_ada.get("/workflows/rules").content.decode()


def test_the_log_is_read_on_the_rule_and_on_the_ticket(client, alan, hanna, rita, it, hr):
    rule = make_rule("Greet", {"do": "add_tags", "value": ["hello"]})
    mine, other = make_ticket(rita, it), make_ticket(rita, hr)
    work()
    client.force_login(alan)
    log = client.get(f"/workflows/rules/automation/{rule.pk}/log").content.decode()
    assert mine.number in log and other.number not in log and "add the tags hello" in log
    panel = client.get(f"/tickets/{mine.number}/rules", headers=HTMX).content.decode()
    assert "Greet" in panel and "add the tags hello" in panel
    assert "?panel=rules" in client.get(f"/tickets/{mine.number}").content.decode()
    assert client.get(f"/tickets/{other.number}/rules").status_code == 404


def test_only_admins_get_in(client, rita, alan, lea, sven, it):
    rule = make_rule("Rule")
    path = f"/workflows/rules/automation/{rule.pk}"
    for person in (rita, alan, lea, sven):
        client.force_login(person)
        inside = person != rita
        assert client.get(path).status_code in ((403,) if inside else (302, 403))
        for verb in ("switch", "resumption", "position", "removal"):
            assert client.post(f"{path}/{verb}", {"to": "off", "way": "up"}).status_code in (
                (403,) if inside else (302, 403)
            )
        assert client.get(f"{path}/log").status_code == (200 if inside else 302) or not inside
        client.post(NEW, FORM)
    assert list(AutomationRule.objects.values_list("name", "active")) == [("Rule", True)]
