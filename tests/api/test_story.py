"""A ticket's whole life by REST alone."""


def test_from_the_first_word_to_the_last(rest, alan, rita, it):
    requester, desk = rest(rita), rest(alan)

    made = requester.post(
        "/tickets",
        {"subject": "Netzwerkdrucker im 3. Stock", "description": "Meldet **E-403**.", "department": "it"},
        Idempotency_Key="story-1",
    )
    number = made.json()["number"]
    base = f"/tickets/{number}"
    assert made.status_code == 201

    waiting = desk.get("/tickets?category=pending_assignment&assignee=none&department=it&sort=created").json()
    assert [row["number"] for row in waiting["results"]] == [number]
    claimed = desk.put(f"{base}/assignment", {"assignee": "me", "only_if_free": True})
    assert claimed.json()["status"]["key"] == "assigned"

    assert desk.post(f"{base}/comments", {"body": "Toner oder Treiber?", "visibility": "internal"}).status_code == 201
    assert desk.post(f"{base}/comments", {"body": "Welche Farbe hat die Lampe?"}).status_code == 201
    asked = desk.put(f"{base}/status", {"status": "waiting_requester"}, If_Match=claimed["ETag"])
    assert (asked.status_code, asked.json()["status"]["category"]) == (200, "waiting")
    assert asked.json()["first_response_at"]

    thread = requester.get(f"{base}/comments").json()["results"]
    assert [row["body"] for row in thread] == ["Welche Farbe hat die Lampe?"]
    requester.post(f"{base}/comments", {"body": "Rot."})
    assert requester.get(base).json()["status"]["key"] == "in_progress"

    solved = desk.put(f"{base}/status", {"status": "resolved", "comment": "Trommel getauscht."})
    assert solved.json()["resolved_at"]
    closed = requester.put(f"{base}/status", {"status": "closed"})
    assert (closed.json()["is_open"], closed.json()["status"]["key"]) == (False, "closed")

    told = [row["name"] for row in requester.get(f"{base}/events").json()["results"]]
    whole = [row["name"] for row in desk.get(f"{base}/events").json()["results"]]
    assert "ticket.noted" not in told
    assert "ticket.noted" in whole
    assert told[0] == whole[0] == "ticket.created"
    assert told.count("ticket.commented") == 3
    assert desk.get("/tickets?assignee=me&open=false").json()["results"][0]["number"] == number
