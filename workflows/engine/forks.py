"""Split and join: a split makes one token per branch, its join gathers the tokens of that very fork.

Each fork has an id of its own that its tokens carry, so that loops, nested forks and late tokens cannot be mixed up.
"""

from workflows.definition.format import Step
from workflows.engine.run import MAX_TOKENS, Run, on_enter
from workflows.engine.state import Token


@on_enter("split")
def enter_split(run: Run, name: str, token: Token, step: Step) -> None:
    branches = [branch for branch in step.spec.get("branches", []) if isinstance(branch, str)]
    if len(branches) < 2:
        run.fail(name, "no_branches", "The split has fewer than two branches.")
        return
    if len(run.tokens) + len(branches) > MAX_TOKENS:
        run.fail(name, "too_many_branches", f"The workflow would go on in more than {MAX_TOKENS} places at once.")
        return
    fork = run.take_id()
    run.state["forks"][fork] = {"join": step.spec.get("join", ""), "arrived": 0, "outside": list(token["forks"])}
    run.effect("moved", f"{run.key(name)}:moved", step.key, {"to": branches, "outcome": ""})
    outside = run.remove(name)
    for branch in branches:
        run.new_token(branch, [*outside, fork])


@on_enter("join")
def enter_join(run: Run, name: str, token: Token, step: Step) -> None:
    forks = run.state["forks"]
    mine = next((fork for fork in reversed(token["forks"]) if forks.get(fork, {}).get("join") == step.key), None)
    if mine is None:
        # Somebody jumped here from outside: nothing to wait for.
        run.leave(name, step.spec.get("next", ""))
        return
    left = run.remove(name)
    forks[mine]["arrived"] += 1
    check_forks(run, left)


def check_forks(run: Run, left: list[str]) -> None:
    """After a token has gone: lets the joins go on that have all they wait for, inner forks first.

    A token may have left an inner fork for the outer join, so every fork it was in is looked at.
    """
    for fork in reversed(left):
        entry = run.state["forks"].get(fork)
        if entry is None:
            continue
        members = [name for name, token in run.tokens.items() if fork in token["forks"]]
        step = run.definition.steps.get(entry["join"])
        wanted = _wanted(step.spec.get("wait", "all") if step else "all")
        enough = wanted is not None and entry["arrived"] >= wanted
        if members and not enough:
            continue
        del run.state["forks"][fork]
        if entry["arrived"]:
            _go_on(run, entry["join"], entry["outside"], members)


def _go_on(run: Run, join: str, outside: list[str], members: list[str]) -> None:
    """One token goes on; the others of the fork, and forks inside it, are over."""
    for name in members:
        for fork in run.remove(name):
            if fork not in outside:
                run.state["forks"].pop(fork, None)
    name = run.new_token_at(join, outside)
    step = run.definition.steps.get(join)
    run.leave(name, step.spec.get("next", "") if step else "")


def _wanted(wait: object) -> int | None:
    """How many tokens are enough; None for all that are left."""
    if wait == "any":
        return 1
    return wait if isinstance(wait, int) and not isinstance(wait, bool) and wait > 0 else None
