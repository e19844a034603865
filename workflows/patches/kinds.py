"""What a step takes along when it becomes one of another kind: people and forms are named differently there."""

from collections.abc import Mapping
from typing import Any

from workflows.definition import format as f

# The strategies of an owner that also name somebody who approves.
_NAMED = ("person", "role", "field")


def translated(raw: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Parts of a step of another kind as `kind` says them."""
    if kind == f.APPROVAL:
        return _approvers(raw)
    if kind == f.FORM and raw.get("kind") == f.APPROVAL:
        return _owner(raw)
    if kind == f.EXTERNAL and isinstance(raw.get("owner"), dict):
        return {"owner": None, "fallback": {"owner": raw["owner"]}}
    if kind == f.FORM and isinstance(raw.get("fallback"), dict) and isinstance(raw["fallback"].get("owner"), dict):
        return {"owner": raw["fallback"]["owner"]}
    return {}


def _approvers(raw: Mapping[str, Any]) -> dict[str, Any]:
    owner, form = raw.get("owner"), raw.get("form")
    approver: dict[str, Any] = {}
    if isinstance(owner, dict):
        strategy = owner.get("strategy")
        name = strategy if strategy in _NAMED and owner.get(strategy) else "department"
        approver = {name: owner[name]} if owner.get(name) else {}
    approver = approver or {"field": "requester.manager"}
    if isinstance(form, dict):
        approver["form"] = form
    return {"owner": None, "form": None, "approvers": [approver]}


def _owner(raw: Mapping[str, Any]) -> dict[str, Any]:
    approvers = raw.get("approvers")
    first = approvers[0] if isinstance(approvers, list) and approvers and isinstance(approvers[0], dict) else {}
    name = next((one for one in _NAMED if first.get(one)), "")
    if name:
        owner = {"strategy": name, name: first[name]}
    else:
        owner = {"strategy": "pull"} | ({"department": first["department"]} if first.get("department") else {})
    return {"owner": owner} | ({"form": first["form"]} if isinstance(first.get("form"), dict) else {})
