"""What an admin may do to a running instance: retry, skip, jump, repeat, cancel, move to another version."""

from dataclasses import dataclass
from typing import Any

from workflows.definition.format import Definition, Step
from workflows.engine.forks import check_forks
from workflows.engine.manual import APPROVE, target_of
from workflows.engine.run import Run
from workflows.engine.state import ACTIVE, ERROR, RUNNING, Event, State, has_error


def retry(run: Run, event: Event) -> bool:
    """The failed step begins again, with effects of new keys."""
    token = run.tokens.get(event["token"])
    if token is None or token["state"] != ERROR:
        return False
    token["try"] += 1
    token["state"] = ACTIVE
    token.pop("error", None)
    run.begin(event["token"])
    return True


def skip(run: Run, event: Event) -> bool:
    """On as if the step had been done, with `outcome` where the step has several; False when no way leads on."""
    token = run.tokens.get(event["token"])
    step = run.definition.steps.get(token["step"]) if token else None
    if token is None or step is None:
        return False
    outcome = event.get("outcome") or ""
    target = skip_target(step, outcome)
    if target not in run.definition.steps:
        return False
    run.leave(event["token"], target, outcome or "skipped")
    return True


def skip_target(step: Step, outcome: str) -> str:
    """Where skipping leads: the outcome's target, else the way the step takes when all is well."""
    if step.kind == "approval":
        found = step.spec.get("reject") if outcome == "reject" else step.spec.get(APPROVE) or step.spec.get("next")
    elif step.kind == "decision":
        found = step.spec.get("otherwise")
    else:
        found = target_of(step, outcome)
        outcomes = step.spec.get("outcomes") or []
        found = found or (outcomes[0].get("next") if outcomes else "")
    return found or ""


def jump(run: Run, event: Event) -> bool:
    """The token goes to any step."""
    if event["token"] not in run.tokens or event["to"] not in run.definition.steps:
        return False
    run.leave(event["token"], event["to"], "jumped")
    return True


def repeat(run: Run, event: Event) -> bool:
    """A further token at a step that was done before; everything else goes on."""
    if event["step"] not in run.definition.steps:
        return False
    run.new_token(event["step"], [])
    return True


def cancel(run: Run, event: Event) -> bool:
    run.cancelled()
    return True


@dataclass(frozen=True)
class Obstacle:
    """Why an instance cannot move to another version; `code` says it to people (see workflows.words).

    `name`: the field or topic that is meant.
    """

    step: str
    code: str
    name: str = ""


def obstacles(old: Definition, new: Definition, state: State, step_map: dict[str, str]) -> list[Obstacle]:
    """What keeps this instance from moving. Empty: it can."""
    found = []
    if state["status"] != RUNNING:
        return [Obstacle("", "not_running")]
    for token in state["tokens"].values():
        source = token["step"]
        target = new.steps.get(step_map.get(source, source))
        before = old.steps.get(source)
        if target is None:
            found.append(Obstacle(source, "step_missing"))
        elif before is not None and target.kind != before.kind and token["state"] != ERROR:
            found.append(Obstacle(source, "kind_differs"))
        elif before is not None and not _same_parts(before, target, token):
            found.append(Obstacle(source, "approvers_differ"))
    for fork in state["forks"].values():
        join = new.steps.get(step_map.get(fork["join"], fork["join"]))
        if join is None or join.kind != "join":
            found.append(Obstacle(fork["join"], "join_missing"))
    return found


def _same_parts(before: Step, after: Step, token: dict[str, Any]) -> bool:
    """Votes are kept by position: the approvers must still be as many."""
    if before.kind != "approval" or token["state"] == ERROR:
        return True
    return len(before.spec.get("approvers") or []) == len(after.spec.get("approvers") or [])


def migrate(run: Run, event: Event) -> bool:
    """Renames the steps of a state that has no obstacles; `run` carries the new definition."""
    step_map = event["map"]

    def named(key: str) -> str:
        return str(step_map.get(key, key))

    for token in run.tokens.values():
        token["step"] = named(token["step"])
    for fork in run.state["forks"].values():
        fork["join"] = named(fork["join"])
    visits, outcomes = run.state["visits"], run.state["outcomes"]
    run.state["visits"] = {}
    for key, count in visits.items():
        run.state["visits"][named(key)] = max(count, run.state["visits"].get(named(key), 0))
    # Sorted: two steps may become one, and databases do not keep the order of keys.
    run.state["outcomes"] = {named(key): outcomes[key] for key in sorted(outcomes)}
    for key, value in (event.get("values") or {}).items():
        run.state["values"].setdefault(key, value)
    check_forks(run, sorted(run.state["forks"], key=int))  # a join may be content with fewer now
    return True


def needs_attention(state: State) -> bool:
    """Whether an operation is called for."""
    return bool(state["status"] == RUNNING and has_error(state))
