"""Training on the desk's own tickets, and what answers afterwards."""

import pytest

from ai_assist.commands import training as commands
from ai_assist.local import classify, engine, store
from ai_assist.local import jobs as learning_jobs
from ai_assist.local.learning import Judged
from ai_assist.local.training import _kept_back, train_all
from ai_assist.models import AssistSettings, LearnedModel
from desk.models import RequestType
from flowtic.core.errors import Forbidden
from flowtic.core.models import Job
from tests.ai_assist.local.desk import departments, solved_tickets
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db


def live(target):
    return LearnedModel.objects.get(target=target, language="", live=True)


def test_too_few_tickets_say_so_and_rules_answer(machine, rita, it):
    solved_tickets(24)
    assert train_all(machine)["department"] == "too_little"
    row = LearnedModel.objects.get(target="department")
    assert (row.state, row.error, row.live) == ("too_little", "24/200", False)
    train_all(machine)
    assert LearnedModel.objects.filter(target="department").count() == 1  # no new row every night
    ticket = make_ticket(rita, it, subject="Heating is broken", description="The heating of our office is broken.")
    guesses = {guess.field: guess for guess in engine.guesses(ticket)}
    assert guesses["department"].value == departments()["facility"].pk
    assert {guess.engine for guess in guesses.values()} == {"rules"}


def test_a_trained_desk_knows_its_departments(machine, rita, it):
    places = departments()
    solved_tickets(330)
    result = train_all(machine)
    assert result["department"] == "live"
    row = live("department")
    assert row.scores["accuracy"] >= 0.9
    assert row.scores["rows"] == row.parameters["split"][2] > 20
    assert (store.folder() / row.file).stat().st_size == row.size
    subjects = {
        "VPN Zertifikat abgelaufen": "it",
        "Gehaltsabrechnung falsch": "hr",
        "Heating broken in office": "facility",
    }
    for subject, key in subjects.items():
        ticket = make_ticket(rita, it, subject=subject, description="Please help, thank you.")
        guess = next(found for found in classify.guesses(ticket) if found.field == "department")
        assert guess.value == places[key].pk, subject
        assert (guess.engine, guess.engine_version) == ("local", "1")
        assert sum(share for _value, share in guess.others) + guess.confidence <= 1.001
        words = next(reason["words"] for reason in guess.reasons if reason["code"] == "words")
        assert set(words) & set(subject.split())


def test_priority_and_request_type_are_learned_too(machine, rita, it):
    solved_tickets(330)
    train_all(machine)
    ticket = make_ticket(rita, it, subject="VPN Zertifikat abgelaufen", description="Bitte um Hilfe.")
    found = {guess.field: guess for guess in engine.guesses(ticket)}
    assert found["priority"].value == 3
    # One type alone is nothing to choose between: the rules say what they know.
    assert not LearnedModel.objects.filter(target="request_type", live=True).exists()
    laptop = make_ticket(rita, it, subject="Laptop startet nicht", description="Der Bildschirm bleibt schwarz.")
    guess = next(guess for guess in engine.guesses(laptop) if guess.field == "request_type")
    assert (guess.engine, guess.value) == ("rules", RequestType.objects.get(key="laptop").pk)


def test_versions_grow_and_three_files_stay(machine):
    solved_tickets(240)
    for _ in range(5):
        train_all(machine)
    rows = LearnedModel.objects.filter(target="department", language="")
    assert [row.version for row in rows] == [5, 4, 3, 2, 1]
    assert [bool(row.file) for row in rows] == [True, True, True, False, False]
    assert [row.live for row in rows] == [True, False, False, False, False]
    assert sorted(path.name for path in store.folder().glob("department-all-*")) == [
        f"department-all-{version}.skops" for version in (3, 4, 5)
    ]


def test_a_live_model_is_not_replaced_by_a_clearly_worse_one(machine, monkeypatch):
    solved_tickets(330)
    train_all(machine)
    first = live("department")

    def forgetful(self, target, language=""):
        model = learn(self, target, language)
        model.weights[:] = 0
        return model

    from ai_assist.local.learning import Material

    learn = Material.learn
    monkeypatch.setattr(Material, "learn", forgetful)
    assert train_all(machine)["department"] == "kept back"
    assert live("department") == first
    worse = LearnedModel.objects.get(target="department", version=2)
    assert worse.scores["kept_back"].startswith("clearly worse")
    assert worse.scores["before"] == first.scores["accuracy"] > worse.scores["accuracy"]


def test_a_model_worse_than_one_answer_for_all_is_kept_back():
    seen = Judged(["a"] * 30, [["b"]] * 30, [0.9] * 30)
    assert _kept_back(seen, {"accuracy": 0.0, "majority": 1.0}, None, "x", []) != ""
    assert _kept_back(seen, {"accuracy": 1.0, "majority": 1.0}, None, "x", []) == ""


def test_a_failed_target_leaves_the_live_model(machine, monkeypatch):
    solved_tickets(240)
    train_all(machine)
    monkeypatch.setattr("ai_assist.local.learning.fit", lambda *_: 1 / 0)
    assert train_all(machine)["department"] == "failed"
    row = LearnedModel.objects.get(target="department", version=2)
    assert (row.state, row.error) == ("failed", "ZeroDivisionError: division by zero")
    assert live("department").version == 1


def test_start_and_job(as_web, ada, alan, machine):
    AssistSettings.objects.create(pk=1, least_tickets=50)
    solved_tickets(120)
    with pytest.raises(Forbidden):
        commands.start_training(as_web(alan))
    job = commands.start_training(as_web(ada))
    assert (job.kind, job.queue, job.started_by) == ("ai.train", "long", ada)
    assert commands.start_training(as_web(ada)) is None  # one waits already
    LearnedModel.objects.create(target="priority", version=1, started_at=job.created_at)  # of a killed worker
    learning_jobs.train_models(job)
    assert live("department").started_by == ada
    assert LearnedModel.objects.get(target="priority", version=1).state == "failed"


def test_the_night_starts_one_training_a_day(machine, time_machine):
    time_machine.move_to("2026-11-20 12:00:00+00:00", tick=False)
    assert learning_jobs.train_nightly() is True  # never trained before
    Job.objects.update(state="done")
    LearnedModel.objects.create(target="department", version=1, state="ready", started_at=Job.objects.get().created_at)
    for moment, expected in (
        ("2026-11-20 20:00:00+00:00", False),
        ("2026-11-21 07:00:00+00:00", False),  # old enough at eight o'clock in Berlin next day, but by day
        ("2026-11-21 09:30:00+00:00", False),
        ("2026-11-22 02:00:00+00:00", True),
    ):
        time_machine.move_to(moment, tick=False)
        assert learning_jobs.train_nightly() is expected, moment
    Job.objects.update(state="done")
    AssistSettings.objects.create(pk=1, enabled=False)
    assert learning_jobs.train_nightly() is False
