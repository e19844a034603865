"""The demo's assistant: it learns from demo tickets, proposes believable things for new ones, and says so."""

import datetime as dt
import json
from pathlib import Path

import pytest

from accounts.models import Department
from ai_assist.demo import history, play
from ai_assist.models import LearnedModel, Suggestion, Trust
from ai_assist.queries import to_decide
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.models import Job
from tests.factories import make_department, make_person, make_ticket

NOW = dt.datetime.now(dt.UTC)
EXPECTED = {"Heizung im Büro 3.208": "facility", "Lost my badge": "facility", "Rechnung 88214": "finance"}


@pytest.fixture
def company(db, tmp_path, settings, django_user_model):
    """Departments and people of the demo, without its stories."""
    settings.DATA_DIR = tmp_path
    folder = Path(history.__file__).resolve().parents[2] / "desk" / "demo"
    for row in json.loads((folder / "departments.json").read_text()):
        place = make_department(
            row["key"], is_default=row["default"] and not Department.objects.filter(is_default=True)
        )
        make_person(f"Agent {row['key']}", "agent", departments=(place,))
    for name, role in (("sven", "support"), ("rita", "user"), ("karla", "user"), ("chloe", "user")):
        make_person(name.title(), role, email=f"{name}@flowtic.example")


@pytest.mark.timeout(240)
def test_the_demo_desk_suggests_believable_things(company, web_of, ada):
    made = history.write_history(NOW)
    tickets = history.history_tickets()
    assert made == len(tickets) > 150
    assert all(ticket.assignee_id and ticket.resolved_at > ticket.created_at for ticket in tickets)
    assert all(NOW - dt.timedelta(days=90) < ticket.created_at < NOW for ticket in tickets)
    assert play.play(NOW) == 6
    job = Job.objects.get(kind=play.KIND)
    play.look_around(job)
    assert LearnedModel.objects.filter(target="department", live=True).exists()
    for subject, department in {**EXPECTED, "Abrechnung vom": "hr", "My account is locked": "access"}.items():
        ticket = Ticket.objects.open().get(subject__startswith=subject)
        told = [row.value for row in to_decide(Actor.system("test"), [ticket.pk]) if row.field == "department"]
        assert told == [Department.objects.get(key=department).pk], subject
    trust = Trust.objects.get(field="department")
    assert trust.decided >= 10
    assert 0.6 < trust.precision <= 1
    assert "Demo content is among these tickets" in web_of(ada).get("/settings/assistant/learned").content.decode()
    before = Suggestion.objects.count()
    play.look_around(job)  # at least once: a second time changes nothing
    assert Suggestion.objects.count() == before


def test_without_the_demo_company_nothing_is_made(rita, it):
    make_ticket(rita, it)
    assert history.write_history(NOW) == play.play(NOW) == 0
    assert Ticket.objects.count() == 1
    assert not Job.objects.filter(kind=play.KIND).exists()
