"""Undo and macros over REST."""

from desk.commands.macros import save_macro
from desk.models import Ticket
from flowtic.core.models import Operation


def test_a_change_is_taken_back_by_its_event(api, alan, lea, ticket):
    mine = api(alan)
    at = f"/api/v1/tickets/{ticket.number}"
    mine.patch(at, {"priority": "high"}, content_type="application/json")
    event = mine.get(f"{at}/events").json()["results"][-1]
    assert event["name"] == "ticket.changed"
    url = f"/api/v1/operations/{event['operation']}/undo"
    assert api(lea).get(f"{at}/events").json()["results"][-1]["operation"] is None
    assert api(lea).post(url, {}, content_type="application/json").status_code == 404
    assert api(alan, "tickets:read").post(url, {}, content_type="application/json").status_code == 403
    done = mine.post(url, {}, content_type="application/json")
    assert (done.status_code, done.json()["tickets"]) == (200, [ticket.number])
    assert Ticket.objects.get().priority.key == "normal"
    again = mine.post(url, {}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "cannot_undo")
    for wrong in ("nonsense", "00000000-0000-0000-0000-000000000000"):
        assert mine.post(f"/api/v1/operations/{wrong}/undo", {}, content_type="application/json").status_code == 404


def test_macros_are_listed_and_run(api, as_web, alan, lea, rita, hanna, ticket):
    steps = [{"do": "priority", "value": "urgent"}, {"do": "note", "value": "x"}]
    macro = save_macro(as_web(alan), None, name_de="Makro", name_en="Macro", steps=steps)
    found = api(alan).get("/api/v1/macros").json()["results"]
    assert [(row["name"], row["steps"]) for row in found] == [("Macro", steps)]
    assert api(lea).get("/api/v1/macros").json()["results"] == api(rita).get("/api/v1/macros").json()["results"] == []
    url = f"/api/v1/tickets/{ticket.number}/macros/{macro.pk}"
    assert [
        api(person).post(url, {}, content_type="application/json").status_code for person in (lea, hanna, rita)
    ] == [404, 404, 403]
    done = api(alan).post(url, {}, content_type="application/json").json()
    assert Ticket.objects.get().priority.key == "urgent"
    assert (
        api(alan).post(f"/api/v1/operations/{done['operation']}/undo", {}, content_type="application/json").status_code
        == 200
    )
    assert Ticket.objects.get().priority.key == "normal"
    assert Operation.objects.filter(undone_at=None, kind__startswith="undo:").exists()
