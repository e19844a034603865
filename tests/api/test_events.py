"""`/tickets/{number}/events`: the history in words."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import problem
from tests.factories import make_ticket


def sentences(client, ticket, language="en", query=""):
    rows = client.get(f"/tickets/{ticket.number}/events{query}", Accept_Language=language).json()["results"]
    return [row["sentence"] for row in rows]


def test_the_history_names_everything(rest, alan, lea, hanna, rita, it, hr, ticket):
    base, desk = f"/tickets/{ticket.number}", rest(alan)
    desk.put(f"{base}/assignment", {"assignee": "me", "only_if_free": True})
    desk.patch(base, {"priority": "urgent", "subject": "Neu"})
    desk.post(f"{base}/comments", {"body": "x", "visibility": "internal"})
    desk.form(f"{base}/attachments", {"files": [SimpleUploadedFile("log.txt", b"x")]})
    desk.post(f"{base}/watchers", {"person": rita.email})
    other = make_ticket(rita, it)
    desk.post(f"{base}/links", {"kind": "related", "other": other.number})
    desk.put(f"{base}/assignment", {"assignee": lea.email})
    rest(lea).put(f"{base}/assignment", {"assignee": None})

    found = sentences(rest(lea), ticket)
    assert found[0].endswith("created the ticket")
    for expected in (
        "Alan Agent took over the ticket",
        "Alan Agent changed the status from Pending assignment to Assigned",
        "changed the priority from Normal to Urgent",
        "Alan Agent added an internal note",
        "Alan Agent attached log.txt",
        "Alan Agent added Rita Reiter as watcher",
        f"Alan Agent linked the ticket: related to {other.number}",
        "Alan Agent assigned the ticket to Lea Leitung",
        "Lea Leitung gave the ticket back",
    ):
        assert any(expected in sentence for sentence in found), (expected, found)


def test_departments_are_keys_and_names(rest, sven, ticket, hr):
    rest(sven).patch(f"/tickets/{ticket.number}", {"department": "hr"})
    row = rest(sven).get(f"/tickets/{ticket.number}/events?sort=-created&limit=1").json()["results"][0]
    assert row["changes"] == [{"field": "department", "old": "it", "new": "hr"}]
    assert row["sentence"] == "Sven Support moved the ticket from IT operations to Human resources"
    assert (row["via"], row["public"]) == ("api", True)


def test_requesters_see_the_public_part_only(rest, alan, rita, otto, it, ticket):
    base = f"/tickets/{ticket.number}"
    rest(alan).put(f"{base}/assignment", {"assignee": "me"})
    rest(alan).patch(base, {"priority": "urgent"})
    rest(alan).post(f"{base}/comments", {"body": "geheim", "visibility": "internal"})
    theirs = make_ticket(otto, it, subject="Ottos Sache")
    rest(alan).post(f"/tickets/{theirs.number}/merge", {"into": ticket.number})

    rows = rest(rita).get(f"{base}/events").json()["results"]
    assert {row["name"] for row in rows} == {"ticket.created", "ticket.assigned", "ticket.status_changed"}
    assert all(row["public"] for row in rows)
    assert theirs.number not in str(rows)
    assert alan.email not in str(rows)
    problem(rest(otto).get(f"{base}/events"), 404)


def test_pages_and_order(rest, alan, ticket):
    for word in ("eins", "zwei", "drei"):
        rest(alan).patch(f"/tickets/{ticket.number}", {"subject": word})
    path, found, cursor = f"/tickets/{ticket.number}/events?limit=2", [], ""
    while cursor is not None:
        page = rest(alan).get(f"{path}{cursor and f'&cursor={cursor}'}").json()
        found += [row["id"] for row in page["results"]]
        cursor = page["next"]
    assert found == sorted(found)
    assert len(found) == 4
    problem(rest(alan).get(f"{path}&sort=name"), 400)
    assert rest(alan).get(f"{path}&count=true").json()["count"] == "4"


def test_nobody_writes_history(rest, ada, ticket):
    for method in ("post", "put", "patch", "delete"):
        problem(rest(ada)(method, f"/tickets/{ticket.number}/events", {}), 405)
