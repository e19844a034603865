"""More running tickets than one answer moves: a worker moves them, the page tells how far it is."""

import pytest

from flowtic.core import jobs
from flowtic.core.errors import Conflict
from flowtic.core.models import Event, Job
from tests.factories import make_ticket
from tests.workflows.factories import document, make_workflow, open_item, task
from workflows import moving_jobs
from workflows.commands.definitions import publish, save_draft
from workflows.commands.moving import move_all
from workflows.commands.starting import start_workflow
from workflows.commands.work_items import complete_work_item
from workflows.models import Instance, Workflow
from workflows.queries import moving

pytestmark = pytest.mark.django_db
PAGE = "/workflows/w/migration"
VALUES = {"from": "1", "to": "2", "way": "move", "reason": "better"}


@pytest.fixture
def runs(as_web, ada, rita, it, monkeypatch):
    """Seven runs on version 1, one of them at a step that version 2 does not have; a page holds three."""
    monkeypatch.setattr(moving, "MOST", 3)
    monkeypatch.setattr(moving_jobs, "BATCH", 2)
    workflow = make_workflow(document(task("first", then="second"), task("second")), key="w")
    found = [start_workflow(as_web(ada), make_ticket(rita, it, subject=f"T{n}"), workflow=workflow) for n in range(7)]
    complete_work_item(as_web(ada), open_item(found[4]), outcome="done", data={})
    save_draft(as_web(ada), Workflow.objects.get(pk=workflow.pk), document=document(task("first")))
    publish(as_web(ada), Workflow.objects.get(pk=workflow.pk), note="two")
    return found


def numbers(runs):
    return [Instance.objects.select_related("version").get(pk=run.pk).version.number for run in runs]


def test_one_click_moves_them_all(as_client, ada, runs):
    client = as_client(ada)
    page = client.get(PAGE, {"from": "1", "to": "2"}).content.decode()
    assert "7 tickets run on this version" in page and 'name="map_second"' in page
    assert client.post(PAGE, {**VALUES, "reason": " "}).status_code == 422
    assert client.post(PAGE, VALUES).status_code == 302
    job = Job.objects.get(kind="workflows.move_runs")
    waiting = client.get(PAGE, {"from": "1", "to": "2"}).content.decode()
    assert "Tickets are being moved" in waiting and "hx-trigger" in waiting and 'value="move"' not in waiting
    assert client.post(PAGE, VALUES).status_code == 409, "not twice at the same time"
    assert jobs.run(job.pk)
    assert numbers(runs) == [2, 2, 2, 2, 1, 2, 2]
    done = client.get(f"{PAGE}/state", {"from": "1", "to": "2"}).content.decode()
    assert "6 of 7 moved, 1 cannot move." in done and runs[4].ticket.number in done
    assert "hx-trigger" not in done and "<html" not in done
    moved = Event.objects.filter(name="instance.migrated")
    assert moved.count() == 6 and set(moved.values_list("actor", flat=True)) == {ada.pk}


def test_a_step_can_become_another_one(as_client, ada, runs):
    as_client(ada).post(PAGE, {**VALUES, "map_second": "first"})
    jobs.run(Job.objects.get().pk)
    assert numbers(runs) == [2] * 7


def test_a_killed_worker_is_followed_by_one_that_goes_on(as_web, ada, runs, monkeypatch):
    source, target = (Workflow.objects.get(key="w").versions.get(number=n) for n in (1, 2))
    job = move_all(as_web(ada), source, target=target, step_map={}, reason="better")
    whole, calls = moving_jobs.migrate_instance, []

    def dies(*args, **values):
        calls.append(1)
        if len(calls) == 4:
            raise RuntimeError("power is gone")
        return whole(*args, **values)

    monkeypatch.setattr(moving_jobs, "migrate_instance", dies)
    assert not jobs.run(job.pk)
    assert numbers(runs).count(2) == 3
    Job.objects.update(next_try=job.created_at, lease_until=None)
    assert jobs.run(job.pk)
    assert numbers(runs) == [2, 2, 2, 2, 1, 2, 2]
    job.refresh_from_db()
    assert (job.progress["done"], job.progress["stayed"]) == (job.progress["total"], 1)


def test_one_at_a_time_and_only_for_who_publishes(as_client, as_web, ada, lea, runs):
    source, target = (Workflow.objects.get(key="w").versions.get(number=n) for n in (1, 2))
    move_all(as_web(ada), source, target=target, step_map={}, reason="better")
    with pytest.raises(Conflict, match="already"):
        move_all(as_web(ada), source, target=target, step_map={}, reason="again")
    assert as_client(lea).get(f"{PAGE}/state", {"from": "1", "to": "2"}).status_code in (403, 404)
    assert as_client(ada).get(f"{PAGE}/state", {"from": "1", "to": "9"}).status_code == 404


def test_who_helps_runs_on_moves_them_on_the_page_and_over_rest(as_client, api, runs, lea, alan, hanna, it):
    Workflow.objects.update(department=it, leads_publish=False)
    lead = as_client(lea)  # she may not publish
    assert lead.post("/workflows/w/publication", {"note": "x", "running": "stay"}).status_code == 403
    assert "Move tickets" in lead.get("/workflows/w").content.decode()
    assert lead.get(PAGE, {"from": "1", "to": "2"}).status_code == 200
    assert lead.post(PAGE, VALUES).status_code == 302
    assert Job.objects.get(kind="workflows.move_runs").started_by == lea
    for person in (alan, hanna):
        assert as_client(person).get(PAGE, {"from": "1", "to": "2"}).status_code == 403
        assert as_client(person).get(f"{PAGE}/state", {"from": "1", "to": "2"}).status_code == 403
    body = {"from": 1, "to": 2, "reason": "better", "dry_run": True}
    for person, status in ((lea, 200), (alan, 403)):
        client = api(person, "tickets:read", "workflows:admin")
        answer = client.post("/api/v1/workflows/w/migrate-all", body, content_type="application/json")
        assert answer.status_code == status
