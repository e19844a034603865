"""A changed version played with past tickets: who takes another path, who would have got it, and nothing is written."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from flowtic.core.actor import Actor
from flowtic.core.errors import Forbidden
from flowtic.core.models import Job
from tests.factories import make_person
from tests.workflows.rehearsal.history import BEGAN, purchase, world
from workflows import rehearsal_jobs
from workflows.commands.definitions import publish, save_draft
from workflows.commands.rehearsals import cancel_rehearsal, rehearse_workflow
from workflows.models import Rehearsal, RehearsedTicket, Workflow
from workflows.queries.rehearsals import RehearsalPage

pytestmark = pytest.mark.django_db


def rehearsed(person, workflow, number=None):
    period = {"since": BEGAN, "until": BEGAN + dt.timedelta(days=30)}
    row = rehearse_workflow(Actor(person), workflow, number=number, **period)
    rehearsal_jobs.rehearse(Job.objects.get(payload__rehearsal=row.pk))
    return Rehearsal.objects.get(pk=row.pk)


def test_replaying_the_live_version_reproduces_what_happened(history, ada):
    before = world()
    row = rehearsed(ada, history, number=1)
    assert world() == before
    assert row.state == "done" and (row.total, row.done) == (9, 9)
    result = row.result
    assert (result["total"], result["same"], result["groups"]) == (9, 9, [])
    assert result["ends"]["real"] == result["ends"]["now"] == {"resolved": 7, "rejected": 1, "running": 1}
    for lengths in [result["length"], *result["steps"].values()]:
        assert lengths["real"] == lengths["now"]
    assert all(person["real"] == person["now"] for person in result["people"])


def test_a_changed_limit_shows_the_tickets_that_take_another_path(history, ada, alan, sven):
    save_draft(Actor(ada), history, document=purchase(300))
    row = rehearsed(ada, history)
    (group,) = row.result["groups"]
    assert (group["step"], group["real"], group["now"], group["n"]) == ("size", "buy", "approval", 2)
    page = RehearsalPage(Actor(ada), row)
    listed = page.groups[0].tickets
    assert [one.ticket.subject for one in listed] == ["Purchase of 400", "Purchase of 500"]
    assert listed[0].real == "Ask → Size → Buy" and listed[0].now == "Ask → Size → Approval → Buy"
    assert listed[0].person == alan.name
    # The approval takes as long as approvals took: four hours; buying as long as it really did.
    approval = row.result["steps"]["approval"]["now"]
    assert (approval["n"], approval["median"]) == (5, 4 * 3600)
    assert row.result["steps"]["buy"]["now"]["n"] == 7
    assert {person["id"] for person in row.result["people"]} == {alan.pk, sven.pk}
    assert row.result["nobody"] == {"role_pool": 3}  # the two new approvals, and the one that still waits


def test_errors_new_steps_and_other_owners_are_told(history, ada, it):
    """A formula that cannot be computed, and a step in turn: everybody gets as much as the others."""
    hands = [make_person(f"hand{number}@flowtic.example", role="agent", departments=[it]) for number in range(2)]
    document_ = purchase(500, owner={"strategy": "round_robin"})
    broken = {
        "key": "check",
        "kind": "set",
        "name": "Check",
        "values": {"x": {"formula": "amount / 0"}},
        "next": "size",
    }
    document_["steps"].insert(1, broken)
    document_["steps"][0]["next"] = "check"
    save_draft(Actor(ada), history, document=document_)
    row = rehearsed(ada, history)
    assert [(one["step"], one["now"], one["n"]) for one in row.result["groups"]] == [("check", "!", 9)]
    assert RehearsalPage(Actor(ada), row).errors == 9
    document_["steps"][1]["values"] = {"x": {"formula": "amount * 2"}}
    save_draft(Actor(ada), history, document=document_)
    row = rehearsed(ada, history)
    assert [(one["step"], one["now"], one["n"]) for one in row.result["groups"]] == [("ask", "check", 9)]
    load = {person["id"]: person["now"] for person in row.result["people"]}
    assert abs(load[hands[0].pk] - load[hands[1].pk]) <= 1 and load[hands[0].pk] >= 2


def test_only_who_edits_rehearses_and_nobody_sees_tickets_of_others(history, ada, lea, hanna, rita, hr, it):
    """Leads rehearse their department's workflows with the tickets they see; admins see every rehearsal."""
    for person in (hanna, rita):
        with pytest.raises(Forbidden):
            rehearsed(person, history, number=1)
    assert rehearsed(lea, history, number=1).total == 9
    Workflow.objects.filter(pk=history.pk).update(department=hr)
    with pytest.raises(Forbidden):
        rehearsed(lea, history, number=1)
    hanna.memberships.update(is_lead=True)
    hanna = type(hanna).objects.get(pk=hanna.pk)
    row = rehearsed(hanna, history, number=1)
    assert (row.state, row.total, row.result["total"]) == ("done", 0, 0)
    assert Rehearsal.objects.visible_to(Actor(lea)).count() == 1
    assert Rehearsal.objects.visible_to(Actor(ada)).count() == 2
    with pytest.raises(Forbidden):
        cancel_rehearsal(Actor(lea), row)


def test_a_cancelled_rehearsal_stops_and_a_second_run_of_the_job_does_nothing(history, ada, monkeypatch):
    period = {"since": BEGAN, "until": BEGAN + dt.timedelta(days=30)}
    row = rehearse_workflow(Actor(ada), history, number=1, **period)
    job = Job.objects.get(payload__rehearsal=row.pk)
    real = rehearsal_jobs.Teller.__call__

    def press_cancel(teller, done):
        cancel_rehearsal(Actor(ada), row)
        real(teller, done)

    with monkeypatch.context() as patch:
        patch.setattr(rehearsal_jobs.Teller, "__call__", press_cancel)
        rehearsal_jobs.rehearse(job)
    rehearsal_jobs.rehearse(job)
    row.refresh_from_db()
    assert (row.state, row.result) == ("cancelled", {}) and not RehearsedTicket.objects.exists()


def test_progress_is_written_once_in_a_second_however_small_the_batches(history, ada, monkeypatch):
    monkeypatch.setattr("workflows.rehearsal.reading.BATCH", 1)
    row = rehearse_workflow(Actor(ada), history, number=1, since=BEGAN, until=BEGAN + dt.timedelta(days=30))
    job = Job.objects.get(payload__rehearsal=row.pk)
    monkeypatch.setattr(rehearsal_jobs, "SECONDS_BETWEEN", 3600.0)
    with CaptureQueriesContext(connection) as queries:
        rehearsal_jobs.rehearse(job)
    told = [one["sql"] for one in queries if '"lease_until"' in one["sql"].replace("`", '"')]
    row.refresh_from_db()
    assert (len(told), row.done, row.total, row.state) == (1, 9, 9, "done")


def test_a_job_that_fails_says_so(history, ada, monkeypatch):
    row = rehearse_workflow(Actor(ada), history, number=1, since=BEGAN, until=BEGAN + dt.timedelta(days=9))
    monkeypatch.setattr(rehearsal_jobs, "read_typical", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rehearsal_jobs.rehearse(Job.objects.get(payload__rehearsal=row.pk))
    row.refresh_from_db()
    assert row.state == "failed" and "ZeroDivisionError" in row.error


def test_what_was_published_since_is_compared_with_what_really_happened(history, ada):
    """The live version need not be the one that the tickets ran on."""
    save_draft(Actor(ada), history, document=purchase(300))
    publish(Actor(ada), Workflow.objects.get(pk=history.pk), note="lower")
    row = rehearsed(ada, Workflow.objects.get(pk=history.pk), number=2)
    assert (row.result["same"], row.result["other"]) == (7, 2)
