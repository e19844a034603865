"""A new step of each kind, as finished as it can be without asking."""

import copy
import re
import unicodedata
from collections.abc import Collection
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from flowtic.core import localised
from workflows.definition import format as f
from workflows.definition.format import Definition

Operations = list[dict[str, Any]]
_PARTS: dict[str, dict[str, Any]] = {
    f.FORM: {"owner": {"strategy": "pull"}},
    f.APPROVAL: {"approvers": [{"field": "requester.manager"}]},
    f.HTTP: {"method": "GET", "url": "https://"},
    f.EXTERNAL: {"topic": "robot"},
    f.DECISION: {"branches": []},
    f.JOIN: {"wait": f.ALL},
    f.WAIT: {"duration": "P1D"},
    f.SET: {"values": {}},
    f.NOTIFY: {"to": ["requester"], "subject": "{{ ticket.number }}: {{ ticket.subject }}", "text": ""},
    f.CHILD: {"tickets": [{"subject": "{{ ticket.subject }}"}]},
    f.CLASSIFY: {},
    f.END: {"status": "resolved"},
}
# The kinds in the order in which they are offered; where branches meet comes with the step that opens them.
OFFERED = (
    f.FORM, f.APPROVAL, f.DECISION, f.SPLIT, f.NOTIFY, f.SET, f.WAIT, f.HTTP, f.EXTERNAL, f.CHILD, f.CLASSIFY, f.END,
)  # fmt: skip


def in_both(source: str) -> dict[str, str]:
    """A text of ours in both languages."""
    found = {}
    for language in localised.LANGUAGES:
        with translation.override(language):
            found[language] = _(source)
    return found


def fresh_key(name: Any, taken: Collection[str], fallback: str) -> str:
    """A key made of the name: small letters, not taken."""
    text = localised.text(name, "en") or fallback
    for letters, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.lower().replace(letters, plain)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:34].rstrip("_")
    base = base if re.match(r"[a-z]", base) else f"{fallback}_{base}".strip("_")[:34]
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key


def new_step(definition: Definition, kind: str, name: Any, *, after: str = "", way: str = "") -> tuple[Operations, str]:
    """The operations that put a step of the kind in behind `after`, and its key."""
    taken = set(definition.steps)
    key = fresh_key(name, taken, kind)
    step = {"key": key, "kind": kind, "name": name or in_both(_DEFAULTS[kind]), **copy.deepcopy(_PARTS.get(kind, {}))}
    where = {"after": after} | ({"way": way} if way else {}) if after else {}
    following = _following(definition, after, way)
    if kind == f.SPLIT:
        return _split(definition, step, where, taken), key
    operations: Operations = []
    if kind == f.APPROVAL:
        end = _rejected(definition) or fresh_key("rejected", taken | {key}, "end")
        if end not in definition.steps:
            named = in_both(gettext_noop("Rejected"))
            operations.append(
                {"op": "add_step", "step": {"key": end, "kind": f.END, "name": named, "status": "rejected"}}
            )
        step |= {"approve": following or end, "reject": end}
    elif kind == f.DECISION and following:
        step |= {
            "branches": [{"label": in_both(gettext_noop("Yes")), "when": {}, "next": following}],
            "otherwise": following,
        }
    elif kind == f.END and after and following:
        return _last(definition, step, after, way), key
    elif not where and kind != f.END and following:
        step |= {"next": following}
    return [*operations, {"op": "add_step", "step": step, **where}], key


_DEFAULTS = {
    f.FORM: gettext_noop("New task"),
    f.APPROVAL: gettext_noop("Approval"),
    f.HTTP: gettext_noop("HTTP call"),
    f.EXTERNAL: gettext_noop("Robot task"),
    f.DECISION: gettext_noop("Condition"),
    f.SPLIT: gettext_noop("In parallel"),
    f.WAIT: gettext_noop("Wait"),
    f.SET: gettext_noop("Set fields"),
    f.NOTIFY: gettext_noop("Notify"),
    f.CHILD: gettext_noop("Further tickets"),
    f.CLASSIFY: gettext_noop("Classify"),
    f.END: gettext_noop("End"),
}


def _following(definition: Definition, after: str, way: str) -> str:
    """Where the new step goes on: where the way led, else the first end."""
    step = definition.steps.get(after)
    targets = step.targets() if step else ()
    main = ("next", f.APPROVE, "outcomes/0/next", f.OTHERWISE, "branches/0/next", "branches/0")
    ranked = sorted(targets, key=lambda one: main.index(one.path) if one.path in main else len(main))
    found = next((one.step for one in ranked if not way or one.path == way), "")
    return found or next((key for key, one in definition.steps.items() if one.kind == f.END), "")


def _rejected(definition: Definition) -> str:
    ends = (key for key, one in definition.steps.items() if one.kind == f.END and one.spec.get("status") == "rejected")
    return next(ends, "")


def _last(definition: Definition, step: dict[str, Any], after: str, way: str) -> Operations:
    """An end takes the way over: nothing comes after it."""
    listed = [{"op": "add_step", "step": step}]
    source = definition.steps[after]
    place = way or next((one.path for one in source.targets()), "next")
    at = list(definition.steps).index(after) + 1
    return [
        *listed,
        {"op": "connect", "key": after, "way": place, "to": step["key"]},
        {"op": "move_step", "key": step["key"], "at": at},
    ]


def _split(definition: Definition, step: dict[str, Any], where: dict[str, str], taken: set[str]) -> Operations:
    """Two branches with a task in each, and the step where they meet."""
    taken = taken | {step["key"]}
    keys = []
    for source in ("join", "branch_1", "branch_2"):
        keys.append(fresh_key(f"{step['key']} {source}", taken, source))
        taken.add(keys[-1])
    join, *branches = keys
    meet = {"key": join, "kind": f.JOIN, "name": in_both(gettext_noop("All done")), "wait": f.ALL}
    tasks = [
        {"key": key, "kind": f.FORM, "name": in_both(name), "owner": {"strategy": "pull"}, "next": join}
        for key, name in zip(branches, (gettext_noop("First task"), gettext_noop("Second task")), strict=True)
    ]
    if not where:
        meet["next"] = _following(definition, "", "")
    at = list(definition.steps).index(where["after"]) + 1 if where else len(definition.steps) + 1
    # In the list: split, tasks, join. Each is put in front of what is there already.
    return [
        {"op": "add_step", "step": meet, **where},
        *({"op": "add_step", "step": task} for task in tasks),
        *({"op": "move_step", "key": task["key"], "at": at} for task in reversed(tasks)),
        {"op": "add_step", "step": {**step, "branches": branches, "join": join}, **where},
    ]
