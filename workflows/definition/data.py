"""Fields: who reads one reads something that exists and is filled in by then, who writes one writes what fits."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from desk.formschema.kinds import Unfit, clean_value
from flowtic.core import clock, conditions, durations, formulas, localised, placeholders
from flowtic.core.conditions import FieldInfo
from workflows.definition import format as f
from workflows.definition import forms
from workflows.definition.findings import Findings
from workflows.definition.flow import Flow
from workflows.definition.format import Step
from workflows.definition.graph import place
from workflows.definition.known import Known
from workflows.definition.readings import Reading, condition_trees, readings, sources, step_forms, templates

# Whether these fit is a question for the directory or the moment.
_UNCHECKED_KINDS = ("person", "department", "file")


def check_data(known: Known, flow: Flow, found: Findings) -> None:
    """Adds everything that is wrong with reading and writing fields."""
    for step in known.definition.steps.values():
        for reading in readings(step):
            _check_reading(known, flow, step, reading, found)
        for path, name in _written(step):
            _check_writing(known, step, path, name, found)
        for path, text in templates(step):
            for problem in placeholders.check(text, secrets=step.kind == f.HTTP):
                found.error(place(step, path), problem.message, step.key)
        _check_forms(known, step, found)
        _SPECIAL.get(step.kind, _nothing)(known, step, found)
        _check_due(step, found)


# ---- reading ---------------------------------------------------------------------------


def _check_reading(known: Known, flow: Flow, step: Step, reading: Reading, found: Findings) -> None:
    path, said = place(step, reading.path), {"name": reading.name}
    if reading.name.startswith("secret."):
        return
    name = known.head(reading.name)
    label = {"name": (localised.text(known.infos[name].label) if name else "") or reading.name}
    if not name:
        if known.request_fields is None and "." not in reading.name:
            message = _("“%(name)s” is no field of the workflow. The request form has to ask for it.") % said
            found.warning(path, message, step.key)
        else:
            found.error(path, _("There is no field “%(name)s” here.") % said, step.key)
    elif name.startswith(("ticket.", "requester.", "steps.")) or step.key not in flow.graph.reached:
        return
    elif not flow.perhaps(step.key, name):
        found.error(path, _("Nothing fills in “%(name)s” before this step.") % label, step.key)
    elif reading.strict and not flow.surely(step.key, name) and known.infos[name].kind != "yes_no":
        message = _("“%(name)s” may still be empty at this step.") % label
        found.warning(path, message, step.key)


# ---- writing ---------------------------------------------------------------------------


def _written(step: Step) -> Iterator[tuple[str, str]]:
    if step.kind == f.SET:
        yield from ((f"values/{name}", name) for name in step.spec.get("values") or {} if name not in f.TICKET_FIELDS)
    elif step.kind == f.HTTP:
        yield from ((f"result/{name}", name) for name in step.spec.get("result") or {})
    elif step.kind == f.EXTERNAL:
        yield from ((f"result/{number}", name) for number, name in enumerate(step.spec.get("result") or []))


def _check_writing(known: Known, step: Step, path: str, name: str, found: Findings) -> None:
    if name not in known.specs:
        message = _("There is no field “%(name)s”. Add it to the workflow’s fields.") % {"name": name[:80]}
        found.error(place(step, path), message, step.key)


def _check_forms(known: Known, step: Step, found: Findings) -> None:
    for path, form in step_forms(step):
        strangers = {name for name in forms.reads(form) if not known.head(name)}
        for inner, message in forms.problems(form, _with(known, strangers)):
            found.error(place(step, path, inner), message, step.key)


def _with(known: Known, names: set[str]) -> Mapping[str, FieldInfo]:
    """The known values and `names`: names nobody knows are told once, where the step reads them."""
    return {**known.infos, **{name: FieldInfo(name) for name in names}} if names else known.infos


# ---- kinds of steps --------------------------------------------------------------------


def _nothing(known: Known, step: Step, found: Findings) -> None:
    return


def _decision(known: Known, step: Step, found: Findings) -> None:
    for path, tree in condition_trees(step):
        strangers = {name for name in conditions.names(tree) if not known.head(name)}
        for problem in conditions.check(tree, _with(known, strangers)):
            inner = problem.path.replace(".", "/")
            found.error(place(step, path, inner), problem.message, step.key)
    for number, branch in enumerate(step.spec.get("branches") or []):
        if not branch.get("when"):
            said = _("Branch %(number)d has no condition: every ticket takes it.") % {"number": number + 1}
            found.warning(place(step, f"branches/{number}/when"), said, step.key)


def _set(known: Known, step: Step, found: Findings) -> None:
    for path, source in sources(step):
        name = path.removeprefix("values/")
        sentence = formulas.check(source["formula"]) if "formula" in source else ""
        if not sentence and "value" in source:
            sentence = _unfit(known, name, source["value"])
        if sentence:
            found.error(place(step, path), sentence, step.key)


def _unfit(known: Known, name: str, value: Any) -> str:
    """What is wrong with a fixed value for a field, '' when nothing is."""
    if name == "ticket.tags":
        fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return "" if fits else _("Give a list of texts.")
    if name in f.TICKET_FIELDS:
        return "" if isinstance(value, str) and value else _("Give a text.")
    spec = known.specs.get(name)
    if spec is None or value is None or spec.get("kind") in _UNCHECKED_KINDS:
        return ""
    try:
        clean_value(spec, value, now=clock.now())
    except Unfit as error:
        return str(error)
    return ""


def _child(known: Known, step: Step, found: Findings) -> None:
    for path, source in sources(step):
        sentence = formulas.check(source["formula"]) if "formula" in source else ""
        if sentence:
            found.error(place(step, path), sentence, step.key)


def _approval(known: Known, step: Step, found: Findings) -> None:
    quorum, number = step.spec.get("quorum", f.ALL), len(step.spec.get("approvers") or [])
    if isinstance(quorum, int) and not isinstance(quorum, bool) and quorum > number:
        message = _("%(quorum)d approvals are wanted, but only %(n)d are asked.") % {"quorum": quorum, "n": number}
        found.error(place(step, "quorum"), message, step.key)


def _wait(known: Known, step: Step, found: Findings) -> None:
    for name in ("timeout", "on_timeout"):
        if step.spec.get(name) and not step.spec.get("event"):
            found.error(place(step, name), _("Only who waits for an event has a time-out."), step.key)
    if step.spec.get("on_timeout") and not step.spec.get("timeout"):
        found.error(place(step, "timeout"), _("Say after which time it goes on without the event."), step.key)
    info = known.infos.get(known.head(step.spec.get("until") or ""))
    if info is not None and info.kind not in ("date", "datetime", "text"):
        message = _("“%(name)s” is no date.") % {"name": step.spec["until"]}
        found.error(place(step, "until"), message, step.key)


def _http(known: Known, step: Step, found: Findings) -> None:
    url = step.spec.get("url") or ""
    if url and not url.lower().startswith(("https://", "http://")):
        found.error(place(step, "url"), _("The address begins with https://, or http://."), step.key)
    if placeholders.names(url.partition("?")[0].partition("://")[2].partition("/")[0]):
        found.error(place(step, "url"), _("The server’s name must not come from a field."), step.key)
    if placeholders.secret_names(url.partition("?")[0]):
        found.error(place(step, "url"), _("A secret may stand only behind the question mark."), step.key)
    if not step.spec.get("on_error") and not (step.spec.get("retries") or {}).get("times"):
        message = _("The call has neither retries nor a way for errors; a failure waits for an administrator.")
        found.warning(place(step, "retries"), message, step.key)


def _check_due(step: Step, found: Findings) -> None:
    due = step.spec.get("due") or {}
    try:
        late = durations.parse(due["remind"]) >= durations.parse(due["within"])
    except (KeyError, ValueError):
        return
    if late:
        found.error(place(step, "due/remind"), _("The reminder must come before the deadline."), step.key)


_SPECIAL = {
    f.DECISION: _decision,
    f.SET: _set,
    f.CHILD: _child,
    f.APPROVAL: _approval,
    f.WAIT: _wait,
    f.HTTP: _http,
}
