"""Many tickets at once: rights row by row, workers that die, one undo for all."""

import pytest

from desk.acts import ACTS
from desk.bulk_acts import effect_of
from desk.bulk_results import Result
from desk.commands import bulk, claim_ticket, merge_ticket
from desk.commands.bulk import finish_bulk, plan_bulk, run_at_once, start_bulk, stop_bulk
from desk.models import BulkRow, BulkRun, Comment, ScheduledSend, Ticket
from flowtic.core import jobs
from flowtic.core.errors import CommandError, Invalid, NotFound
from flowtic.core.models import Event, Job, Operation
from flowtic.core.undo import CannotUndo, undo
from tests.factories import make_ticket

HIGH = {"do": "priority", "value": "high"}


@pytest.fixture
def tickets(rita, it):
    return [make_ticket(rita, it) for _ in range(4)]


def ids(tickets):
    return [ticket.pk for ticket in tickets]


def did(actor, tickets, act=HIGH, **more):
    return run_at_once(actor, plan_bulk(actor, act=act, ids=ids(tickets), **more))


def states(run):
    return [row.state for row in BulkRow.objects.filter(run=run).order_by("pk")]


def test_each_row_has_its_own_rights_and_reason(as_web, alan, rita, it, hr, tickets):
    foreign, watched = make_ticket(rita, hr), make_ticket(rita, hr)
    watched.participants.create(person=alan, level="public", reason="watcher", created_at=watched.created_at)
    already = make_ticket(rita, it, priority=tickets[0].priority.__class__.objects.get(key="high"))
    merge_ticket(as_web(alan), tickets[3], into=tickets[2])
    chosen = [*tickets, already, watched, foreign]
    run = plan_bulk(as_web(alan), act=HIGH, ids=[*ids(chosen), 999_999_999, ids(chosen)[0]])
    effect = effect_of(as_web(alan), run)
    assert (effect.changes, effect.same, dict(effect.why)) == (3, 1, {"no right": 1, "merged into another ticket": 1})
    run_at_once(as_web(alan), run)
    # Somebody else's ticket and one that does not exist are one and the same.
    assert run.missing == 2
    result = Result(BulkRun.objects.get(pk=run.pk))
    assert result.counts == {"changed": 3, "same": 1, "skipped": 2}
    assert result.sentence.startswith("3 changed, 1 was so already, 4 skipped (")
    assert "no right" in result.sentence
    assert Ticket.objects.filter(priority__key="high").count() == 4
    assert Event.objects.filter(name="tickets.bulk_changed").count() == 1


def test_one_undo_for_all_keeps_what_somebody_changed_since(as_web, alan, lea, tickets):
    run = did(as_web(alan), tickets)
    claim_ticket(as_web(lea), tickets[0])  # another field: no obstacle
    did(as_web(lea), tickets[1:2], {"do": "priority", "value": "low"})
    undo(as_web(alan), run.operation_id)
    assert [Ticket.objects.get(pk=pk).priority.key for pk in ids(tickets)] == ["normal", "low", "normal", "normal"]
    run.refresh_from_db()
    assert states(run) == ["undone", "kept", "undone", "undone"]
    assert Result(run).sentence.startswith("3 undone, 1 not undone (Lea Leitung changed the priority of")
    with pytest.raises(CannotUndo):
        undo(as_web(alan), run.operation_id)
    with pytest.raises(NotFound):
        undo(as_web(lea), run.operation_id)


def test_a_killed_worker_goes_on_and_does_no_row_twice(as_web, alan, rita, it, monkeypatch):
    tickets = [make_ticket(rita, it) for _ in range(25)]
    note = {"do": "note", "value": "Known problem, see {{ticket.number}}."}
    run = start_bulk(as_web(alan), plan_bulk(as_web(alan), act=note, ids=ids(tickets)))
    job = Job.objects.get(kind="desk.bulk")
    real, done = ACTS["note"].run, []

    def dies(actor, ticket, thing):
        if len(done) == 7:
            raise SystemExit
        done.append(ticket.pk)
        return real(actor, ticket, thing)

    monkeypatch.setattr(ACTS["note"], "run", dies)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    assert (ScheduledSend.objects.count(), BulkRun.objects.get().state) == (7, "running")
    monkeypatch.setattr(ACTS["note"], "run", real)
    Job.objects.update(lease_until=None)
    assert jobs.run(job.pk)
    Job.objects.update(state="pending", lease_until=None)
    assert jobs.run(job.pk)  # delivered twice
    assert sorted(ScheduledSend.objects.values_list("ticket", flat=True)) == ids(tickets)
    assert ScheduledSend.objects.order_by("pk").first().body == f"Known problem, see {tickets[0].number}."
    run.refresh_from_db()
    assert (run.state, set(states(run))) == ("done", {"changed"})


def test_the_way_back_of_many_rows_is_a_job_too(as_web, alan, rita, it):
    tickets = [make_ticket(rita, it) for _ in range(22)]
    run = start_bulk(as_web(alan), plan_bulk(as_web(alan), act=HIGH, ids=ids(tickets)))
    jobs.run(Job.objects.get(kind="desk.bulk").pk)
    run.refresh_from_db()
    undo(as_web(alan), run.operation_id)
    assert Ticket.objects.filter(priority__key="high").count() == 22
    jobs.run(Job.objects.filter(kind="desk.bulk", state="pending").get().pk)
    run.refresh_from_db()
    assert (Ticket.objects.filter(priority__key="high").count(), run.state, set(states(run))) == (0, "done", {"undone"})


def test_a_run_can_be_stopped_and_a_plan_forgotten(as_web, alan, tickets):
    plan = plan_bulk(as_web(alan), act=HIGH, ids=ids(tickets))
    stop_bulk(as_web(alan), plan)
    assert not BulkRun.objects.exists()
    run = start_bulk(as_web(alan), plan_bulk(as_web(alan), act=HIGH, ids=ids(tickets)))
    row = run.rows.first()
    act = ACTS["priority"]
    bulk._do_row(as_web(alan), row, act=act, thing=act.thing(as_web(alan), "high"))
    stop_bulk(as_web(alan), run)
    jobs.run(Job.objects.get(kind="desk.bulk").pk)
    run = BulkRun.objects.get()
    assert (run.state, states(run)) == ("stopped", ["changed", "pending", "pending", "pending"])
    undo(as_web(alan), run.operation_id)
    assert not Ticket.objects.filter(priority__key="high").exists()


def test_who_lost_the_rights_in_the_meantime_changes_nothing(as_web, alan, tickets):
    run = start_bulk(as_web(alan), plan_bulk(as_web(alan), act=HIGH, ids=ids(tickets)))
    type(alan).objects.filter(pk=alan.pk).update(state="suspended")
    jobs.run(Job.objects.get(kind="desk.bulk").pk)
    assert set(states(run)) == {"skipped"}
    assert not Ticket.objects.filter(priority__key="high").exists()


def test_merge_reply_tags_and_status(as_web, lea, tickets):
    lead, last = as_web(lea), tickets[-1]
    run = did(lead, tickets, {"do": "merge", "value": last.pk})
    assert states(run) == ["changed", "changed", "changed", "skipped"]
    assert Ticket.objects.filter(merged_into=last).count() == 3
    undo(lead, run.operation_id)
    assert not Ticket.objects.exclude(merged_into=None).exists()
    run = did(lead, tickets, {"do": "reply", "value": "Hello {{requester.first_name}}"})
    assert set(ScheduledSend.objects.values_list("body", flat=True)) == {"Hello Rita"}
    undo(lead, run.operation_id)
    assert (ScheduledSend.objects.count(), Comment.objects.count()) == (0, 0)
    did(lead, tickets, {"do": "add_tags", "value": ["vpn"]})
    run = did(lead, tickets, {"do": "remove_tags", "value": ["vpn", "other"]})
    undo(lead, run.operation_id)
    assert Ticket.objects.filter(tags__name="vpn").count() == 4
    run = did(lead, tickets, {"do": "assignee", "value": "me"})
    assert Ticket.objects.filter(assignee=lea).count() == 4


def test_bad_plans(as_web, alan, rita, tickets):
    for act, wanted in ((HIGH, []), (HIGH, [10**9]), ({"do": "delete", "value": 1}, ids(tickets))):
        with pytest.raises(Invalid):
            plan_bulk(as_web(alan), act=act, ids=wanted)
    with pytest.raises(Invalid):
        plan_bulk(as_web(alan), act=HIGH, ids=range(1, 10_002))
    with pytest.raises(CommandError):
        plan_bulk(as_web(rita), act=HIGH, ids=ids(tickets))
    run = did(as_web(alan), tickets, {"do": "status", "value": "gone"})
    assert set(states(run)) == {"skipped"}
    assert finish_bulk(as_web(alan), run).operation_id is None
    assert not Operation.objects.exists()
