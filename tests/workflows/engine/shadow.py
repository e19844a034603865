"""A second, slow account of where the tokens of an instance are, kept from the history ("moved" effects) alone.

It follows the rules of docs/workflow-patterns.md with a tree of forks and a search for joins that are due, and knows
nothing of the engine's code: what it and the engine say of tokens and forks has to be the same after every event.
"""

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Fork:
    join: str
    outside: tuple[str, ...]
    branches: int
    arrived: int = 0  # all that came to the join, also out of forks inside
    own_arrived: int = 0
    ended: int = 0


@dataclass
class Shadow:
    tokens: dict[str, tuple[str, ...]] = field(default_factory=dict)
    forks: dict[str, Fork] = field(default_factory=dict)
    number: int = 1

    def follow(self, definition, event, effects, concerned):
        """Takes one advance in. `concerned`: the tokens that stood where the event had something to say."""
        self.steps = definition.steps
        self.history = deque(effect for effect in effects if effect.kind in ("moved", "failed"))
        self.way = deque()
        if event["type"] == "cancel":
            self.tokens, self.forks = {}, {}
            return
        if event["type"] in ("start", "repeat"):
            step = definition.start if event["type"] == "start" else event["step"]
            self.way.append((self._new(()), step))
        if event["type"] == "retry":
            self._come(event["token"], concerned.pop(event["token"]))
        if event["type"] == "migrate":
            self._rename(event["map"])
        waiting = set(concerned)
        while self.history and _token(self.history[0]) in waiting:
            waiting.discard(_token(self.history[0]))
            self._depart(_token(self.history[0]))
        while self.way:
            name, step = self.way.popleft()
            if name in self.tokens:
                self._come(name, step)
        assert not self.history, f"moves without a reason: {self.history}"

    def _rename(self, names):
        for fork in self.forks.values():
            fork.join = names.get(fork.join, fork.join)
        self._resolve()

    def _new(self, forks):
        name, self.number = str(self.number), self.number + 1
        self.tokens[name] = forks
        return name

    def _depart(self, name):
        """The next line of history is this token's: it went on, or could not."""
        line = self.history.popleft()
        assert _token(line) == name, f"{line} is not {name}'s"
        if line.kind == "moved":
            self.way.append((name, line.data["to"]))

    def _come(self, name, key):
        step = self.steps.get(key)
        kind = step.kind if step else ""
        told = bool(self.history) and _token(self.history[0]) == name
        if told and kind == "split" and self.history[0].kind == "moved":
            self._split(name, step, self.history.popleft().data["to"])
        elif told:
            self._depart(name)
        elif kind == "end":
            self._end(name, terminate=step.spec.get("terminate"))
        elif kind == "join":
            self._join(name, key)

    def _end(self, name, *, terminate):
        forks = self.tokens.pop(name)
        if terminate:
            self.tokens, self.forks, self.way = {}, {}, deque()
            return
        if forks:
            self.forks[forks[-1]].ended += 1
        self._resolve()

    def _join(self, name, key):
        forks = self.tokens[name]
        mine = next(fork for fork in reversed(forks) if self.forks[fork].join == key)
        del self.tokens[name]
        self.forks[mine].arrived += 1
        if mine == forks[-1]:
            self.forks[mine].own_arrived += 1
        else:
            self.forks[forks[-1]].ended += 1
        self._resolve()

    def _split(self, name, step, branches):
        outside = self.tokens.pop(name)
        fork, self.number = str(self.number), self.number + 1
        self.forks[fork] = Fork(step.spec.get("join", ""), outside, len(branches))
        for branch in branches:
            self.way.append((self._new((*outside, fork)), branch))

    def _resolve(self):
        """Forks that are over, the inner ones first, until none is left."""
        while True:
            over = [fork for fork in sorted(self.forks, key=int, reverse=True) if self._is_over(fork)]
            if not over:
                return
            fork, entry = over[0], self.forks.pop(over[0])
            for name in [name for name, forks in self.tokens.items() if fork in forks]:
                del self.tokens[name]
            for inner in [key for key, other in self.forks.items() if fork in other.outside]:
                del self.forks[inner]
            if entry.arrived:
                name = self._new(entry.outside)
                if self.history and _token(self.history[0]) == name:
                    self._depart(name)
            elif entry.outside:
                self.forks[entry.outside[-1]].ended += 1

    def _is_over(self, fork):
        step = self.steps.get(self.forks[fork].join)
        wait = step.spec.get("wait", "all") if step else "all"
        wanted = 1 if wait == "any" else wait if type(wait) is int and wait > 0 else 10**9
        return self.forks[fork].arrived >= wanted or not any(fork in forks for forks in self.tokens.values())

    def check(self, state):
        """That the engine's state says the same, and that no branch of a fork got lost or doubled."""
        assert {name: tuple(token["forks"]) for name, token in state["tokens"].items()} == self.tokens
        assert {key: (fork["join"], fork["arrived"]) for key, fork in state["forks"].items()} == {
            key: (fork.join, fork.arrived) for key, fork in self.forks.items()
        }
        assert state["next_id"] == self.number, "a token was made that nobody asked for"
        for key, fork in self.forks.items():
            standing = sum(1 for forks in self.tokens.values() if forks and forks[-1] == key)
            inside = sum(1 for other in self.forks.values() if other.outside and other.outside[-1] == key)
            assert fork.branches == fork.own_arrived + fork.ended + standing + inside, (key, fork, standing, inside)


def _token(effect):
    return effect.key.split(":")[0]
