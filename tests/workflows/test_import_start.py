"""`import_tickets --start-workflows`: imported open tickets get what the rules name, once, and nobody is told."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from desk.importing import run as import_run
from desk.models import OutgoingMail, Ticket
from flowtic.core.errors import Conflict
from flowtic.core.models import Delivery, Event
from tests.workflows.factories import MACHINE, document, make_workflow, task
from workflows import importing
from workflows.commands.rules import save_rule
from workflows.models import Instance

pytestmark = pytest.mark.django_db
SMALL = Path(__file__).parent.parent / "data" / "tickets_small.csv"


@pytest.fixture
def urgent_ones(db):
    """A rule that fits the first good row of the file only."""
    workflow = make_workflow(document(task("look")), "printers")
    condition = {"field": "ticket.priority", "op": "is", "value": "high"}
    save_rule(MACHINE, None, name="High", condition=condition, workflow=workflow, position=0, active=True)


def run(tmp_path, *options):
    out = StringIO()
    try:
        call_command("import_tickets", str(SMALL), "--report", str(tmp_path / "bad.csv"), *options, stdout=out)
    except CommandError as error:
        out.write(f"\n{error}")
    return out.getvalue()


def test_by_default_none_starts(urgent_ones, tmp_path):
    assert "workflows" not in run(tmp_path)
    assert Ticket.objects.count() == 2 and not Instance.objects.exists()


def test_open_tickets_get_what_the_rules_name(urgent_ones, tmp_path):
    assert "2 imported, 0 skipped, 2 failed, 1 workflows started" in run(tmp_path, "--start-workflows")
    instance = Instance.objects.get()
    assert instance.ticket.subject == "Printer on floor 3 prints blank pages"
    assert (instance.status, instance.items.get().step) == ("running", "look")
    assert Event.objects.get(name="instance.started").machine == "import"
    assert not Delivery.objects.exists() and not OutgoingMail.objects.exists()


def test_closed_tickets_get_none(urgent_ones, tmp_path):
    assert "0 workflows started" in run(tmp_path, "--start-workflows", "--status", "closed")
    assert Ticket.objects.count() == 2 and not Instance.objects.exists()


def test_after_a_stop_nothing_is_forgotten_or_doubled(urgent_ones, tmp_path, monkeypatch):
    monkeypatch.setattr(import_run, "STARTING_BATCH", 1)
    whole, calls = importing.start_by_rules, []

    def dies(actor, ticket):
        calls.append(ticket.pk)
        if len(calls) == 1:
            raise RuntimeError("power is gone")
        return whole(actor, ticket)

    monkeypatch.setattr(importing, "start_by_rules", dies)
    with pytest.raises(RuntimeError):
        run(tmp_path, "--start-workflows")
    assert not Ticket.objects.exists(), "ticket and workflow come together or not at all"
    assert "2 imported" in run(tmp_path, "--start-workflows", "--resume")
    assert Instance.objects.count() == 1 and Ticket.objects.count() == 2
    assert "already" in run(tmp_path, "--start-workflows")
    assert Instance.objects.count() == 1


def test_one_that_cannot_start_keeps_nobody_waiting(urgent_ones, tmp_path, monkeypatch):
    def refused(actor, ticket):
        raise Conflict("No version of this workflow is published.")

    monkeypatch.setattr(importing, "start_by_rules", refused)
    assert "2 imported, 0 skipped, 2 failed, 0 workflows started" in run(tmp_path, "--start-workflows")
    assert Ticket.objects.count() == 2
