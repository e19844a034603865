"""What single approvers are asked: a list of fields for each of them, as parts of the step's form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from workflows.editing.parts import Part, Rows

OWN = "_asks"  # where the forms stand while they are edited: {"0": {"form": …}, …}
LIST = "approvers"


def _approvers(raw: Mapping[str, Any]) -> list[Any]:
    listed = raw.get(LIST)
    return listed if isinstance(listed, list) else []


def _asked(raw: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By number, those whose fields can be listed: forms of several pages stay as they are."""
    rows = [(number, one) for number, one in enumerate(_approvers(raw)) if isinstance(one, dict)]
    return {str(number): one for number, one in rows if not (one.get("form") or {}).get("pages")}


def with_forms(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The step with the forms of its approvers where the parts find them."""
    forms = {number: {"form": one["form"]} for number, one in _asked(raw).items() if one.get("form")}
    return {**raw, OWN: forms} if forms else dict(raw)


def form_parts(raw: Mapping[str, Any], fields: Rows) -> tuple[Part | Rows, ...]:
    """A list of fields for every approver, among the further settings unless there are some."""
    return tuple(
        replace(
            fields,
            path=f"{OWN}.{number}.form",
            label=_("Fields that approver %(number)d fills in") % {"number": int(number) + 1},
            also=None,
            more=not one.get("form"),
        )
        for number, one in _asked(raw).items()
    )


def put_back(result: dict[str, Any], raw: Mapping[str, Any]) -> None:
    """Puts the forms back to their approvers; while approvers come, go or change places each keeps its own."""
    typed = result.pop(OWN, {})
    now, before = _approvers(result), _approvers(raw)
    if len(now) != len(before):
        return
    for number in _asked(raw):
        entry, form = now[int(number)], (typed.get(number) or {}).get("form")
        if form and isinstance(entry, dict):
            entry["form"] = form
        elif isinstance(entry, dict):
            entry.pop("form", None)
