"""Pages and REST of test runs, rehearsals and the overview of runs: what they do, and who may."""

import pytest
from django.core import mail
from django.urls import reverse

from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Job
from flowtic.core.secrets import save_secret
from tests.factories import make_ticket
from tests.workflows.factories import MACHINE, document, make_workflow, open_item, task
from tests.workflows.rehearsal.history import purchase, world
from workflows.commands.definitions import save_draft
from workflows.commands.starting import start_workflow
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.models import Instance, Rehearsal, Sample, TestRun
from workflows.queries.samples import check_samples

pytestmark = pytest.mark.django_db
PERIOD = {"since": "2026-03-01", "until": "2026-04-01"}


@pytest.fixture
def web(client):
    def make(person):
        client.force_login(person)
        return client

    return make


def run_jobs():
    for pk in Job.objects.filter(kind="workflows.rehearse", state="pending").values_list("pk", flat=True):
        assert jobs.run(pk)


def begun(client, workflow, **data):
    answer = client.post(f"/workflows/{workflow.key}/try", {"act": "begin", **data})
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def text(client, url):
    answer = client.get(url, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# ---- test run ------------------------------------------------------------------------------


def test_a_past_ticket_is_tried_to_its_end_and_nothing_happens(history, web, ada, alan):
    client, number = web(ada), Instance.objects.order_by("pk")[6].ticket.number
    before = world()
    url = begun(client, history, ticket=number)
    assert "Ask" in text(client, url)
    client.post(f"{url}/next")
    page = text(client, url)
    assert "because Amount is greater than 500 (Amount: 700)" in page and "Support" in page
    client.post(f"{url}/end")
    page = text(client, url)
    assert "It would have taken 7 h" in page and "The ticket becomes: Resolved" in page
    assert page.count("wf-e on") == 4  # ask, size, approval, buy
    client.post(f"{url}/back")
    assert "It would have taken" not in text(client, url) and "Run to the end" in text(client, url)
    assert world() == before and mail.outbox == []


def test_by_hand_with_own_answers_kept_as_a_sample_that_publishing_checks(history, web, ada):
    client = web(ada)
    url = begun(client, history, way="hand", priority="high")
    run = TestRun.objects.get()
    assert run.sample["start"]["facts"]["ticket"]["priority"] == "high"
    page = client.get(url)
    place = page.context["page"].places[0]
    where = {"token": place.token, "item": place.item}
    name = page.context["places"][0][1].rows[0].bound.html_name
    wrong = client.post(f"{url}/answer", {**where, "outcome": "done", "shown": "amount", name: "many"})
    assert wrong.status_code == 422 and "many" in wrong.content.decode()
    client.post(f"{url}/answer", {**where, "outcome": "done", "shown": "amount", name: "400"})
    assert "because nothing else fits (Amount: 400)" in text(client, url)
    client.post(f"{url}/end")
    assert client.post(f"{url}/keep", {"name": ""}).status_code == 422
    client.post(f"{url}/keep", {"name": "Four hundred"})
    assert Sample.objects.get().expected["ways"] == [
        ["ask", "size", "done"],
        ["size", "buy", "otherwise"],
        ["buy", "end", "done"],
    ]
    assert not check_samples(Actor(ada), history, purchase(500))[0].differs
    save_draft(Actor(ada), history, document=purchase(300))
    page = text(client, f"/workflows/{history.key}/publication")
    assert "The sample “Four hundred” goes another way." in page and "Size → Approval" in page
    client.post(reverse("workflows:sample_remove", args=[history.key, Sample.objects.get().pk]))
    assert not Sample.objects.exists()


def test_calls_can_fail_secrets_stay_hidden_and_time_can_pass(web, ada, it):
    call = {
        "key": "call",
        "kind": "http",
        "method": "POST",
        "url": "https://shop.example/orders",
        "headers": {"Authorization": "Bearer {{ secret.SHOP }}"},
        "next": "end",
        "on_error": "mend",
    }
    mend = task("mend", due={"within": "P1D", "clock": "calendar", "then": "end"})
    save_secret(Actor(ada), "SHOP", value="hidden-hidden", note="")
    workflow = make_workflow(document(call, mend), "shop", department=it)
    client = web(ada)
    url = begun(client, workflow, way="hand")
    page = text(client, url)
    assert "hidden-hidden" not in page and "POST https://shop.example/orders" in page and "Bearer •••" in page
    place = client.get(url).context["page"].places[0]
    client.post(f"{url}/answer", {"token": place.token, "item": "", "way": "failed"})
    place = client.get(url).context["page"].places[0]
    assert place.step.key == "mend"
    client.post(f"{url}/answer", {"token": place.token, "item": place.item, "way": place.timers[0][0]})
    assert client.get(url).context["page"].is_over


# ---- rehearsal -----------------------------------------------------------------------------


def test_a_rehearsal_is_begun_watched_and_read(history, web, ada):
    save_draft(Actor(ada), history, document=purchase(300))
    client = web(ada)
    url = client.post(f"/workflows/{history.key}/rehearsals", {"version": "", **PERIOD})["Location"]
    assert "Waiting for a worker" in text(client, url) and 'hx-trigger="every 2s"' in text(client, url)
    run_jobs()
    page = text(client, url)
    assert "after “Size”: now “Approval” instead of “Buy”" in page and "Purchase of 400" in page
    assert "Purchase of 300" not in page and "every 2s" not in page
    wrong = client.post(f"/workflows/{history.key}/rehearsals", {"since": "2020-01-01", "until": "2026-01-01"})
    assert wrong.status_code == 422 and "400 days" in wrong.content.decode()
    url = client.post(f"/workflows/{history.key}/rehearsals", {"version": "1", **PERIOD})["Location"]
    client.post(f"{url}/cancellation")
    run_jobs()
    assert "was cancelled" in text(client, url)


def test_changed_rules_show_which_tickets_would_start_another_workflow(history, web, ada, rita, it):
    with clock.travel(Instance.objects.first().started_at):
        make_ticket(rita, it, subject="Without a workflow")
    make_workflow(document(task()), "other", department=it)
    client = web(ada)
    rule = {"position_1": "1", "name_1": "All", "active_1": "on", "workflow_1": "purchase"}
    rows = {
        "condition_1-mode": "rows", "condition_1-single": "1", "condition_1-row": "0",
        "condition_1-0-field": "ticket.subject", "condition_1-0-op": "contains", "condition_1-0-value": "",
    }  # fmt: skip
    page = client.get("/workflows/rehearsals/rules").content.decode()
    assert 'data-conditions="condition_1"' in page
    refused = client.post("/workflows/rehearsals/rules", {**PERIOD, **rule, **rows})
    assert refused.status_code == 422 and 'id="condition_1-0-wrong"' in refused.content.decode()
    added = client.post("/workflows/rehearsals/rules", {**PERIOD, **rule, **rows, "condition_1-act": "add"})
    assert added.status_code == 200 and 'name="condition_1-1-field"' in added.content.decode()
    assert not Rehearsal.objects.filter(kind="rules").exists()
    url = client.post("/workflows/rehearsals/rules", {**PERIOD, **rule})["Location"]
    run_jobs()
    page = text(client, url)
    assert "now “purchase” instead of “none at all”" in page and "Without a workflow" in page
    url = client.post(
        "/workflows/rehearsals/rules", {**PERIOD, **rule, **rows, "workflow_1": "other", "condition_1-0-value": "700"}
    )["Location"]
    run_jobs()
    row = Rehearsal.objects.first()
    result = row.result
    again = client.get(f"/workflows/rehearsals/rules?again={row.pk}").content.decode()
    assert f"rules?again={row.pk}" in text(client, url) and 'name="condition_1-0-value"' in again and "700" in again
    assert [(one["real"], one["now"], one["n"]) for one in result["groups"]] == [
        ("purchase", "", 8),
        ("purchase", "other", 1),
    ]


def test_another_assignment_shows_who_would_have_got_the_tickets(web, ada, alan, lea, rita, it):
    for number in range(6):
        with clock.travel(clock.now().replace(year=2026, month=3, day=number + 2)):
            make_ticket(rita, it, subject=f"Ticket {number}", assignee=alan)
    client = web(ada)
    policy = {"department": "it", "strategy": "round_robin"}
    client.post("/workflows/rehearsals/assignment", {**PERIOD, **policy})
    run_jobs()
    row = Rehearsal.objects.get()
    again = client.get(f"/workflows/rehearsals/assignment?again={row.pk}").content.decode()
    assert '<option value="it" selected' in again and '<option value="round_robin" selected' in again
    assert row.result["total"] == 6
    load = {one["id"]: (one["real"], one["now"]) for one in row.result["people"]}
    assert load[alan.pk][0] == 6 and sum(now for _real, now in load.values()) == 6
    assert max(now for _real, now in load.values()) < 6
    assert "Ticket 1" in text(client, f"/workflows/rehearsals/{row.pk}")


def test_rest_starts_reads_and_cancels(history, api, ada, alan):
    save_draft(Actor(ada), history, document=purchase(300))
    admin, base = api(ada, "workflows:admin"), f"/api/v1/workflows/{history.key}/rehearsals"
    begun = admin.post(base, {**PERIOD}, content_type="application/json")
    assert (begun.status_code, begun.json()["state"], begun.json()["figures"]) == (202, "waiting", None)
    run_jobs()
    found = admin.get(begun["Location"]).json()
    assert (found["state"], found["figures"]["other"], found["groups"][0]["number"]) == ("done", 2, 2)
    assert found["groups"][0]["tickets"][0]["subject"] == "Purchase of 400"
    other = admin.post(base, {**PERIOD, "version": 1}, content_type="application/json").json()
    assert admin.post(f"{base}/{other['id']}/cancel").json()["state"] == "cancelled"
    assert [row["id"] for row in admin.get(base).json()["results"]] == [other["id"], found["id"]]
    for wrong in ({**PERIOD, "version": 9}, {"since": "2026-02-31", "until": "2026-03-01"}):
        assert admin.post(base, wrong, content_type="application/json").status_code == 409
    assert api(alan, "workflows:admin").get(base).status_code == 403
    assert api(ada, "work:read").get(base).status_code == 403
    assert admin.get(f"{base}/999999").status_code == 404


# ---- overview of runs ------------------------------------------------------------------------


def test_the_overview_names_the_bottleneck_and_helps_failed_runs_at_once(web, ada, alan, rita, it):
    broken = {"key": "count", "kind": "set", "values": {"x": {"formula": "1 / 0"}}, "next": "end"}
    workflow = make_workflow(
        document(task("work", "count"), broken, fields=[{"key": "x", "kind": "number"}]), "broken", department=it
    )
    tickets = [make_ticket(rita, it, subject=f"Stuck {number}") for number in range(3)]
    runs = [start_workflow(MACHINE, ticket, workflow=workflow) for ticket in tickets]
    for run in runs[:2]:
        item = claim_work_item(Actor(alan), open_item(run))
        complete_work_item(Actor(alan), item, outcome="done", data={})
    client, url = web(ada), f"/workflows/{workflow.key}/runs"
    page = text(client, url)
    assert "Most of the time goes into “Work”" in page and "1 ticket stands there now." in page
    assert "A formula cannot be computed" in page and "Stuck 1" in page
    listed = text(client, f"/workflows/runs?workflow={workflow.key}&step=count")
    assert "Stuck 1" in listed and "Stuck 2" not in listed
    chosen = {"run": [runs[0].pk, runs[1].pk, runs[2].pk], "operation": "jump", "to": "end"}
    assert client.post(f"{url}/operation", chosen).status_code == 422
    done = client.post(f"{url}/operation", {**chosen, "reason": "no counting"}).context
    assert [bool(one.error) for one in done["done"]] == [False, False, True]
    assert set(Instance.objects.filter(pk__in=chosen["run"][:2]).values_list("status", flat=True)) == {"finished"}


# ---- who may --------------------------------------------------------------------------------


def test_who_may_see_and_do_what(history, web, ada, lea, alan, hanna, rita, otto, sven):
    """Editing rights open test runs and rehearsals; a person's own stay their own; runs are for who works tickets."""
    mine = begun(web(lea), history, way="hand")
    own = web(lea).post(f"/workflows/{history.key}/rehearsals", {"version": "1", **PERIOD})["Location"]
    closed = {alan: 403, hanna: 403, sven: 403}
    for person, status in closed.items():
        client = web(person)
        for page in ("try", "rehearsals"):
            assert client.get(f"/workflows/{history.key}/{page}").status_code == status, (person, page)
            assert client.post(f"/workflows/{history.key}/{page}", {"act": "begin"}).status_code == status
        assert client.get(mine).status_code == status
        assert client.get(own).status_code == client.post(f"{own}/cancellation").status_code == 404
        assert client.get(f"/workflows/{history.key}/runs").status_code == 200
    assert web(ada).get(mine).status_code == 404 and web(ada).post(f"{mine}/next").status_code == 404
    assert web(ada).get(own).status_code == 200
    for person in (rita, otto):
        client = web(person)
        for url in (mine, own, f"/workflows/{history.key}/runs", f"/workflows/{history.key}/try"):
            assert client.get(url).status_code in (302, 403, 404), url
    run = Instance.objects.order_by("-pk").first()
    answer = web(alan).post(
        f"/workflows/{history.key}/runs/operation", {"run": run.pk, "operation": "cancel", "reason": "x"}
    )
    run.refresh_from_db()
    assert run.status == "running" and answer.status_code in (200, 403)


def test_hanna_sees_no_tickets_of_it_in_the_overview(history, web, hanna):
    page = text(web(hanna), f"/workflows/{history.key}/runs")
    assert "Purchase of" not in page and "0 running" in page
