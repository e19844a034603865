"""Without a model: what a few plain words of the wish ask for. Says what it did not understand."""

import re
from typing import Any

from ai_assist.design.form_rules import fields_in
from desk.formschema import fields_of
from flowtic.core import localised
from workflows.definition.format import parse
from workflows.patches import FORM

_APPROVAL = re.compile(r"freigabe|freigeben|genehmig|approv|sign[- ]?off", re.IGNORECASE)
_MANAGER = re.compile(r"vorgesetzt|manager|supervisor|führungskraft", re.IGNORECASE)
_NOTIFY = re.compile(r"benachrichtig|informier|bescheid|notify|inform|tell the requester", re.IGNORECASE)
_WAIT = re.compile(r"(?:warte|wait)\D{0,20}(\d{1,3})\s*(tag|day|stunde|hour)", re.IGNORECASE)
# „Kostenstelle“, "Cost centre": a name in quotes behind the word field.
_FIELD = re.compile(r"(?:feld|field)\s*[:„“\"'»«]+\s*([^„“”\"'»«\n,]{2,60})", re.IGNORECASE)
_KINDS = (
    (re.compile(r"datum|date\b|frist|deadline", re.IGNORECASE), "date"),
    (re.compile(r"betrag|kosten\b|preis|amount|price", re.IGNORECASE), "money"),
    (re.compile(r"anzahl|menge|quantity|number of", re.IGNORECASE), "number"),
    (re.compile(r"begründung|beschreibung|reason|description", re.IGNORECASE), "long_text"),
    (re.compile(r"datei|anhang|file|attachment", re.IGNORECASE), "file"),
    (re.compile(r"e-?mail", re.IGNORECASE), "email"),
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def operations_for(kind: str, document: dict[str, Any], wish: str) -> list[dict[str, Any]]:
    """Operations for what the wish plainly says; [] when nothing of it was understood."""
    if kind == FORM:
        return _form_changes(document, wish)
    changes: list[dict[str, Any]] = []
    definition = parse(document)
    start, taken = definition.start, set(definition.steps)
    if _APPROVAL.search(wish) and start:
        approver = {"field": "requester.manager"} if _MANAGER.search(wish) else {"role": "support"}
        step = _step("approval", "approval", ("Freigabe", "Approval"), taken, approvers=[approver])
        rejected = next((key for key, one in definition.steps.items() if one.spec.get("status") == "rejected"), "")
        if not rejected:
            end = _step("rejected", "end", ("Abgelehnt", "Rejected"), taken, status="rejected")
            changes.append({"op": "add_step", "step": end})
            rejected = end["key"]
        changes.append({"op": "add_step", "step": step, "before": start})
        changes.append({"op": "connect", "key": step["key"], "way": "reject", "to": rejected})
    ends = [key for key, one in definition.steps.items() if one.kind == "end" and one.spec.get("status") != "rejected"]
    if (found := _WAIT.search(wish)) and ends:
        unit = f"P{found[1]}D" if found[2].lower() in ("tag", "day") else f"PT{found[1]}H"
        step = _step("wait", "wait", ("Warten", "Wait"), taken, duration=unit, clock="business")
        changes.append({"op": "add_step", "step": step, "before": ends[0]})
    if _NOTIFY.search(wish) and ends:
        texts = {
            "de": "Ihre Anfrage {{ ticket.number }} ist erledigt.",
            "en": "Your request {{ ticket.number }} is done.",
        }
        step = _step("tell", "notify", ("Mitteilen", "Tell"), taken, to=["requester"], subject=texts, text=texts)
        changes.append({"op": "add_step", "step": step, "before": ends[0]})
    return changes


# "… the field "Name" ... required": a field that is there already.
_QUOTED = r"[:„“\"'»«]+\s*([^„“”\"'»«\n,]{2,60}?)\s*[“”\"'»«]"
_REMOVE = re.compile(
    r"(?:entfern|lösch|streich|remove|delete|drop|ohne|without)\w*\s+(?:das |the )?(?:feld|field)\s*" + _QUOTED,
    re.IGNORECASE,
)
_NEEDED = re.compile(
    _QUOTED + r"\s+(?:ist|wird|soll|is|becomes|must be|shall be)\s+(?:ein |a |sein )?(?:pflicht|required|mandatory)",
    re.IGNORECASE,
)


def _form_changes(document: dict[str, Any], wish: str) -> list[dict[str, Any]]:
    """Fields to add, in quotes or as a list; fields to remove and to require, by their names in quotes."""
    known = _labels(document)
    by_label = {label.casefold(): key for key, label in known.items()}
    changes: list[dict[str, Any]] = []
    for pattern, change in (
        (_REMOVE, {"op": "remove_field"}),
        (_NEEDED, {"op": "change_field", "values": {"required": True}}),
    ):
        keys = [by_label.get(name.strip().casefold()) for name in pattern.findall(wish)]
        changes += [{**change, "key": key} for key in keys if key]
    taken = set(known)
    named = [] if changes else [_field(name.strip(), taken) for name in _FIELD.findall(wish)]
    listed = [] if changes or named else fields_in(wish, known, lambda label: _key(label, taken))
    return [*changes, *({"op": "add_field", "field": field} for field in [*named, *listed])]


def _labels(document: dict[str, Any]) -> dict[str, str]:
    """Key -> label of the fields of a form."""
    return {str(field["key"]): localised.text(field.get("label")) for field in fields_of(document)}


def _step(key: str, kind: str, names: tuple[str, str], taken: set[str], **more: Any) -> dict[str, Any]:
    key = _free(key, taken)
    return {"key": key, "kind": kind, "name": {"de": names[0], "en": names[1]}, **more}


def _field(name: str, taken: set[str]) -> dict[str, Any]:
    kind = next((kind for pattern, kind in _KINDS if pattern.search(name)), "text")
    return {"key": _key(name, taken), "kind": kind, "label": {"de": name, "en": name}}


def _key(name: str, taken: set[str]) -> str:
    """A key for that name which is not taken; it is from now on."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower().translate(_UMLAUTS)).strip("_")[:34]
    return _free(plain if plain[:1].isalpha() else f"field_{plain}".strip("_"), taken)


def _free(key: str, taken: set[str]) -> str:
    found, number = key, 2
    while found in taken:
        found, number = f"{key}_{number}", number + 1
    taken.add(found)
    return found
