"""The workflow document as objects: `parse` reads any JSON without ever raising, `validation` says what is wrong in it.

What a step of the document does not know, or has in a wrong shape, is left out of its `spec`, so that the engine and
the pages may rely on the types that `docs/workflow-format.md` promises. `Definition.document` keeps everything.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

SCHEMA = 1
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

FORM, APPROVAL, HTTP, EXTERNAL, DECISION, SPLIT, JOIN = (
    "form",
    "approval",
    "http",
    "external",
    "decision",
    "split",
    "join",
)
WAIT, SET, NOTIFY, CHILD, CLASSIFY, END, UNKNOWN = "wait", "set", "notify", "child", "classify", "end", "unknown"
KINDS = (FORM, APPROVAL, HTTP, EXTERNAL, DECISION, SPLIT, JOIN, WAIT, SET, NOTIFY, CHILD, CLASSIFY, END)
MANUAL_KINDS = (FORM, APPROVAL)  # people do them
WAITING_KINDS = (FORM, APPROVAL, EXTERNAL, WAIT)  # a token stays here until somebody or the clock moves it
AUTOMATIC_KINDS = (HTTP, EXTERNAL, SET, NOTIFY, CHILD, CLASSIFY)
GATEWAY_KINDS = (DECISION, SPLIT, JOIN)

STRATEGIES = ("pull", "dispatcher", "person", "role", "field", "round_robin", "least_loaded", "skill")
ROLES = ("user", "agent", "support", "admin")
CLOCKS = ("business", "calendar")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
END_STATUSES = ("resolved", "closed", "rejected")
CLASSIFY_FIELDS = ("department", "priority")
APPROVE, REJECT, OTHERWISE, ERROR, TIMEOUT, OVERDUE = "approve", "reject", "otherwise", "error", "timeout", "overdue"
ESCALATE = "escalate"
ALL, ANY = "all", "any"

MAX_STEPS, MAX_FIELDS, MAX_BYTES = 300, 200, 1_000_000
MAX_VISITS, MOST_VISITS = 20, 1000

# What the engine offers beside the fields; whoever reads one of these reads no field.
READ_ONLY = {
    "ticket.number": "text",
    "ticket.subject": "text",
    "ticket.priority": "choice",
    "ticket.department": "department",
    "ticket.requester": "text",
    "ticket.request_type": "text",
    "ticket.source": "text",
    "ticket.created_at": "datetime",
    "requester.id": "number",
    "requester.email": "text",
    "requester.name": "text",
    "requester.role": "text",
    "requester.department": "text",
    "requester.manager": "person",
}
TICKET_FIELDS = ("ticket.priority", "ticket.department", "ticket.subject", "ticket.tags")


@dataclass(frozen=True)
class Target:
    """One way out of a step. `label`: text in two languages; `outcome`: the engine's word; `path`: inside the step."""

    step: str
    label: Any
    role: str
    outcome: str = ""
    path: str = ""


@dataclass(frozen=True)
class Step:
    """One step. `spec` is its object from the document without the parts whose type is wrong."""

    key: str
    kind: str
    name: Any
    public: bool
    spec: dict[str, Any]
    position: int = 0

    def targets(self) -> tuple[Target, ...]:
        """Every way out, in the order of the document; steps that do not exist included."""
        return self._targets

    @cached_property
    def _targets(self) -> tuple[Target, ...]:
        return tuple(_targets(self.kind, self.spec))

    @property
    def is_manual(self) -> bool:
        return self.kind in MANUAL_KINDS

    @property
    def waits(self) -> bool:
        """Whether a token stops here, so that a circle through this step does not run hot."""
        return self.kind in WAITING_KINDS


@dataclass(frozen=True)
class Definition:
    """One version of a workflow. `steps` keeps the document's order, which is also the order of lists and drawings."""

    document: dict[str, Any]
    schema: int
    name: Any
    description: Any
    fields: tuple[dict[str, Any], ...]
    start: str
    max_visits: int
    steps: dict[str, Step] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether this version of Flowtic understands the document's schema."""
        return self.schema == SCHEMA


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is of the pattern."""
    return _compiled(pattern).fullmatch(text) is not None


def parse(document: Any) -> Definition:
    """The document as objects. Takes any JSON; what it cannot read is missing or has kind "unknown"."""
    document = document if isinstance(document, dict) else {}
    schema = document.get("schema", SCHEMA)
    schema = schema if _is_int(schema) else 0
    steps: dict[str, Step] = {}
    listed = document.get("steps")
    for position, raw in enumerate(listed if isinstance(listed, list) else []):
        step = _step(raw, position, known=schema == SCHEMA)
        if step is not None:
            steps.setdefault(step.key, step)
    visits = document.get("max_visits")
    return Definition(
        document=document,
        schema=schema,
        name=_localised(document.get("name")),
        description=_localised(document.get("description")),
        fields=_fields(document.get("fields")),
        start=document["start"] if isinstance(document.get("start"), str) else "",
        max_visits=min(visits, MOST_VISITS) if _is_int(visits) and visits > 0 else MAX_VISITS,
        steps=steps,
    )


def _step(raw: Any, position: int, *, known: bool) -> Step | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("key"), str) or not raw["key"]:
        return None
    kind = raw.get("kind") if known else UNKNOWN
    kind = kind if isinstance(kind, str) and kind in KINDS else UNKNOWN
    name = _localised(raw.get("name")) or raw["key"]
    return Step(raw["key"], kind, name, raw.get("public") is True, _clean_spec(kind, raw), position)


def _fields(value: Any) -> tuple[dict[str, Any], ...]:
    listed = value if isinstance(value, list) else []
    return tuple(one for one in listed if isinstance(one, dict) and isinstance(one.get("key"), str) and one["key"])


def _localised(value: Any) -> Any:
    return value if isinstance(value, str | dict) else ""


# ---- the right types inside a step -----------------------------------------------------

_TEXTS = (
    "next",
    "approve",
    "reject",
    "otherwise",
    "on_error",
    "on_timeout",
    "join",
    "duration",
    "clock",
    "until",
    "event",
    "topic",
    "lease",
    "method",
    "url",
    "mode",
    "status",
    "ticket_status",
)
_TYPES: dict[str, str] = {
    **dict.fromkeys(_TEXTS, "text"),
    **dict.fromkeys(("owner", "due", "retries", "fallback"), "settings"),
    **dict.fromkeys(("form", "headers", "result", "values"), "object"),
    **dict.fromkeys(("outcomes", "approvers", "branches"), "list of settings"),
    **dict.fromkeys(("fields", "variables"), "list of text"),
    **dict.fromkeys(("terminate", "public"), "flag"),
    "tickets": "list of object",
    "to": "list",
    "expect": "list of count",
}
# The same word with another type in these kinds.
_OTHER_TYPES: dict[tuple[str, str], str] = {
    (EXTERNAL, "result"): "list of text",
    (EXTERNAL, "retries"): "count",
    (SPLIT, "branches"): "list of text",
    (WAIT, "timeout"): "text",
    (CHILD, "wait"): "flag",
    (HTTP, "timeout"): "count",
}
# Texts inside owner, due, retries, fallback, and inside outcomes, approvers and branches.
_INNER: dict[str, str] = {
    **dict.fromkeys(("within", "remind", "then", "clock", "after", "backoff", "next", "key"), "text"),
    **dict.fromkeys(("strategy", "person", "role", "field", "department", "skill"), "text"),
    **dict.fromkeys(("fallback_after", "return_after"), "text"),
    **dict.fromkeys(("level", "times"), "count"),
    "owner": "settings",
    "form": "object",
    "reason": "flag",
}


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "settings": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
    "flag": lambda value: isinstance(value, bool),
    "count": _is_int,
}


def _clean_spec(kind: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a step whose type is right; a list loses only its wrong entries."""
    found = {}
    for name, value in raw.items():
        cleaned = _cleaned(value, _OTHER_TYPES.get((kind, name)) or _TYPES.get(name, ""))
        if cleaned is not None:
            found[name] = cleaned
    return found


def _cleaned(value: Any, wanted: str) -> Any:
    """The value when it has the wanted type ("" takes any), None when not."""
    if wanted.startswith("list of "):
        entries = [_cleaned(one, wanted.removeprefix("list of ")) for one in value] if isinstance(value, list) else []
        return [one for one in entries if one is not None] if isinstance(value, list) else None
    if wanted and not _CHECKS[wanted](value):
        return None
    if wanted == "settings":
        inner = ((name, _cleaned(one, _INNER.get(name, ""))) for name, one in value.items())
        return {name: one for name, one in inner if one is not None}
    return value


# ---- the ways out -----------------------------------------------------------------------


def _targets(kind: str, spec: Mapping[str, Any]) -> Iterator[Target]:
    if kind in (END, UNKNOWN):
        return
    if kind == SPLIT:
        for number, key in enumerate(spec.get("branches") or []):
            yield Target(key, "", "fork", "", f"branches/{number}")
        return
    if kind == DECISION:
        for number, branch in enumerate(spec.get("branches") or []):
            label, path = branch.get("label") or "", f"branches/{number}/next"
            yield Target(_text(branch.get("next")), label, "branch", f"branch_{number + 1}", path)
        yield from _named(spec, OTHERWISE, OTHERWISE)
        return
    for number, outcome in enumerate(spec.get("outcomes") or [] if kind == FORM else []):
        label, key = outcome.get("label") or "", _text(outcome.get("key"))
        if outcome.get("next"):
            yield Target(outcome["next"], label or key, "outcome", key, f"outcomes/{number}/next")
    if kind == APPROVAL:
        yield from _named(spec, APPROVE, APPROVE)
        yield from _named(spec, REJECT, REJECT)
    yield from _named(spec, "next", "done")
    if kind in (HTTP, EXTERNAL):
        yield from _named(spec, "on_error", ERROR)
    if kind == WAIT:
        yield from _named(spec, "on_timeout", TIMEOUT)
    then = (spec.get("due") or {}).get("then")
    if then and then != ESCALATE and kind in (FORM, APPROVAL, EXTERNAL):
        yield Target(_text(then), "", "due", OVERDUE, "due/then")


def _named(spec: Mapping[str, Any], name: str, outcome: str) -> Iterator[Target]:
    if spec.get(name):
        yield Target(spec[name], "", name.removeprefix("on_"), outcome, name)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
