"""What the engine passes around: a JSON state, events as JSON, effects for the commands to realise.

State: {"schema", "next_id", "status", "end", "tokens", "forks", "visits", "outcomes", "values", "facts"}.
Token: {"step", "visit", "try", "state": "active"|"error", "forks": [ids from outer to inner], "wait": {...}, "error"?};
"visit" counts the steps that the token has come to, "try" its tries at this one.
"""

from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1
RUNNING, FINISHED, CANCELLED = "running", "finished", "cancelled"
ACTIVE, ERROR = "active", "error"

State = dict[str, Any]
Event = dict[str, Any]
Token = dict[str, Any]


@dataclass(frozen=True)
class Effect:
    """Something to do outside the engine; `key` is unique within the instance, so doing it twice can be noticed.

    Kinds: open_item, close_item, set_timer, clear_timers, call_http, notify, open_children, classify, cancel_effect,
    set_ticket, remind, escalate, moved, failed, finish, ignored.
    """

    kind: str
    key: str = ""
    step: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    state: State
    effects: tuple[Effect, ...]


def new_state(values: dict[str, Any], facts: dict[str, Any]) -> State:
    """The state before the first step."""
    return {
        "schema": SCHEMA,
        "next_id": 1,
        "status": RUNNING,
        "end": None,
        "tokens": {},
        "forks": {},
        "visits": {},
        "outcomes": {},
        "values": dict(values),
        "facts": dict(facts),
    }


def context(state: State) -> dict[str, Any]:
    """What conditions, formulas and templates may read: fields by key, `ticket`, `requester`, `steps`."""
    steps = {key: {"outcome": outcome} for key, outcome in state["outcomes"].items()}
    return {**state["values"], **state["facts"], "steps": steps}


def has_error(state: State) -> bool:
    return any(token["state"] == ERROR for token in state["tokens"].values())
