"""Automation rules rehearsed on what happened: the values of then, and nothing is touched."""

import datetime as dt

import pytest

from desk.commands import add_comment, change_fields, change_status
from desk.models import Priority, Status
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Event, Job
from tests.factories import make_ticket
from tests.workflows.automation.rules import make_rule
from workflows.commands.rehearsals import KIND, rehearse_automation
from workflows.models import AutomationRun
from workflows.queries.rehearsals import RehearsalPage, rehearsal_numbered

pytestmark = pytest.mark.django_db
MACHINE = Actor.system("test")
DAY = dt.timedelta(days=1)
MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def status(key):
    return Status.objects.get(key=key)


@pytest.fixture
def past(rita, it, as_web):
    """One ticket that was urgent at first and waited eight days; another that was always normal."""
    with clock.travel(MONDAY):
        first = make_ticket(rita, it, subject="VPN", priority=Priority.objects.get(key="urgent"))
        second = make_ticket(rita, it)
    with clock.travel(MONDAY + DAY):
        change_status(MACHINE, first, status=status("in_progress"))
        change_fields(MACHINE, first, priority=Priority.objects.get(key="low"), tags=["calm"])
        change_status(MACHINE, first, status=status("waiting_requester"))
    with clock.travel(MONDAY + 9 * DAY):
        add_comment(as_web(rita), first, body="Still broken", internal=False)
    return first, second


def rehearsed(ada, *rules):
    with clock.travel(MONDAY + 30 * DAY):
        row = rehearse_automation(Actor(ada, "web"), rules=rules, since=MONDAY - DAY, until=MONDAY + 20 * DAY)
    assert jobs.run(Job.objects.get(kind=KIND, payload__rehearsal=row.pk).pk)
    return RehearsalPage(Actor(ada, "web"), rehearsal_numbered(Actor(ada, "web"), row.pk))


def test_every_rule_is_asked_with_the_values_of_then(ada, past):
    first, _second = past
    urgent = make_rule("Urgent", {"do": "priority", "value": "urgent"}, {"do": "add_tags", "value": ["hot"]}, active=False,
                       condition={"field": "ticket.priority", "op": "is", "value": "urgent"})  # fmt: skip
    calmer = make_rule("Calmer", {"do": "note", "text": "x"}, trigger="changed", active=False, condition={
        "field": "before.priority", "op": "is", "value": "urgent"})  # fmt: skip
    waits = make_rule("Waits", {"do": "status", "value": "resolved"}, trigger="time", options={"for": "P7D"}, active=False,
                      condition={"field": "ticket.status", "op": "is", "value": "waiting_requester"})  # fmt: skip
    writes = make_rule("Writes", {"do": "note", "text": "x"}, trigger="commented", active=False, condition={
        "field": "comment.text", "op": "contains", "value": "broken"})  # fmt: skip
    before = Event.objects.count(), AutomationRun.objects.count(), first.version
    page = rehearsed(ada, urgent, calmer, waits, writes)
    assert (Event.objects.count(), AutomationRun.objects.count(), first.version) == before
    assert (page.total, page.same, page.other) == (2, 1, 1)
    assert {group.now: (group.total, [one.ticket for one in group.tickets]) for group in page.groups} == {
        name: (1, [first]) for name in ("Urgent", "Calmer", "Waits", "Writes")
    }
    said = {group.now: group.tickets[0].now for group in page.groups}
    # It was urgent already: only the tag would have been new.
    assert "add the tags hot" in said["Urgent"] and "priority" not in said["Urgent"]
    assert said["Waits"].startswith("03/10/2026") and "set the status to Resolved" in said["Waits"]


def test_nothing_fits(ada, past):
    rule = make_rule("Never", condition={"field": "ticket.subject", "op": "is", "value": "no such"})
    page = rehearsed(ada, rule)
    assert (page.total, page.other, page.groups) == (2, 0, [])
