"""The workflow that is measured: twelve steps that people complete, among them a form, an approval and a fork."""

from typing import Any

KEY = "measured"
AMOUNT = {"key": "amount", "kind": "number", "label": {"de": "Betrag", "en": "Amount"}, "required": True}


def _task(key: str, then: str, **more: Any) -> dict[str, Any]:
    owner = {"strategy": "pull"}
    return {"key": key, "kind": "form", "name": {"de": key, "en": key}, "owner": owner, "next": then, **more}


DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "name": {"de": "Gemessen", "en": "Measured"},
    "fields": [{"key": "amount", "kind": "number", "label": {"de": "Betrag", "en": "Amount"}}],
    "start": "receive",
    "steps": [
        _task("receive", "check"),
        _task("check", "price"),
        _task("price", "large", form={"pages": [{"key": "page", "fields": [AMOUNT]}]}),
        {
            "key": "large",
            "kind": "decision",
            "name": {"de": "Gross?", "en": "Large?"},
            "branches": [{"when": {"field": "amount", "op": "gt", "value": 500}, "next": "release"}],
            "otherwise": "reserve",
        },
        {
            "key": "release",
            "kind": "approval",
            "name": {"de": "Freigeben", "en": "Release"},
            "approvers": [{"role": "support"}],
            "mode": "sequence",
            "quorum": "all",
            "approve": "reserve",
            "reject": "check",
        },
        _task("reserve", "both"),
        {
            "key": "both",
            "kind": "split",
            "name": {"de": "Beides", "en": "Both"},
            "branches": ["pack", "label"],
            "join": "together",
        },
        _task("pack", "together"),
        _task("label", "print_out"),
        _task("print_out", "together"),
        {
            "key": "together",
            "kind": "join",
            "name": {"de": "Zusammen", "en": "Together"},
            "wait": "all",
            "next": "load",
        },
        _task("load", "ship"),
        _task("ship", "bill"),
        _task("bill", "file"),
        _task("file", "end"),
        {"key": "end", "kind": "end", "name": {"de": "Ende", "en": "End"}, "status": "resolved"},
    ],
}
TASKS = ("receive", "check", "reserve", "pack", "label", "print_out", "load", "ship", "bill", "file")
# What completes each step.
STEPS: dict[str, dict[str, Any]] = {
    **{key: {"outcome": "done"} for key in TASKS},
    "price": {"outcome": "done", "data": {"amount": 900}},
    "release": {"outcome": "approve"},
}
