"""Without a model: what a few plain words of the wish ask for. Says what it did not understand."""

import re
from typing import Any

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
    fields = [_field(name.strip(), document) for name in _FIELD.findall(wish)]
    if kind == FORM:
        return [{"op": "add_field", "field": field} for field in fields]
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


def _step(key: str, kind: str, names: tuple[str, str], taken: set[str], **more: Any) -> dict[str, Any]:
    key = _free(key, taken)
    return {"key": key, "kind": kind, "name": {"de": names[0], "en": names[1]}, **more}


def _field(name: str, document: dict[str, Any]) -> dict[str, Any]:
    lists = [document, *(page for page in document.get("pages") or [] if isinstance(page, dict))]
    taken = {str(field.get("key")) for one in lists for field in one.get("fields") or [] if isinstance(field, dict)}
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower().translate(_UMLAUTS)).strip("_")[:40]
    key = _free(plain if plain[:1].isalpha() else f"field_{plain}", taken)
    kind = next((kind for pattern, kind in _KINDS if pattern.search(name)), "text")
    return {"key": key, "kind": kind, "label": {"de": name, "en": name}}


def _free(key: str, taken: set[str]) -> str:
    found, number = key, 2
    while found in taken:
        found, number = f"{key}_{number}", number + 1
    taken.add(found)
    return found
