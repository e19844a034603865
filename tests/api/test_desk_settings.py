"""Ratings, statuses with their ways, and tags over REST: who reads, who writes, what is refused."""

from desk.commands import change_status
from desk.models import Rating, Status, StatusTransition, Tag
from flowtic.core.models import Event, Job
from tests.api.conftest import fields_of, problem


def test_ratings(rest, as_web, sven, rita, otto, alan, lea, hanna, ticket):
    path = f"/tickets/{ticket.number}/rating"
    problem(rest(rita).put(path, {"good": True}), 409, "too_late_to_rate")
    change_status(as_web(sven), ticket, status=Status.objects.get(key="closed"))
    assert rest(rita).get(path).json() == {"rating": None}
    rated = rest(rita).put(path, {"good": False, "words": "Took a week"})
    assert (rated.status_code, rated.json()["good"], rated.json()["department"]) == (200, False, "it")
    assert rest(alan).get(path).json()["rating"]["words"] == "Took a week"
    problem(rest(alan).put(path, {"good": True}), 403)
    problem(rest(otto).get(path), 404)
    problem(rest(hanna).get(path), 404)
    assert [row["ticket"] for row in rest(lea).get("/ratings?bad=true").json()["results"]] == [ticket.number]
    rest(rita).put(path, {"good": True})
    assert rest(sven).get("/ratings?bad=true").json()["results"] == []
    problem(rest(alan).get("/ratings"), 403)
    assert Rating.objects.count() == 1


def test_statuses_are_made_changed_and_retired_by_admins(rest, as_web, ada, lea, sven, ticket):
    body = {"key": "parts", "name_de": "Teile", "name_en": "Parts", "category": "waiting", "kind": "waiting_requester"}
    problem(rest(sven).post("/statuses", body), 403)
    made = rest(ada).post("/statuses", body)
    assert (made.status_code, made["Location"]) == (201, "/api/v1/statuses/parts")
    problem(rest(ada).post("/statuses", body), 409)
    assert rest(ada).patch("/statuses/parts", {"name_en": "Waiting for parts"}).json()["name"] == "Waiting for parts"
    problem(rest(ada).patch("/statuses/parts", {"category": "closed"}), 422)
    problem(rest(ada).patch("/statuses/nothing", {}), 404)
    problem(rest(lea).patch("/statuses/parts", {"name_en": "x"}), 403)
    change_status(as_web(sven), ticket, status=Status.objects.get(key="parts"))
    problem(rest(ada).delete("/statuses/parts"), 409)
    assert fields_of(problem(rest(ada).post("/statuses/parts/retire", {}), 409)) == {"successor"}
    problem(rest(ada).post("/statuses/closed/retire", {}), 409)
    retired = rest(ada).post("/statuses/parts/retire", {"successor": "waiting_requester"})
    assert (retired.status_code, retired.json()["active"]) == (200, False)
    assert Job.objects.filter(kind="desk.retire_status").count() == 1
    assert rest(ada).patch("/statuses/parts", {"active": True}).json()["active"] is True
    problem(rest(sven).post("/statuses/parts/retire", {}), 403)
    problem(rest(sven).delete("/statuses/parts"), 403)
    empty = rest(ada).post("/statuses", {**body, "key": "empty"})
    assert empty.status_code == 201
    assert rest(ada).delete("/statuses/empty").status_code == 204


def test_ways_between_statuses(rest, ada, alan, rita, sven):
    found = {row["role"]: row["ways"] for row in rest(alan).get("/statuses/transitions").json()["results"]}
    assert set(found) == {"user", "agent", "support", "admin"}
    assert len(found["agent"]) == StatusTransition.objects.filter(role="agent").count()
    problem(rest(rita).get("/statuses/transitions"), 403)
    path, fewer = "/statuses/transitions/agent", found["agent"][1:]
    problem(rest(sven).put(path, {"ways": fewer}), 403)
    assert len(rest(ada).put(path, {"ways": fewer}).json()["ways"]) == len(fewer)
    assert rest(ada).put(path, {"ways": found["agent"]}).json()["ways"] == found["agent"]
    problem(rest(ada).put(path, {"ways": []}), 409, "no_way_out")
    problem(rest(ada).put(path, {"ways": [{"source": "new", "target": "nothing"}]}), 409)
    problem(rest(ada).put("/statuses/transitions/king", {"ways": []}), 404)
    assert StatusTransition.objects.filter(role="agent").count() == len(found["agent"])


def test_tags_are_renamed_and_merged(rest, ada, alan, ticket):
    ticket.tags.add(*(Tag.objects.create(name=name) for name in ("vpn", "wlan")))
    for path, body in (("/tags/rename", {"name": "vpn", "to": "x"}), ("/tags/merge", {"name": "vpn", "into": "wlan"})):
        problem(rest(alan).post(path, body), 403)
    assert rest(ada).post("/tags/rename", {"name": "vpn", "to": "Tunnel"}).json() == {"name": "tunnel"}
    assert fields_of(problem(rest(ada).post("/tags/rename", {"name": "tunnel", "to": "wlan"}), 409)) == {"name"}
    assert fields_of(problem(rest(ada).post("/tags/rename", {"name": "vpn", "to": "x"}), 409)) == {"name"}
    assert fields_of(problem(rest(ada).post("/tags/merge", {"name": "wlan", "into": "wlan"}), 409)) == {"into"}
    assert rest(ada).post("/tags/merge", {"name": "tunnel", "into": "wlan"}).json() == {"name": "wlan"}
    assert rest(alan).get(f"/tickets/{ticket.number}").json()["tags"] == ["wlan"]
    assert Event.objects.filter(name="configuration.changed", via="api").count() == 2
