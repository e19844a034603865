"""Which parts the form of each kind of step has."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from workflows.definition import format as f
from workflows.editing import entries as e
from workflows.editing.approver_forms import OWN as ASKS
from workflows.editing.approver_forms import form_parts, put_back, with_forms
from workflows.editing.form_pages import OWN, folded, page_parts, pages_of, unfolded
from workflows.editing.parts import ANY_TEXT, Part, Rows, StepForm, split_map
from workflows.editing.texts import (
    read_codes,
    read_duration,
    read_json,
    read_number,
    read_words,
    show_duration,
    show_json,
    show_list,
)

Parts = tuple[Part | Rows, ...]


def fixed(*values: tuple[str, Any]) -> Callable[[Any], list[tuple[str, str]]]:
    return lambda _choices: [(value, str(label)) for value, label in values]


def _steps(choices: Any) -> list[tuple[str, str]]:
    return [("", "–"), *choices.steps]


def way(path: str, label: Any, **more: Any) -> Part:
    return Part(path, label, "select", _steps, **more)


def duration(path: str, label: Any, **more: Any) -> Part:
    return Part(path, label, read=read_duration, show=show_duration, **more)


NAME = Part("name", _("Name"), "text2")
FURTHER: Parts = (
    Part("help", _("Help for who does it"), "area2", more=True),
    Part("ticket_status", _("Status of the ticket meanwhile"), "select", lambda c: [("", "–"), *c.statuses], more=True),
    Part("public", _("The requester sees this step"), "check", more=True),
)
STRATEGIES = fixed(
    ("pull", _("Whoever takes it from the queue")),
    ("dispatcher", _("A dispatcher chooses")),
    ("round_robin", _("In turn")),
    ("least_loaded", _("Whoever has least to do")),
    ("skill", _("Who has the skill")),
    ("role", _("Anybody with a role")),
    ("field", _("Who stands in a field")),
    ("person", _("A certain person")),
)
QUEUES = ("pull", "dispatcher", "round_robin", "least_loaded", "skill")
DONE_BY = _("Done by")
CLOCK = fixed(("", _("Working time")), ("calendar", _("Calendar time")))


def owner(path: str = "owner", label: Any = DONE_BY, when: Any = None) -> Parts:
    """Who does a step: the strategy and what it needs."""
    strategy = f"{path}.strategy"
    return (
        Part(strategy, label, "select", STRATEGIES if path == "owner" else lambda c: [("", "–"), *STRATEGIES(c)], when),
        Part(f"{path}.department", _("Department"), "select",
             lambda c: [("", str(_("The ticket’s department"))), *c.departments], (strategy, QUEUES)),
        Part(f"{path}.skill", _("Skill"), "select", lambda c: [("", "–"), *c.skills], (strategy, ("skill",))),
        Part(f"{path}.level", _("Level at least"), "number", None, (strategy, ("skill",)), read_number),
        Part(f"{path}.role", _("Role"), "select", lambda c: [("", "–"), *c.roles], (strategy, ("role",))),
        Part(f"{path}.field", _("Field"), "select", lambda c: [("", "–"), *c.people_fields], (strategy, ("field",))),
        Part(f"{path}.person", _("E-mail address"), hint="wf-people", when=(strategy, ("person",))),
    )  # fmt: skip


DUE: Parts = (
    duration("due.within", _("Done within"), help=_("For example 2 days, 4 h. Empty: no deadline.")),
    Part("due.clock", _("Counted in"), "select", CLOCK, ("due.within", ANY_TEXT), more=True,
         show=lambda value: value if value == "calendar" else ""),
    duration("due.remind", _("Reminder before"), when=("due.within", ANY_TEXT), more=True),
    Part("due.then", _("When it is overdue"), "select",
         lambda c: [("", str(_("It is shown as overdue"))), (f.ESCALATE, str(_("It is escalated"))), *c.steps],
         ("due.within", ANY_TEXT), more=True),
)  # fmt: skip
OUTCOMES = Rows(
    "outcomes", _("Outcomes to choose from"), _("Outcome"),
    (Part("label", _("Label"), "text2"), way("next", _("Goes on with")), Part("reason", _("With a reason"), "check")),
    save=e.save_outcome,
    help=_("Without any the task is simply done."),
    more=True,
)  # fmt: skip
FIELDS = Rows(
    "form", _("Fields that are filled in"), _("Field"),
    (
        Part("label", _("Label"), "text2"),
        Part("kind", _("Kind"), "select", lambda c: c.field_kinds),
        Part("choices", _("Choices, one in a line"), "area", when=("kind", ("choice", "multi_choice")),
             read=e.read_choices, show=e.show_choices),
        Part("required", _("Required"), "check"),
    ),
    load=e.load_field, save=e.save_field, split=e.split_form, join=e.join_form, also=(OWN, _("Several pages")),
)  # fmt: skip
APPROVERS = Rows(
    "approvers", _("Approved by"), _("Approver"),
    (
        Part("who", _("Who"), "select", lambda c: c.approvers),
        Part("person", _("E-mail address"), hint="wf-people", when=("who", ("person",))),
    ),
    load=e.load_who, save=e.save_who,
)  # fmt: skip
RECEIVERS = Rows(
    "to", _("To"), _("Receiver"),
    (
        Part("who", _("Who"), "select", lambda c: c.receivers),
        Part("person", _("E-mail address"), hint="wf-people", when=("who", ("person",))),
    ),
    load=e.load_who, save=e.save_who,
)  # fmt: skip
BRANCHES = Rows(
    "branches", _("Branches"), _("Branch"),
    (
        Part("label", _("Label"), "text2"),
        Part("when", _("When"), "condition"),
        way("next", _("Goes on with")),
    ),
    save=e.save_branch,
)  # fmt: skip
SPLIT_BRANCHES = Rows(
    "branches", _("At the same time"), _("Branch"), (way("step", _("Begins with")),),
    load=lambda key: {"step": key}, save=lambda read, _before: read.get("step") or None,
)  # fmt: skip
_SOURCE = fixed(("field", _("the value of")), ("value", _("the fixed value")), ("formula", _("the formula")))
VALUES = Rows(
    "values", _("What is set"), _("Field"),
    (
        Part("target", _("Field"), hint="wf-own"),
        Part("kind", _("to"), "select", _SOURCE),
        Part("field", _("Value"), hint="wf-known", when=("kind", ("field",))),
        Part("value", _("Value"), when=("kind", ("value",)), read=read_json, show=show_json),
        Part("formula", _("Formula"), "formula", when=("kind", ("formula",))),
    ),
    load=e.load_source, save=e.save_source, split=split_map, join=e.join_map,
)  # fmt: skip
RESULT = Rows(
    "result", _("What is kept of the answer"), _("Value"),
    (Part("value", _("In the answer"), "mono"), Part("target", _("Becomes the field"), hint="wf-own")),
    load=e.load_result, save=e.save_result, split=split_map, join=e.join_result,
    help=_("For example: data.id becomes “order_id”."),
)  # fmt: skip
HEADERS = Rows(
    "headers", _("Headers"), _("Header"),
    (Part("target", _("Name"), "mono"), Part("value", _("Value"), "mono", hint="wf-known")),
    load=e.load_pair, save=e.save_pair, split=split_map, join=e.join_map, more=True,
)  # fmt: skip
TICKETS = Rows(
    "tickets", _("Tickets"), _("Ticket"),
    (
        Part("subject", _("Subject")),
        Part("description", _("Description"), "area"),
        Part("request_type", _("Request type"), "select", lambda c: [("", "–"), *c.request_types]),
        Part("department", _("Department"), "select", lambda c: [("", "–"), *c.departments]),
        Part("priority", _("Priority"), "select", lambda c: [("", "–"), *c.priorities]),
    ),
)  # fmt: skip
NEXT = way("next", _("Goes on with"))
ON_ERROR = way("on_error", _("When it fails, goes on with"), more=True)
ORDERS = fixed(("parallel", _("All at once")), ("sequence", _("One after the other")))
_MODES = fixed(("duration", _("a length of time")), ("until", _("a date in a field")), ("event", _("an event")))

KINDS: dict[str, Parts] = {
    f.FORM: (*owner(), *DUE, FIELDS, NEXT, OUTCOMES),
    f.APPROVAL: (
        APPROVERS,
        Part("mode", _("Order"), "select", ORDERS, show=lambda value: value or "parallel"),
        Part("quorum", _("Needed approvals"), read=e.read_quorum, help=_("A number; empty: all.")),
        *DUE,
        way("approve", _("Approved: goes on with")),
        way("reject", _("Rejected: goes on with")),
        Part("approve_label", _("Word for approving"), "text2", more=True),
        Part("reject_label", _("Word for rejecting"), "text2", more=True),
    ),
    f.HTTP: (
        Part("method", _("Method"), "select", fixed(*((name, name) for name in f.METHODS))),
        Part("url", _("Address"), "mono", hint="wf-known"),
        Part("body", _("Body"), "mono-area", read=read_json, show=show_json),
        RESULT,
        NEXT,
        HEADERS,
        Part("expect", _("Answers that count as success"), read=read_codes, show=show_list, more=True,
             help=_("For example 200, 201. Empty: everything from 200 to 299.")),
        Part("timeout", _("Seconds to wait"), "number", read=read_number, more=True),
        Part("retries.times", _("Further tries"), "number", read=read_number, more=True),
        duration("retries.backoff", _("Pause before the next try"), more=True),
        ON_ERROR,
    ),
    f.EXTERNAL: (
        Part("topic", _("Topic"), "mono"),
        Part("variables", _("Values the robot gets"), read=read_words, show=show_list, hint="wf-known"),
        Part("result", _("Values the robot brings"), read=read_words, show=show_list),
        *owner("fallback.owner", _("If no robot does it")),
        duration("fallback.after", _("After how long"), when=("fallback.owner.strategy", tuple(f.STRATEGIES))),
        *DUE,
        NEXT,
        duration("lease", _("Time a robot may take"), more=True),
        Part("retries", _("Further tries"), "number", read=read_number, more=True),
        ON_ERROR,
    ),
    f.DECISION: (BRANCHES, way("otherwise", _("Otherwise"))),
    f.SPLIT: (SPLIT_BRANCHES, way("join", _("The branches meet at"))),
    f.JOIN: (Part("wait", _("Waits for"), "select", lambda c: c.waits, read=e.read_wait,
                 show=lambda value: str(value or f.ALL)), NEXT),
    f.WAIT: (
        Part("_mode", _("Waits for"), "select", _MODES, stored=False),
        duration("duration", _("How long"), when=("_mode", ("duration",)), help=_("For example 3 days, 2 h 30 min.")),
        Part("clock", _("Counted in"), "select", fixed(("", _("Calendar time")), ("business", _("Working time"))),
             ("_mode", ("duration",))),
        Part("until", _("Field"), hint="wf-known", when=("_mode", ("until",))),
        Part("event", _("Name of the event"), "mono", when=("_mode", ("event",))),
        NEXT,
        duration("timeout", _("At most"), more=True, when=("_mode", ("event",))),
        way("on_timeout", _("Then goes on with"), more=True, when=("_mode", ("event",))),
    ),
    f.SET: (VALUES, NEXT),
    f.NOTIFY: (
        RECEIVERS,
        Part("subject", _("Subject"), "text2"),
        Part("text", _("Text"), "area2"),
        NEXT,
    ),
    f.CHILD: (TICKETS, Part("wait", _("Goes on"), "select", e.child_waits, read=e.read_child_wait,
                            show=e.show_child_wait), NEXT),
    f.CLASSIFY: (
        Part("fields", _("What is suggested"), "select", e.classify_options, read=read_words, show=e.show_fields), NEXT,
    ),
    f.END: (
        Part("status", _("The ticket is"), "select", e.end_statuses),
        Part("terminate", _("Everything that still runs ends"), "check"),
    ),
}  # fmt: skip


def parts_of(kind: str) -> Parts:
    """The form of a step of that kind."""
    return (NAME, *KINDS.get(kind, ()), *FURTHER)


def step_form(raw: dict[str, Any], choices: Any, post: Any = None, *, more: str = "") -> StepForm:
    """The form of the step as the document has it; bound to what was typed when `post` is given."""
    parts: Parts = parts_of(str(raw.get("kind")))
    pages = pages_of(raw.get("form"))
    if pages:
        place = parts.index(FIELDS) if FIELDS in parts else len(parts)
        parts = (*parts[:place], *page_parts(pages, FIELDS), *parts[place + 1 :])
    if APPROVERS in parts:
        place = parts.index(APPROVERS) + 1
        parts = (*parts[:place], *form_parts(raw, FIELDS), *parts[place:])
    mode = next((name for name in ("until", "event") if raw.get(name)), "duration")
    source = with_forms(unfolded(raw)) | ({"_mode": mode} if raw.get("kind") == f.WAIT else {})
    form = StepForm(parts, source, choices, post, more=more)
    if form.errors and post is not None and {"drop", "lift"} & set(post):
        # Nothing is saved, so nothing goes: the rows keep their numbers, and what was typed its place.
        kept = post.copy()
        kept.pop("drop", None)
        kept.pop("lift", None)
        form = StepForm(parts, source, choices, kept, more=more)
    form.result.pop("_mode", None)
    folded(form.result, raw, post if post is not None else {})
    if not (post is not None and post.get("lift", "").startswith(f"{APPROVERS.path}.")):
        put_back(form.result, raw)
    form.result.pop(ASKS, None)
    return form


def as_operations(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """What changed in a step, as operations: ways are connected, everything else is set."""
    key = before["key"]
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    ways = [name for name in names if name in WAYS and after.get(name)]
    found = [{"op": "connect", "key": key, "way": name, "to": after[name]} for name in ways]
    values = {name: after.get(name) for name in names if name not in ways and name not in ("key", "kind")}
    return [*([{"op": "change_step", "key": key, "values": values}] if values else []), *found]


WAYS = ("next", f.APPROVE, f.REJECT, f.OTHERWISE, "on_error", "on_timeout")
