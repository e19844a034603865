"""Steps that Flowtic or a robot does, and those that wait."""

from datetime import datetime
from typing import Any

from flowtic.core import conditions, formulas, paths
from workflows.definition.format import EXTERNAL, UNKNOWN, Step
from workflows.engine.forks import check_forks
from workflows.engine.manual import start_due_timers
from workflows.engine.run import Run, on_enter
from workflows.engine.state import Event, Token, context

TICKET = "ticket."


@on_enter("http", "classify")
def enter_effect(run: Run, name: str, token: Token, step: Step) -> None:
    run.start_effect(name, "call_http" if step.kind == "http" else "classify")


@on_enter("external")
def enter_external(run: Run, name: str, token: Token, step: Step) -> None:
    run.open_item(name, 0, {"kind": "external", "topic": step.spec.get("topic", ""), "owner": {}})
    fallback = step.spec.get("fallback") or {}
    if fallback.get("after"):
        run.set_timer(name, "fallback", {"duration": fallback["after"], "clock": fallback.get("clock", "calendar")})
    start_due_timers(run, name, step)


def fall_back(run: Run, name: str, step: Step, reason: str) -> None:
    """A person does what no robot did; without a fallback the error path or the error."""
    fallback = step.spec.get("fallback") or {}
    if fallback:
        run.drop_waits(name)
        run.tokens[name]["try"] += 1
        run.tokens[name]["wait"]["person"] = True
        run.open_item(name, 0, {"kind": "form", "owner": fallback.get("owner") or {}, "fallback": reason[:1000]})
        start_due_timers(run, name, step)
    else:
        take_error_path(run, name, step, "external_failed", reason)


def take_error_path(run: Run, name: str, step: Step, code: str, message: str) -> None:
    if step.spec.get("on_error"):
        run.state["values"]["error"] = message[:1000]
        run.leave(name, step.spec["on_error"], "error")
    else:
        run.fail(name, code, message)


@on_enter("decision")
def enter_decision(run: Run, name: str, token: Token, step: Step) -> None:
    values = context(run.state)
    for number, branch in enumerate(step.spec.get("branches") or []):
        try:
            fits = conditions.holds(branch.get("when"), values, now=run.now)
        except formulas.FormulaError as error:
            run.fail(name, "formula", str(error))
            return
        if fits:
            run.leave(name, branch.get("next") or "", f"branch_{number + 1}")
            return
    run.leave(name, step.spec.get("otherwise") or "", "otherwise")


@on_enter("wait")
def enter_wait(run: Run, name: str, token: Token, step: Step) -> None:
    spec = step.spec
    if spec.get("event"):
        token["wait"]["event"] = spec["event"]
        if spec.get("timeout"):
            run.set_timer(name, "timeout", {"duration": spec["timeout"], "clock": spec.get("clock", "calendar")})
    elif spec.get("duration"):
        run.set_timer(name, "wait", {"duration": spec["duration"], "clock": spec.get("clock", "calendar")})
    else:
        moment = paths.find(context(run.state), spec.get("until") or "")
        if not _is_moment(moment):
            run.fail(name, "no_date", f"The field {spec.get('until')} holds no date to wait for.")
            return
        run.set_timer(name, "wait", {"until": moment})


def _is_moment(value: Any) -> bool:
    try:
        return bool(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return False


@on_enter("set")
def enter_set(run: Run, name: str, token: Token, step: Step) -> None:
    values, ticket = context(run.state), {}
    own: dict[str, Any] = {}
    for field, source in (step.spec.get("values") or {}).items():
        try:
            value = evaluate(source, {**values, **own})
        except formulas.FormulaError as error:
            run.fail(name, "formula", f"{field}: {error}")
            return
        if field.startswith(TICKET):
            ticket[field.removeprefix(TICKET)] = value
        else:
            own[field] = value
    run.state["values"].update(own)
    if ticket:
        run.effect("set_ticket", f"{run.key(name)}:set", step.key, {"values": ticket})
    run.leave(name, step.spec.get("next") or "")


def evaluate(source: Any, values: dict[str, Any]) -> Any:
    """{"value": x} | {"field": name} | {"formula": text}; anything else is itself the value."""
    if not isinstance(source, dict):
        return source
    if "formula" in source:
        return formulas.evaluate(source["formula"], values)
    if "field" in source:
        return paths.find(values, source["field"]) if paths.is_path(source["field"]) else None
    return source.get("value")


@on_enter("notify")
def enter_notify(run: Run, name: str, token: Token, step: Step) -> None:
    run.effect("notify", f"{run.key(name)}:notify", step.key, {"values": context(run.state)})
    run.leave(name, step.spec.get("next") or "")


@on_enter("child")
def enter_child(run: Run, name: str, token: Token, step: Step) -> None:
    if step.spec.get("wait", True):
        run.start_effect(name, "open_children", {"wait": True})
    else:
        run.effect("open_children", f"{run.key(name)}:open_children", step.key, {"wait": False})
        run.leave(name, step.spec.get("next") or "")


@on_enter("end")
def enter_end(run: Run, name: str, token: Token, step: Step) -> None:
    run.state["end"] = step.spec.get("status") or "closed"
    left = run.remove(name)
    if step.spec.get("terminate"):
        run.cancel_all()
    else:
        check_forks(run, left)


def effect_done(run: Run, event: Event) -> bool:
    """The answer to an HTTP call, a classification, or "all child tickets are closed"."""
    name = run.waiting_for("effect", event["effect"])
    if name is None:
        return False
    run.tokens[name]["wait"].pop("effect")
    run.state["values"].update(event.get("result") or {})
    step = run.known_step(name)
    if step is not None:
        run.leave(name, step.spec.get("next") or "", "done")
    return True


def effect_failed(run: Run, event: Event) -> bool:
    """An effect that will not succeed any more; also a robot's item whose retries are used up (`item`)."""
    where, key = ("items", event["item"]) if "item" in event else ("effect", event["effect"])
    name = run.waiting_for(where, key)
    if name is None or (where == "items" and not _is_robots(run, name)):
        return False
    if where == "effect":
        run.tokens[name]["wait"].pop("effect")
    step = run.known_step(name)
    if step is None:
        return True
    if where == "items":
        fall_back(run, name, step, event.get("error") or "")
    else:
        take_error_path(run, name, step, event.get("code") or "effect_failed", event.get("error") or "")
    return True


def _is_robots(run: Run, name: str) -> bool:
    """Whether what the token waits for is a robot's, not a person's."""
    step = run.definition.steps.get(run.tokens[name]["step"])
    return (step is None or step.kind in (EXTERNAL, UNKNOWN)) and not run.tokens[name]["wait"].get("person")


def message(run: Run, event: Event) -> bool:
    """A named event: every token that waits for it goes on."""
    found = [name for name, token in run.tokens.items() if token["wait"].get("event") == event["name"]]
    for name in found:
        step = run.known_step(name)
        if step is not None:
            run.leave(name, step.spec.get("next") or "", "done")
    return bool(found)


def timer(run: Run, event: Event) -> bool:
    """A moment has come. `claimed`: somebody is at work on the robot's item, so falling back has to wait."""
    key = event["timer"]
    name = run.waiting_for("timers", key)
    if name is None:
        return False
    token = run.tokens[name]
    which = token["wait"]["timers"].pop(key)
    step = run.known_step(name)
    if step is None:
        return True
    if which == "wait":
        run.leave(name, step.spec.get("next") or "", "done")
    elif which == "timeout":
        run.leave(name, step.spec.get("on_timeout") or step.spec.get("next") or "", "timeout")
    elif which == "fallback":
        _fallback_timer(run, name, step, claimed=bool(event.get("claimed")))
    elif which == "remind":
        run.effect("remind", f"{key}:remind", step.key, {"items": sorted(token["wait"].get("items", {}))})
    else:
        _due(run, name, step, key)
    return True


def _fallback_timer(run: Run, name: str, step: Step, *, claimed: bool) -> None:
    fallback = step.spec.get("fallback") or {}
    if claimed:
        run.tokens[name]["try"] += 1
        run.set_timer(name, "fallback", {"duration": fallback.get("after", "PT15M"), "clock": "calendar"})
    else:
        fall_back(run, name, step, "no_worker")


def _due(run: Run, name: str, step: Step, key: str) -> None:
    then = (step.spec.get("due") or {}).get("then") or "escalate"
    if then in run.definition.steps:
        run.leave(name, then, "overdue")
    else:
        items = sorted(run.tokens[name]["wait"].get("items", {}))
        run.effect("escalate", f"{key}:escalate", step.key, {"items": items})
