"""Small documents that tests build upon; every function returns a fresh one."""

from typing import Any

Document = dict[str, Any]
OWNER = {"strategy": "pull", "department": "it"}


def workflow(*steps: Document, fields: list[Document] | None = None, start: str = "") -> Document:
    """A document of these steps; the first one is the start, an end "done" is added when there is none."""
    listed = list(steps)
    if not any(step.get("kind") == "end" for step in listed):
        listed.append(end())
    return {
        "schema": 1,
        "name": {"de": "Ablauf", "en": "Workflow"},
        "fields": fields or [],
        "start": start or listed[0]["key"],
        "steps": listed,
    }


def step(key: str, kind: str, **parts: Any) -> Document:
    return {"key": key, "kind": kind, "name": {"de": key.title(), "en": key.title()}, **parts}


def end(key: str = "done", status: str = "closed", **parts: Any) -> Document:
    return step(key, "end", status=status, **parts)


def form(key: str = "work", next: str = "done", **parts: Any) -> Document:  # noqa: A002
    return step(key, "form", owner=dict(OWNER), next=next, **parts)


def approval(key: str = "check", **parts: Any) -> Document:
    found = step(key, "approval", approvers=[{"role": "support"}], approve="done", reject="done")
    return {**found, **parts}


def decision(key: str, *branches: tuple[Any, str], otherwise: str = "done") -> Document:
    listed = [{"when": when, "next": target} for when, target in branches]
    return step(key, "decision", branches=listed, otherwise=otherwise)


def amount(**parts: Any) -> Document:
    return {"key": "amount", "kind": "number", "label": {"de": "Betrag", "en": "Amount"}, **parts}


def asked(*fields: Document) -> Document:
    """A form of one page."""
    return {"pages": [{"key": "one", "title": "One", "fields": list(fields)}]}


def fork(*branches: Document, join: str = "meet", **parts: Any) -> list[Document]:
    """A split of these steps, all of which lead to one join, and the join."""
    split = step("fork", "split", branches=[branch["key"] for branch in branches], join=join)
    return [split, *branches, step(join, "join", **{"wait": "all", "next": "done", **parts})]


def every_kind() -> Document:
    """One step of every kind, free of errors."""
    return workflow(
        step("gather", "form", owner=dict(OWNER), form=asked(amount(required=True)), next="classify"),
        step("classify", "classify", fields=["priority"], next="both"),
        step("both", "split", branches=["call", "robot"], join="together"),
        step(
            "call",
            "http",
            method="POST",
            url="https://example.org/orders?key={{ secret.SHOP }}",
            body={"amount": "{{ amount }}"},
            result={"order": "id"},
            retries={"times": 3, "backoff": "PT30S"},
            next="together",
            on_error="repair",
        ),
        form("repair", next="together"),
        step("robot", "external", topic="orders", next="together", fallback={"owner": dict(OWNER), "after": "PT1H"}),
        step("together", "join", wait="all", next="size"),
        decision("size", ({"field": "amount", "op": "gt", "value": 500}, "check"), otherwise="note"),
        approval("check", approve="note", reject="gather", due={"within": "P2D", "then": "escalate"}),
        step("note", "set", values={"ticket.priority": {"value": "high"}}, next="tell"),
        step("tell", "notify", to=["requester"], subject="Order", text="Your {{ amount }}", next="children"),
        step("children", "child", tickets=[{"subject": "Order for {{ requester.name }}"}], wait=True, next="pause"),
        step("pause", "wait", duration="P1D", clock="business", next="done"),
        end(),
        fields=[{"key": "order", "kind": "text", "label": "Order"}],
    )
