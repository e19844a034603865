"""The demo's stories play to their end and leave tickets at the steps of all five templates."""

import datetime as dt

import pytest

from desk.demo.play import create_demo
from flowtic.core import clock
from flowtic.core.models import Delivery, Event
from workflows import templates_library
from workflows.commands.drive import definition_of
from workflows.engine.advance import replay
from workflows.models import EffectRun, Instance, Timer, WorkItem


@pytest.mark.django_db
def test_every_template_has_tickets_at_its_steps(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    create_demo(dt.datetime.now(dt.UTC))
    runs = list(Instance.objects.select_related("version__workflow"))
    assert {run.version.workflow.key for run in runs} == set(templates_library.names())
    stand = {(run.version.workflow.key, token["step"]) for run in runs for token in run.state["tokens"].values()}
    assert len(stand) >= 22, sorted(stand)
    assert {run.status for run in runs} == {"running", "finished"}
    for run in runs:
        rows = list(run.events.order_by("seq"))
        versions = iter(rows)
        assert (
            replay(lambda _event, v=versions: definition_of(next(v).version_id), [r.event for r in rows]) == run.state
        )
    assert not Delivery.objects.exists()
    assert not EffectRun.objects.filter(kind="notify", state="pending").exists()
    assert not Timer.objects.filter(due_at__lt=clock.now() - dt.timedelta(days=3)).exists()
    assert WorkItem.objects.filter(kind="external", state="completed", worker="demo-robot").count() >= 4
    assert Event.objects.filter(name="work_item.completed").count() >= 35
