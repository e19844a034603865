"""One advance of the engine: a working copy of the state, a list of moves still to make, and the effects so far."""

import copy
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from workflows.definition.format import JOIN, Definition, Step
from workflows.engine.state import ACTIVE, CANCELLED, ERROR, FINISHED, Effect, State, Token

MAX_MOVES = 1000
MAX_TOKENS = 1000
Enter = Callable[["Run", str, Token, Step], None]
entering: dict[str, Enter] = {}


def on_enter(*kinds: str) -> Callable[[Enter], Enter]:
    """Registers what happens when a token comes to a step of that kind."""

    def add(function: Enter) -> Enter:
        entering.update(dict.fromkeys(kinds, function))
        return function

    return add


class Run:
    """Moves tokens through `definition`; every public method leaves a state that could be saved."""

    def __init__(self, definition: Definition, state: State, now: datetime, *, in_place: bool = False) -> None:
        self.definition, self.now = definition, now
        self.state: State = state if in_place else copy.deepcopy(state)
        self.effects: list[Effect] = []
        self._moves: deque[tuple[str, str]] = deque()

    # ---- tokens ---------------------------------------------------------------------

    @property
    def tokens(self) -> dict[str, Token]:
        found: dict[str, Token] = self.state["tokens"]
        return found

    def take_id(self) -> str:
        number = self.state["next_id"]
        self.state["next_id"] = number + 1
        return str(number)

    def new_token(self, step: str, forks: list[str]) -> str:
        """A token on its way to `step`."""
        name = self.new_token_at("", forks)
        self._moves.append((name, step))
        return name

    def new_token_at(self, step: str, forks: list[str]) -> str:
        """A token that stands at `step` without doing there what one that comes does."""
        name = self.take_id()
        self.tokens[name] = {"step": step, "visit": 0, "try": 1, "state": ACTIVE, "forks": list(forks), "wait": {}}
        return name

    def settle(self) -> None:
        """Makes all moves that are due; ends the instance when no token is left."""
        made = 0
        while self._moves:
            name, step = self._moves.popleft()
            made += 1
            if name not in self.tokens:
                continue
            self._arrive(name, step)
            if made > MAX_MOVES:
                self.fail(name, "endless", "The workflow moves in a circle without ever waiting.")
            else:
                self._enter(name, step)
        if not self.tokens and self.state["status"] == "running":
            self.state["status"] = FINISHED
            self.effect("finish", "finish", data={"status": self.state["end"] or "closed"})

    def _arrive(self, name: str, key: str) -> None:
        """The token stands at its next step. It counts its own steps, so that no two of its effects share a key."""
        token = self.tokens[name]
        token.update(step=key, wait={}, state=ACTIVE, visit=token["visit"] + 1)
        token["try"] = 1
        token.pop("error", None)

    def _enter(self, name: str, key: str) -> None:
        visits = self.state["visits"]
        visits[key] = visits.get(key, 0) + 1
        step = self.definition.steps.get(key)
        # Every branch comes to a join: how often says nothing about circles.
        if visits[key] > self.definition.max_visits and not (step and step.kind == JOIN):
            self.fail(name, "too_many_visits", f"The step was entered more than {self.definition.max_visits} times.")
            return
        self.begin(name)

    def begin(self, name: str) -> None:
        """Does what the token's step does first; also used to try it again."""
        step = self.known_step(name)
        if step is not None:
            entering[step.kind](self, name, self.tokens[name], step)

    def known_step(self, name: str) -> Step | None:
        """The token's step. One that this program does not know (any more) is an error of the token, and None."""
        step = self.definition.steps.get(self.tokens[name]["step"])
        if step is None or step.kind not in entering:
            self.fail(name, "unknown_step", "This version of Flowtic does not know the step.")
            return None
        return step

    def leave(self, name: str, target: str, outcome: str = "") -> None:
        """Sends the token on to `target`; what it waited for at its step is over."""
        token = self.tokens[name]
        self.drop_waits(name)
        if outcome:
            self.state["outcomes"][token["step"]] = outcome
        if target not in self.definition.steps:
            self.fail(name, "no_way_on", "The step does not say where to go from here.")
            return
        self.effect("moved", f"{self.key(name)}:moved", token["step"], {"to": target, "outcome": outcome})
        self._moves.append((name, target))

    def remove(self, name: str) -> list[str]:
        """The token is gone; returns the forks it was in, inner ones last."""
        self.drop_waits(name)
        forks: list[str] = self.tokens.pop(name)["forks"]
        return forks

    def fail(self, name: str, code: str, message: str) -> None:
        """The token stays where it is until somebody retries, skips or jumps."""
        token = self.tokens[name]
        self.drop_waits(name)
        token.update(state=ERROR, error={"code": code, "message": message[:1000]})
        self.effect("failed", f"{self.key(name)}:failed", token["step"], {"code": code, "message": message[:1000]})

    def cancel_all(self) -> None:
        """Ends every token at once."""
        for name in list(self.tokens):
            self.remove(name)
        self.state["forks"] = {}
        self._moves.clear()

    def cancelled(self) -> None:
        self.cancel_all()
        self.state["status"] = CANCELLED
        self.effect("finish", "cancel", data={"status": "cancelled"})

    # ---- what a token waits for ------------------------------------------------------

    def key(self, name: str) -> str:
        """Unique within the instance for this try at this step of this token's way."""
        token = self.tokens[name]
        return f"{name}:{token['visit']}.{token['try']}"

    def open_item(self, name: str, part: int, data: dict[str, Any]) -> None:
        """A work item for a person or robot; `part` tells the approvers of one step apart."""
        token = self.tokens[name]
        key = f"{self.key(name)}:{data['kind']}.{part}"
        token["wait"].setdefault("items", {})[key] = part
        self.effect("open_item", key, token["step"], {"token": name, "part": part, **data})

    def close_item(self, name: str, key: str, reason: str) -> None:
        self.tokens[name]["wait"]["items"].pop(key, None)
        self.effect("close_item", key, self.tokens[name]["step"], {"reason": reason})

    def set_timer(self, name: str, timer: str, spec: dict[str, Any]) -> None:
        """`spec`: {"duration", "clock"} or {"until"}; the commands know calendars and compute the moment."""
        token = self.tokens[name]
        key = f"{self.key(name)}:{timer}"
        token["wait"].setdefault("timers", {})[key] = timer
        self.effect("set_timer", key, token["step"], {"token": name, "timer": timer, **spec})

    def start_effect(self, name: str, kind: str, data: dict[str, Any] | None = None) -> None:
        """An effect whose answer the token waits for."""
        token = self.tokens[name]
        key = f"{self.key(name)}:{kind}"
        token["wait"]["effect"] = key
        self.effect(kind, key, token["step"], data or {})

    def effect(self, kind: str, key: str = "", step: str = "", data: dict[str, Any] | None = None) -> None:
        self.effects.append(Effect(kind, key, step, data or {}))

    def drop_waits(self, name: str) -> None:
        """Withdraws everything the token waits for."""
        token = self.tokens[name]
        wait = token["wait"]
        for key in list(wait.get("items", {})):
            self.close_item(name, key, "over")
        if wait.get("timers"):
            self.effect("clear_timers", f"{self.key(name)}:clear", token["step"], {"keys": sorted(wait["timers"])})
        if wait.get("effect"):
            self.effect("cancel_effect", wait["effect"], token["step"])
        token["wait"] = {}

    def waiting_for(self, where: str, key: str) -> str | None:
        """The token that waits for an item, a timer or an effect of that key."""
        for name, token in self.tokens.items():
            wait = token["wait"]
            if key == wait.get("effect") if where == "effect" else key in wait.get(where, {}):
                return name
        return None
