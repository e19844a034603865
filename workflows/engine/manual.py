"""Steps that people do: forms and approvals."""

from typing import Any

from workflows.definition.format import Step
from workflows.engine.run import Run, on_enter
from workflows.engine.state import Event, Token

APPROVE, REJECT = "approve", "reject"
DONE = "done"


@on_enter("form")
def enter_form(run: Run, name: str, token: Token, step: Step) -> None:
    run.open_item(name, 0, {"kind": "form", "owner": step.spec.get("owner") or {}})
    start_due_timers(run, name, step)


@on_enter("approval")
def enter_approval(run: Run, name: str, token: Token, step: Step) -> None:
    approvers = step.spec.get("approvers") or []
    if not approvers:
        run.fail(name, "nobody_approves", "The step names nobody who approves.")
        return
    token["wait"]["votes"] = {}
    first = approvers[:1] if step.spec.get("mode") == "sequence" else approvers
    for part in range(len(first)):
        _ask(run, name, step, part)
    start_due_timers(run, name, step)


def _ask(run: Run, name: str, step: Step, part: int) -> None:
    run.open_item(name, part, {"kind": "approval", "owner": approver_as_owner(step.spec["approvers"][part])})


def approver_as_owner(approver: dict[str, Any]) -> dict[str, Any]:
    """An approver entry in the words of an owner."""
    for word in ("person", "role", "field"):
        if approver.get(word):
            return {"strategy": word, word: approver[word]}
    return {"strategy": "pull", "department": approver.get("department")}


def start_due_timers(run: Run, name: str, step: Step) -> None:
    due = step.spec.get("due")
    if not isinstance(due, dict) or not due.get("within"):
        return
    clock = due.get("clock", "business")
    run.set_timer(name, "due", {"duration": due["within"], "clock": clock})
    if due.get("remind"):
        run.set_timer(name, "remind", {"duration": due["within"], "clock": clock, "before": due["remind"]})


def complete_item(run: Run, event: Event) -> bool:
    """Takes in what a person or robot did; False when nobody waits for it (any more)."""
    key = event["item"]
    name = run.waiting_for("items", key)
    if name is None:
        return False
    part = run.tokens[name]["wait"]["items"].pop(key)
    run.state["values"].update(event.get("data") or {})
    step = run.known_step(name)
    if step is None:
        return True
    if step.kind == "approval":
        _vote(run, name, step, part, event)
        return True
    outcome = event.get("outcome") or ""
    run.leave(name, target_of(step, outcome), outcome or DONE)
    return True


def target_of(step: Step, outcome: str) -> str:
    """Where an outcome leads: the named one, else the step's own `next`."""
    for entry in step.spec.get("outcomes") or []:
        if entry.get("key") == outcome:
            return entry.get("next") or step.spec.get("next") or ""
    return step.spec.get("next") or ""


def _vote(run: Run, name: str, step: Step, part: int, event: Event) -> None:
    wait = run.tokens[name]["wait"]
    votes = wait["votes"]
    votes[str(part)] = REJECT if event.get("outcome") == REJECT else APPROVE
    number = len(step.spec["approvers"])
    quorum = step.spec.get("quorum", "all")
    counts = isinstance(quorum, int) and not isinstance(quorum, bool) and quorum > 0
    needed = min(quorum, number) if counts else number
    approved = sum(1 for vote in votes.values() if vote == APPROVE)
    if approved >= needed:
        run.leave(name, step.spec.get("approve") or step.spec.get("next") or "", APPROVE)
    elif number - (len(votes) - approved) < needed:
        run.leave(name, step.spec.get("reject") or "", REJECT)
    elif not wait["items"]:
        # In a sequence the next one; also when a new version made a parallel approval out of a sequence.
        _ask(run, name, step, next(part for part in range(number) if str(part) not in votes))
