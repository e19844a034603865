"""What a workflow document may contain, once: `shape` checks documents by it, `schema` prints it as JSON Schema."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.definition import format as f


@dataclass(frozen=True)
class Text:
    """A string; `pattern` is matched as a whole; `means` names what a wrong one is told to be."""

    longest: int = 300
    pattern: str = ""
    means: str = "text"
    empty: bool = False


@dataclass(frozen=True)
class Localised:
    """A text in two languages: "text" or {"de", "en"}."""

    longest: int = 200


@dataclass(frozen=True)
class Whole:
    least: int
    most: int


@dataclass(frozen=True)
class Choice:
    values: tuple[str, ...]


@dataclass(frozen=True)
class Flag:
    pass


@dataclass(frozen=True)
class Duration:
    """A length of time above zero, such as PT30M."""


@dataclass(frozen=True)
class Condition:
    pass


@dataclass(frozen=True)
class FormSchema:
    """A form of desk.formschema."""


@dataclass(frozen=True)
class AnyJson:
    """Any JSON value whose texts are not longer than `longest` in sum."""

    longest: int = 20_000


@dataclass(frozen=True)
class ListOf:
    of: "Shape"
    least: int = 0
    most: int = 50


@dataclass(frozen=True)
class MapOf:
    """An object with free names."""

    of: "Shape"
    names: Text
    least: int = 0
    most: int = 50


@dataclass(frozen=True)
class Object:
    """An object with the named parts and no others. `one_of`: exactly one of these parts has to be there."""

    parts: Mapping[str, "Shape"]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Either:
    """Any one of several shapes, tried in order; `means` says what is wanted."""

    shapes: tuple["Shape", ...]
    means: str = ""


Shape = (
    Text
    | Localised
    | Whole
    | Choice
    | Flag
    | Duration
    | Condition
    | FormSchema
    | AnyJson
    | ListOf
    | MapOf
    | Object
    | Either
)

KEY = Text(40, f.KEY.pattern, "key")
STEP = Text(40, f.KEY.pattern, "step")
FIELD = Text(59, r"[a-z][a-z0-9_]{0,58}", "field")
PATH = Text(120, r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+){0,9}", "path")
JSON_PATH = Text(120, r"[A-Za-z0-9_$][A-Za-z0-9_$-]*(\.[A-Za-z0-9_$-]+){0,9}", "path")
DIRECTORY_KEY = Text(60, r"[a-z0-9][a-z0-9_-]*", "key")
EMAIL = Text(254, r"[^@\s]+@[^@\s]+", "email")
TOPIC = Text(60, r"[a-z][a-z0-9_.-]*", "key")
EVENT = Text(80, r"[a-z][a-z0-9_.-]*", "key")
NAME = Localised(120)
ROLE, CLOCK = Choice(f.ROLES), Choice(f.CLOCKS)

OWNER = Object(
    {
        "strategy": Choice(f.STRATEGIES),
        "department": DIRECTORY_KEY,
        "person": EMAIL,
        "role": ROLE,
        "field": PATH,
        "skill": DIRECTORY_KEY,
        "level": Whole(1, 5),
        "fallback_after": Duration(),
        "return_after": Duration(),
    },
    required=("strategy",),
)
DUE = Object(
    {"within": Duration(), "clock": CLOCK, "remind": Duration(), "then": STEP},
    required=("within",),
)
OUTCOME = Object({"key": KEY, "label": NAME, "next": STEP, "reason": Flag()}, required=("key",))
APPROVER = Object(
    {
        "person": EMAIL,
        "role": ROLE,
        "department": DIRECTORY_KEY,
        "field": PATH,
        "label": NAME,
        "form": FormSchema(),
    },
    one_of=("person", "role", "department", "field"),
)
SOURCE = Object({"value": AnyJson(), "field": PATH, "formula": Text(500)}, one_of=("value", "field", "formula"))
RECEIVER = Either(
    (
        Choice(("requester", "assignee")),
        Object(
            {"person": EMAIL, "role": ROLE, "department": DIRECTORY_KEY, "field": PATH},
            one_of=("person", "role", "department", "field"),
        ),
    ),
    "receiver",
)
CHILD_TICKET = Object(
    {
        "subject": Text(300),
        "description": Text(10_000, empty=True),
        "request_type": DIRECTORY_KEY,
        "department": DIRECTORY_KEY,
        "priority": DIRECTORY_KEY,
        "fields": MapOf(SOURCE, FIELD, most=100),
    },
    required=("subject",),
)
SET_TARGET = Text(59, r"[a-z][a-z0-9_]{0,58}|ticket\.(priority|department|subject|tags)", "field")
HEADER = Text(80, r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", "header")

COMMON: dict[str, Shape] = {
    "key": KEY,
    "kind": Choice(f.KINDS),
    "name": NAME,
    "help": Localised(2000),
    "public": Flag(),
    "ticket_status": DIRECTORY_KEY,
}
# Parts and required parts of each kind, beside COMMON.
KINDS: dict[str, tuple[dict[str, Shape], tuple[str, ...]]] = {
    f.FORM: (
        {"owner": OWNER, "form": FormSchema(), "outcomes": ListOf(OUTCOME, 1, 10), "next": STEP, "due": DUE},
        ("owner",),
    ),
    f.APPROVAL: (
        {
            "approvers": ListOf(APPROVER, 1, 20),
            "mode": Choice(("sequence", "parallel")),
            "quorum": Either((Choice(("all",)), Whole(1, 20)), "quorum"),
            "approve": STEP,
            "reject": STEP,
            "approve_label": NAME,
            "reject_label": NAME,
            "due": DUE,
        },
        ("approvers", "approve", "reject"),
    ),
    f.HTTP: (
        {
            "method": Choice(f.METHODS),
            "url": Text(2000, means="url"),
            "headers": MapOf(Text(2000, empty=True), HEADER, most=30),
            "body": AnyJson(),
            "result": MapOf(JSON_PATH, FIELD),
            "expect": ListOf(Whole(100, 599), 1, 50),
            "timeout": Whole(1, 60),
            "retries": Object({"times": Whole(0, 10), "backoff": Duration()}, required=("times",)),
            "next": STEP,
            "on_error": STEP,
        },
        ("method", "url", "next"),
    ),
    f.EXTERNAL: (
        {
            "topic": TOPIC,
            "lease": Duration(),
            "retries": Whole(0, 10),
            "variables": ListOf(PATH, most=100),
            "result": ListOf(FIELD, most=100),
            "form": FormSchema(),
            "next": STEP,
            "on_error": STEP,
            "fallback": Object({"owner": OWNER, "after": Duration(), "clock": CLOCK}, required=("owner",)),
            "due": DUE,
        },
        ("topic", "next"),
    ),
    f.DECISION: (
        {
            "branches": ListOf(
                Object({"when": Condition(), "next": STEP, "label": NAME}, required=("when", "next")), 1, 50
            ),
            "otherwise": STEP,
        },
        ("branches", "otherwise"),
    ),
    f.SPLIT: ({"branches": ListOf(STEP, 2, 50), "join": STEP}, ("branches", "join")),
    f.JOIN: (
        {"wait": Either((Choice((f.ALL, f.ANY)), Whole(1, 50)), "join"), "next": STEP},
        ("next",),
    ),
    f.WAIT: (
        {
            "duration": Duration(),
            "clock": CLOCK,
            "until": PATH,
            "event": EVENT,
            "timeout": Duration(),
            "on_timeout": STEP,
            "next": STEP,
        },
        ("next",),
    ),
    f.SET: ({"values": MapOf(SOURCE, SET_TARGET, least=1), "next": STEP}, ("values", "next")),
    f.NOTIFY: (
        {"to": ListOf(RECEIVER, 1, 20), "subject": Localised(300), "text": Localised(10_000), "next": STEP},
        ("to", "subject", "text", "next"),
    ),
    f.CHILD: (
        {"tickets": ListOf(CHILD_TICKET, 1, 20), "wait": Flag(), "next": STEP},
        ("tickets", "next"),
    ),
    f.CLASSIFY: ({"fields": ListOf(Choice(f.CLASSIFY_FIELDS), 1, 2), "next": STEP}, ("next",)),
    f.END: ({"status": Choice(f.END_STATUSES), "terminate": Flag()}, ("status",)),
}
ONE_OF: dict[str, tuple[str, ...]] = {f.WAIT: ("duration", "until", "event")}

STEPS: dict[str, Object] = {
    kind: Object(
        {**COMMON, **parts},
        ("key", "kind", *required),
        ONE_OF.get(kind, ()),
    )
    for kind, (parts, required) in KINDS.items()
}
# The steps and the fields are checked one by one; see shape.py and schema.py.
DOCUMENT = Object(
    {
        "schema": Whole(f.SCHEMA, f.SCHEMA),
        "name": NAME,
        "description": Localised(2000),
        "fields": ListOf(AnyJson(), most=f.MAX_FIELDS),
        "start": STEP,
        "max_visits": Whole(1, f.MOST_VISITS),
        "steps": ListOf(AnyJson(), 1, f.MAX_STEPS),
    },
    required=("schema", "name", "start", "steps"),
)
