"""The demo's assistant: it learns from demo tickets, proposes believable things for new ones, and says so."""

import datetime as dt

import pytest

from ai_assist.demo.history import history_tickets
from ai_assist.demo.play import KIND, look_around
from ai_assist.models import LearnedModel, Suggestion, Trust
from ai_assist.queries import to_decide
from desk.demo.play import create_demo
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.models import Job


@pytest.mark.django_db
def test_the_demo_desk_suggests_believable_things(tmp_path, settings, as_web, django_user_model):
    settings.DATA_DIR = tmp_path
    create_demo(dt.datetime.now(dt.UTC))
    history = history_tickets()
    assert len(history) > 150
    first = Ticket.objects.exclude(pk__in=[ticket.pk for ticket in history]).order_by("pk").first()
    assert max(ticket.number for ticket in history) < first.number
    assert all(ticket.assignee_id and ticket.resolved_at > ticket.created_at for ticket in history)
    look_around(Job.objects.get(kind=KIND))
    assert LearnedModel.objects.filter(target="department", live=True).exists()
    expected = {"Heizung im Büro 3.208": "facility", "Lost my badge": "facility", "Rechnung 88214": "finance"}
    for subject, department in {**expected, "Abrechnung vom letzten": "hr", "My account is locked": "access"}.items():
        ticket = Ticket.objects.filter(subject__startswith=subject).order_by("-pk").first()
        told = [row for row in to_decide(Actor.system("test"), [ticket.pk]) if row.field == "department"]
        assert [row.value for row in told] == [Ticket.objects.filter(department__key=department).first().department_id]
    trust = Trust.objects.get(field="department")
    assert trust.decided >= 10
    assert 0.6 < trust.precision <= 1
    ada = django_user_model.objects.get(email="ada@flowtic.example")
    assert "Demo content is among these tickets" in as_web(ada).get("/settings/assistant/learned").content.decode()
    before = Suggestion.objects.count()
    look_around(Job.objects.get(kind=KIND))  # at least once: a second time changes nothing
    assert Suggestion.objects.count() == before
