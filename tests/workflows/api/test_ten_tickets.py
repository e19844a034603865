"""By REST only: version 2 is published while ten tickets run, nine are moved, one is named as unable."""

from flowtic.core.models import Event
from tests.workflows.ten_tickets import FIRST, MAP, REASON, SECOND, WHY, begin, look, picture

HOW = {"from": 1, "to": 2, "map": MAP, "reason": REASON}


def test_nine_of_ten_move(work, rita, it, alan, ada):
    _workflow, runs = begin(rita, it, alan)
    before, admin = picture(runs), work(ada)
    draft = admin.put("/workflows/order/draft", {"document": SECOND})
    assert draft.json()["valid"], draft.json()["findings"]
    assert admin.post("/workflows/order/publish", {"note": "Weigh it"}, If_Match=draft["ETag"]).json()["number"] == 2
    assert admin.get("/workflows/order").json()["live"] == 2

    # Nothing changes for those on their way; a new ticket gets the new version.
    assert picture(runs) == before
    running = {row["number"]: row["running"] for row in admin.get("/workflows/order/versions").json()["results"]}
    assert running == {1: 10, 2: 0}
    assert admin.get("/workflows/order/versions/1").json()["document"] == FIRST
    fresh = work(alan).post("/tickets", {"subject": "New", "description": "x", "requester_email": rita.email}).json()
    started = work(ada).post(f"/tickets/{fresh['number']}/workflow", {"workflow": "order"}).json()
    assert started["workflow"]["version"] == 2

    # Without the map none of the nine could go either.
    bare = admin.post("/workflows/order/migrate-all", {**HOW, "map": {}, "dry_run": True}).json()
    assert (len(bare["moved"]), len(bare["not_movable"])) == (0, 10)
    planned = admin.post("/workflows/order/migrate-all", {**HOW, "dry_run": True}).json()
    assert (len(planned["moved"]), len(planned["not_movable"]), picture(runs)) == (9, 1, before)

    done = admin.post("/workflows/order/migrate-all", HOW, Idempotency_Key="move").json()
    assert [one["instance"] for one in done["moved"]] == [run.pk for run in runs[:-1]]
    assert (done["left"], done["not_movable"]) == (
        0,
        [
            {
                "instance": runs[-1].pk,
                "ticket": runs[-1].ticket.number,
                "obstacles": [{"step": "pack", "code": "step_missing", "message": WHY}],
            }
        ],
    )
    assert picture(runs)[-1] == before[-1]
    told = Event.objects.filter(name="instance.migrated", actor=ada)
    assert {event.ticket_id for event in told} == {run.ticket_id for run in runs[:-1]}
    assert {event.data["reason"] for event in told} == {REASON}
    again = admin.post("/workflows/order/migrate-all", HOW, Idempotency_Key="move").json()
    assert (again, told.count()) == (done, 9)
    look(runs, alan)
