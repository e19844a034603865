"""Entries of lists in a step, as the form shows them: people, outcomes, fields, branches, pairs of name and value."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import localised
from workflows.definition import format as f
from workflows.editing.starters import fresh_key
from workflows.editing.texts import KEY, read_text

Entry = dict[str, Any]

# ---- people: "requester", "role:support", "department:it", "field:requester.manager", "person" ----------------


def load_who(entry: Any) -> Entry:
    if isinstance(entry, str):
        return {"who": entry}
    if not isinstance(entry, Mapping):
        return {}
    if "person" in entry:
        return {"who": "person", "person": entry["person"]}
    kind = next((name for name in ("role", "department", "field") if entry.get(name)), "")
    return {"who": f"{kind}:{entry[kind]}"} if kind else {}


def save_who(read: Entry, before: Any) -> Any:
    who = read.get("who") or ""
    kept = dict(before) if isinstance(before, dict) else {}
    kept = {name: value for name, value in kept.items() if name not in ("person", "role", "department", "field")}
    if who in ("requester", "assignee"):
        return who
    if who == "person":
        return {**kept, "person": (read.get("person") or "").lower()}
    kind, _colon, name = who.partition(":")
    return {**kept, kind: name} if name else None


# ---- outcomes, branches, fields ------------------------------------------------------------------------------


def save_outcome(read: Entry, before: Any) -> Any:
    if not read.get("label"):
        return None
    key = before.get("key") if isinstance(before, dict) else ""
    return {"key": key or fresh_key(read["label"], (), f"outcome_{secrets.token_hex(2)}"), **read}


def save_branch(read: Entry, before: Any) -> Any:
    if before is None and not read.get("next") and not read.get("label"):
        return None
    return {**read, "when": read.get("when") or {}}


def split_form(form: Any) -> list[Any]:
    """The fields of a form without pages."""
    if not isinstance(form, Mapping) or "pages" in form:
        return []
    return [one for one in form.get("fields") or [] if isinstance(one, dict)]


def load_field(entry: Any) -> Entry:
    return {**entry, "kind": entry.get("kind") or "text"} if isinstance(entry, Mapping) else {}


def save_field(read: Entry, before: Any) -> Any:
    if not read.get("label"):
        return None
    if before is None:
        read = {"key": fresh_key(read["label"], (), "field"), **read}
    return read


def join_form(entries: list[Any]) -> Any:
    seen: set[str] = set()
    for entry in entries:
        entry["key"] = fresh_key(entry["key"], seen, "field") if entry["key"] in seen else entry["key"]
        seen.add(entry["key"])
    return {"fields": entries} if entries else None


def read_choices(text: str) -> Any:
    return [line.strip() for line in text.splitlines() if line.strip()] or None


def show_choices(value: Any) -> str:
    listed = value if isinstance(value, list) else []
    return "\n".join(localised.text(one.get("label")) or str(one.get("value")) if isinstance(one, dict) else str(one)
                     for one in listed)  # fmt: skip


# ---- objects with free names ---------------------------------------------------------------------------------


def join_map(entries: list[Any]) -> Any:
    """The pairs as an object; a name given twice is refused."""
    names = [name for name, _value in entries]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise ValueError(_("“%(name)s” is there twice.") % {"name": twice})
    return dict(entries) or None


def load_pair(entry: Any) -> Entry:
    return {"target": entry[0], "value": entry[1]}


def save_pair(read: Entry, _before: Any) -> Any:
    return (read["target"], read.get("value") or "") if read.get("target") else None


def load_result(entry: Any) -> Entry:
    return {"target": entry[0], "value": entry[1]}


def save_result(read: Entry, _before: Any) -> Any:
    return (_named(read["target"]), read.get("value") or "") if read.get("target") else None


join_result = join_map


def load_source(entry: Any) -> Entry:
    name, source = entry
    kind = next(
        (one for one in ("field", "value", "formula") if isinstance(source, Mapping) and one in source), "value"
    )
    return {"target": name, "kind": kind, kind: source.get(kind) if isinstance(source, Mapping) else source}


def save_source(read: Entry, _before: Any) -> Any:
    if not read.get("target"):
        return None
    kind = read.get("kind") or "field"
    return (_named(read["target"]), {kind: read.get(kind) if read.get(kind) is not None else ""})


def _named(name: str) -> str:
    if KEY.fullmatch(name) or name in f.TICKET_FIELDS:
        return name
    raise ValueError(_("A field’s name has small letters, digits and low lines: %(name)s") % {"name": name[:60]})


# ---- single values -------------------------------------------------------------------------------------------


def read_quorum(text: str) -> Any:
    given = text.strip()
    if not given or given.lower() in ("all", "alle"):
        return None
    if not (given.isascii() and given.isdigit() and 0 < int(given[:4]) <= 20):
        raise ValueError(_("Enter a number from 1 to 20."))
    return int(given)


def read_wait(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() else read_text(text)


def child_waits(_choices: Any) -> list[tuple[str, str]]:
    return [("", _("when the tickets are closed")), ("no", _("at once"))]


def read_child_wait(text: str) -> Any:
    return False if text == "no" else None


def show_child_wait(value: Any) -> str:
    return "no" if value is False else ""


def classify_options(_choices: Any) -> list[tuple[str, str]]:
    both, department, priority = _("Department and priority"), _("Department"), _("Priority")
    return [("", both), ("department", department), ("priority", priority)]


def show_fields(value: Any) -> str:
    return value[0] if isinstance(value, list) and len(value) == 1 else ""


def end_statuses(_choices: Any) -> list[tuple[str, str]]:
    return [("resolved", _("resolved")), ("closed", _("closed")), ("rejected", _("rejected"))]
