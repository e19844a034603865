"""Runs: the list and its filters, one run with its log, operations with a reason, moving to another version."""

from datetime import timedelta

import pytest
from django.utils import timezone

from flowtic.core.models import OutgoingCall
from tests.workflows.factories import document, make_workflow, open_item, task
from workflows.commands.definitions import publish, save_draft
from workflows.commands.starting import start_workflow
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.models import EffectRun, Instance, Workflow

pytestmark = pytest.mark.django_db

BROKEN = {"key": "count", "kind": "set", "values": {"x": {"formula": "1 / zero"}}, "next": "end"}
FIELDS = [{"key": "x", "kind": "number"}, {"key": "zero", "kind": "number", "default": 0}]


@pytest.fixture
def failed(run):
    return run(document(BROKEN, fields=FIELDS), subject="Broken one")


@pytest.fixture
def waiting(run):
    return run(document(task("work", "check"), task("check")), subject="Waiting one")


def fresh(instance):
    return Instance.objects.get(pk=instance.pk)


def operate(client, instance, name, **values):
    return client.post(f"/runs/{instance.pk}/{name}", values)


class TestList:
    def test_what_runs_and_whom_it_waits_for(self, as_client, as_web, lea, sven, waiting, failed):
        claim_work_item(as_web(lea), open_item(waiting))
        text = as_client(sven).get("/workflows/runs").content.decode()
        assert "Waiting one" in text and "Lea Leitung" in text and "Work" in text and "Broken one" in text

    def test_filters(self, as_client, sven, waiting, failed):
        client = as_client(sven)
        Instance.objects.filter(pk=waiting.pk).update(moved_at=timezone.now() - timedelta(days=3))

        def found(query):
            text = client.get(f"/workflows/runs?{query}").content.decode()
            return {name for name in ("Waiting one", "Broken one") if name in text}

        assert found("which=failed") == {"Broken one"}
        assert found("which=stuck") == {"Waiting one"}
        assert found(f"workflow={failed.version.workflow.key}") == {"Broken one"}
        assert found("state=finished") == set()
        assert client.get("/workflows/runs?state=odd").status_code == 400

    def test_only_tickets_that_one_works(self, as_client, hanna, alan, waiting):
        assert "Waiting one" not in as_client(hanna).get("/workflows/runs").content.decode()
        assert "Waiting one" in as_client(alan).get("/workflows/runs").content.decode()

    def test_pages_and_queries(self, as_client, sven, run, django_assert_max_num_queries):
        instance = run(document(task("work")))
        for number in range(30):
            Instance.objects.create(
                ticket=instance.ticket, version=instance.version, number=number + 2, state=instance.state,
                started_at=timezone.now(), moved_at=timezone.now(),
            )  # fmt: skip
        client = as_client(sven)
        client.get("/workflows/runs")
        with django_assert_max_num_queries(14):
            text = client.get("/workflows/runs").content.decode()
        assert text.count('href="/runs/') == 25 and "Next page" in text


class TestRun:
    def test_the_failed_step_comes_first_with_cause_and_retry(self, as_client, ada, failed):
        text = as_client(ada).get(f"/runs/{failed.pk}").content.decode()
        assert text.index("Needs help") < text.index("Progress")
        assert "A formula cannot be computed" in text and f"/runs/{failed.pk}/retry" in text
        assert 'class="wf-n fail' in text

    def test_the_picture_shows_the_ways_that_were_gone(self, as_client, as_web, alan, waiting):
        complete_work_item(as_web(alan), open_item(waiting), outcome="done", data={})
        waiting = fresh(waiting)
        text = as_client(alan).get(f"/runs/{waiting.pk}").content.decode()
        assert 'class="wf-e on"' in text

    def test_requests_and_answers_are_for_admins(self, as_client, ada, alan, waiting):
        effect = EffectRun.objects.create(
            instance=waiting, key="1:1:call", kind="call_http", step="work", created_at=timezone.now()
        )
        OutgoingCall.objects.create(
            kind="workflow", subject_type="workflows.effectrun", subject_id=effect.pk, method="POST",
            url="https://api.example.test/orders", request_headers={"Authorization": "•••"}, status=502,
            response_body="bad gateway", created_at=timezone.now(),
        )  # fmt: skip
        text = as_client(ada).get(f"/runs/{waiting.pk}").content.decode()
        assert "api.example.test" in text and "bad gateway" in text and "•••" in text
        assert "api.example.test" not in as_client(alan).get(f"/runs/{waiting.pk}").content.decode()

    def test_strangers_find_nothing(self, as_client, hanna, rita, waiting):
        assert as_client(hanna).get(f"/runs/{waiting.pk}").status_code == 404
        assert as_client(rita).get(f"/runs/{waiting.pk}").status_code == 403

    def test_who_may_not_operate_sees_no_buttons(self, as_client, alan, waiting):
        assert "/skip" not in as_client(alan).get(f"/runs/{waiting.pk}").content.decode()
        assert operate(as_client(alan), waiting, "cancel", reason="x").status_code == 403


class TestOperations:
    def token(self, instance):
        return next(iter(instance.state["tokens"]))

    def test_every_operation_needs_a_reason_and_keeps_what_was_typed(self, as_client, ada, waiting):
        for name in ("retry", "skip", "jump", "repeat", "cancel"):
            answer = operate(as_client(ada), waiting, name, token=self.token(waiting), to="check", step="work")
            assert answer.status_code == 422, name
            assert "Please give a reason" in answer.content.decode()
        assert fresh(waiting).status == "running"

    def test_skipping(self, as_client, ada, waiting):
        operate(as_client(ada), waiting, "skip", token=self.token(waiting), reason="not needed")
        assert open_item(waiting).step == "check"
        assert "not needed" in as_client(ada).get(f"/runs/{waiting.pk}").content.decode()

    def test_jumping_and_repeating(self, as_client, ada, waiting):
        operate(as_client(ada), waiting, "jump", token=self.token(waiting), to="check", reason="x")
        assert open_item(waiting).step == "check"
        operate(as_client(ada), waiting, "repeat", step="work", reason="x")
        assert open_item(waiting, "work")

    def test_cancelling(self, as_client, ada, waiting):
        operate(as_client(ada), waiting, "cancel", reason="no longer wanted")
        assert (fresh(waiting).status, fresh(waiting).reason) == ("cancelled", "no longer wanted")

    def test_too_late_is_said(self, as_client, ada, waiting):
        answer = operate(as_client(ada), waiting, "retry", token=self.token(waiting), reason="x")
        assert answer.status_code == 409

    def test_an_unknown_operation_is_not_found(self, as_client, ada, waiting):
        assert operate(as_client(ada), waiting, "explode", reason="x").status_code == 404


class TestMoving:
    @pytest.fixture
    def versions(self, as_web, ada, rita, it):
        """Version 1 with three runs, version 2 without the step of one of them."""
        from tests.factories import make_ticket

        workflow = make_workflow(document(task("first", then="second"), task("second")), key="w")
        runs = [
            start_workflow(as_web(ada), make_ticket(rita, it, subject=f"T{n}"), workflow=workflow) for n in range(3)
        ]
        complete_work_item(as_web(ada), open_item(runs[0]), outcome="done", data={})
        save_draft(as_web(ada), Workflow.objects.get(pk=workflow.pk), document=document(task("first")))
        publish(as_web(ada), Workflow.objects.get(pk=workflow.pk), note="two")
        return runs

    def test_what_cannot_move_is_named(self, as_client, ada, versions):
        text = as_client(ada).get("/workflows/w/migration?from=1&to=2").content.decode()
        assert "2 tickets can move." in text
        assert "T0" in text and "does not exist in the new version" in text

    def test_moving_needs_a_reason_and_moves_the_others(self, as_client, ada, versions):
        client, values = as_client(ada), {"from": "1", "to": "2", "way": "move"}
        assert client.post("/workflows/w/migration", values).status_code == 422
        text = client.post("/workflows/w/migration", {**values, "reason": "better"}).content.decode()
        assert "2 tickets were moved." in text and "Cannot move" in text
        assert [fresh(run).version.number for run in versions] == [1, 2, 2]

    def test_a_step_can_become_another_one(self, as_client, ada, versions):
        values = {"from": "1", "to": "2", "way": "move", "reason": "better", "map_second": "first"}
        as_client(ada).post("/workflows/w/migration", values)
        assert [fresh(run).version.number for run in versions] == [2, 2, 2]

    def test_one_run_by_itself(self, as_client, ada, versions):
        operate(as_client(ada), versions[1], "move", version="2", reason="try")
        assert fresh(versions[1]).version.number == 2
        answer = operate(as_client(ada), versions[0], "move", version="2", reason="try")
        assert answer.status_code == 409 and "does not exist" in answer.content.decode()

    def test_only_admins(self, as_client, lea, versions):
        assert as_client(lea).get("/workflows/w/migration").status_code == 403
