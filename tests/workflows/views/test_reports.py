"""The report: its sums equal a recount, its times are right, its files hold no formulas."""

import csv
import io
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from flowtic.core.actor import Actor
from tests.workflows.factories import document, open_item, task
from workflows.commands.rollups import local_day, roll_up_day
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.models import Instance, StepDay, Workflow, WorkItem
from workflows.queries.report import percentile
from workflows.schedule import roll_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(run, as_web, alan, lea, sven):
    """Forty runs of two steps, done by three people over twenty days, some of them around midnight."""
    rng = random.Random(7)
    doc = document(task("work", "check"), task("check"))
    now = timezone.now()
    for number in range(40):
        instance = run(doc)
        for step in ("work", "check") if number % 4 else ("work",):
            item = open_item(instance, step)
            person = rng.choice([alan, lea, sven])
            complete_work_item(as_web(person), claim_work_item(as_web(person), item), outcome="done", data={})
            done = now - timedelta(days=rng.randrange(20), minutes=rng.randrange(1440))
            waited, touched = rng.randrange(60, 90_000), rng.randrange(30, 7_000)
            WorkItem.objects.filter(pk=item.pk).update(
                completed_at=done,
                claimed_at=done - timedelta(seconds=touched),
                created_at=done - timedelta(seconds=touched + waited),
            )
            Instance.objects.filter(pk=instance.pk, status="finished").update(ended_at=done)


def recount():
    """Straight from the steps, in another way than the roll-up."""
    found = Counter()
    for item in WorkItem.objects.filter(state="completed").select_related("instance__version"):
        key = (local_day(item.completed_at), item.instance.version.workflow_id, item.step, item.completed_by_id)
        found[(*key, "n")] += 1
        begun = item.claimed_at or item.completed_at
        found[(*key, "waited")] += round((begun - item.created_at).total_seconds())
        found[(*key, "touched")] += round((item.completed_at - begun).total_seconds())
    for instance in Instance.objects.filter(status="finished").select_related("version"):
        found[(local_day(instance.ended_at), instance.version.workflow_id, "", None, "n")] += 1
    return found


def summed():
    found = Counter()
    for row in StepDay.objects.all():
        key = (row.day, row.workflow_id, row.step, row.person_id)
        found[(*key, "n")] += row.completed
        if row.step:
            found[(*key, "waited")] += row.waited_seconds
            found[(*key, "touched")] += row.touched_seconds
    return found


def test_the_sums_equal_a_recount(history):
    Instance.objects.filter(status="finished").update(moved_at=timezone.now())
    assert roll_up() >= 18
    assert summed() == recount()


def test_counting_again_changes_nothing_and_sees_what_is_new(history, run, as_web, alan):
    roll_up()
    before = summed()
    roll_up()
    assert summed() == before
    complete_work_item(as_web(alan), open_item(run(document(task("late")))), outcome="done", data={})
    roll_up()
    assert summed() == recount()


def test_a_day_is_the_desks_day(settings, run, as_web, alan):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    item = open_item(run(document(task("work"))))
    complete_work_item(as_web(alan), item, outcome="done", data={})
    moment = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # half past midnight in Berlin
    WorkItem.objects.filter(pk=item.pk).update(completed_at=moment, claimed_at=moment, created_at=moment)
    roll_up_day(Actor.system("test"), datetime(2026, 7, 2, tzinfo=UTC).date())
    assert StepDay.objects.filter(step="work").get().day.isoformat() == "2026-07-02"
    timezone.get_default_timezone.cache_clear()


class TestPage:
    def table(self, client, query=""):
        text = client.get(f"/reports/workflows.csv?{query}").content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))[1:]

    def test_it_shows_what_was_done(self, as_client, sven, history):
        roll_up()
        text = as_client(sven).get("/reports/workflows").content.decode()
        assert "Completed steps" in text and ">70<" in text and ">30<" in text
        for name in ("Alan Agent", "Lea Leitung", "Sven Support"):
            assert name in text

    def test_every_grouping_has_the_same_sum_and_filters_narrow(self, as_client, sven, alan, history):
        roll_up()
        client = as_client(sven)
        for by in ("day", "week", "month"):
            assert sum(int(row[1]) for row in self.table(client, f"table=periods&by={by}")) == 70, by
        done = WorkItem.objects.filter(state="completed", completed_by=alan)
        assert sum(int(row[2]) for row in self.table(client, f"table=steps&person={alan.pk}")) == done.count()
        rows = self.table(client, "table=people&step=check")
        assert sum(int(row[1]) for row in rows) == WorkItem.objects.filter(state="completed", step="check").count()

    def test_times_are_those_of_the_steps(self, as_client, sven, run, as_web, alan):
        instance_times = [(60, 10), (120, 20), (600, 30)]
        doc, moment = document(task("work")), timezone.now()
        for waited, touched in instance_times:
            item = open_item(run(doc))
            complete_work_item(as_web(alan), item, outcome="done", data={})
            WorkItem.objects.filter(pk=item.pk).update(
                created_at=moment - timedelta(seconds=waited + touched),
                claimed_at=moment - timedelta(seconds=touched), completed_at=moment,
            )  # fmt: skip
            Workflow.objects.filter(pk=item.instance.version.workflow_id).update(key=f"x{waited}")
        rows = self.table(as_client(sven), "table=times")
        assert sorted(int(row[3]) for row in rows) == [60, 120, 600]

    def test_percentiles(self):
        assert percentile(range(1, 101), 90) == 90
        assert percentile([5], 90) == 5
        assert percentile([1, 2, 3], 90) == 3

    def test_names_are_no_formulas_in_a_spreadsheet(self, as_client, sven, alan, history):
        alan.name = "=cmd()"
        alan.save()
        roll_up()
        assert any(row[0] == "'=cmd()" for row in self.table(as_client(sven), "table=people"))

    def test_leads_see_their_departments_others_nothing(self, as_client, lea, alan, hanna, rita, history, hr):
        roll_up()
        assert ">70<" in as_client(lea).get("/reports/workflows").content.decode()
        StepDay.objects.update(department=hr)
        assert ">70<" not in as_client(lea).get("/reports/workflows").content.decode()
        for person in (alan, hanna, rita):
            assert as_client(person).get("/reports/workflows").status_code == 403

    @pytest.mark.parametrize(
        "query", ["since=yesterday", "by=hour", "since=2026-02-01&until=2026-01-01", "since=1999-01-01"]
    )
    def test_what_cannot_be_is_refused(self, as_client, sven, query):
        assert as_client(sven).get(f"/reports/workflows?{query}").status_code == 400
