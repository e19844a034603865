"""Small workflows for the tests of the engine."""

FIELDS = [
    {"key": key, "kind": kind, "label": key, "default": default}
    for key, kind, default in (
        ("laptop", "yes_no", True),
        ("phone", "yes_no", False),
        ("number", "number", 0),
        ("came", "text", ""),
    )
]


def step(kind, key, then="", **spec):
    """One step; `then` is where it goes on."""
    return {"key": key, "kind": kind, "name": key, **({"next": then} if then else {}), **spec}


def flow(*steps, **more):
    """A workflow that begins with the first of these steps; the end "done" is there of itself."""
    listed = [*steps, {"key": "done", "kind": "end", "name": "Done", "status": "closed"}]
    return {"schema": 1, "name": "Test", "start": steps[0]["key"], "steps": listed, **more}


def form(key, then="done", **spec):
    return step("form", key, then, owner={"strategy": "pull", "department": "it"}, **spec)


def approval(number, *, mode="parallel", quorum="all", **spec):
    """The step "ok" with so many approvers; approved leads to "done", rejected to "refused"."""
    people = [{"person": f"boss{part}@example.org"} for part in range(number)]
    spec = {"approvers": people, "mode": mode, "quorum": quorum, "approve": "done", "reject": "refused", **spec}
    return step("approval", "ok", **spec), step("end", "refused", status="rejected")


def fork(*branches, wait="all", then="done", join="meet", key="part"):
    """A split and its join."""
    return step("split", key, branches=list(branches), join=join), step("join", join, then, wait=wait)


def ask(key, **ways):
    """A form with one outcome per way."""
    outcomes = [{"key": outcome, "label": outcome, "next": then} for outcome, then in ways.items()]
    return form(key, "", outcomes=outcomes)


def when(key, condition, then, otherwise):
    return step("decision", key, branches=[{"when": condition, "next": then}], otherwise=otherwise)


def is_true(field):
    return {"field": field, "op": "is", "value": True}


def put(key, then, **values):
    return step("set", key, then, values={name: {"value": value} for name, value in values.items()})


def child(key, then, *, wait, number=1):
    tickets = [{"subject": f"Part {place + 1}"} for place in range(number)]
    return step("child", key, then, tickets=tickets, wait=wait)
