"""Walks through a workflow at random: people, robots, clocks, repeated messages and admins in any order."""

from collections import Counter

from tests.workflows.engine.generator import MESSAGES, renamed

ONCE = ("completed", "timer", "effect_done", "effect_failed")


class Walk:
    """Sends one random event after the other to a World."""

    def __init__(self, world, random, *, sound=True):
        self.world, self.random, self.sound = world, random, sound
        self.taken = Counter()

    def pick(self, choices):
        choices = sorted(choices)
        return choices[self.random.randrange(len(choices))]

    def number(self):
        return self.random.randint(0, 6)

    def steps(self, most, *, operations=True):
        """Up to `most` random events; fewer when the instance ends."""
        for _ in range(most):
            if self.world.state["status"] != "running":
                return
            self.step(operations=operations)

    def step(self, *, operations=True):
        world = self.world
        moves = [self.again]
        moves += [self.complete] * 4 if world.items else []
        moves += [self.give_up] if world.items else []
        moves += [self.fire] * 2 if world.timers else []
        moves += [self.answer] * 3 if world.pending else []
        moves += [self.call] * 2
        if operations and self.random.randrange(4) == 0:
            moves = [self.retry, self.retry, self.skip, self.migrate]
            moves += [self.jump, self.repeat] if world.definition.steps else []
            moves += [self.cancel] if self.random.randrange(30) == 0 else []
        move = moves[self.random.randrange(len(moves))]
        if move():
            self.taken[move.__name__] += 1

    # ---- what may happen --------------------------------------------------------------------

    def complete(self):
        key = self.pick(self.world.items)
        step = self.world.definition.steps[self.world.items[key].step]
        outcomes = [entry.get("key") for entry in step.spec.get("outcomes") or []]
        if step.kind == "approval":
            outcomes = ["approve", "approve", "reject"]
        outcome = outcomes[self.random.randrange(len(outcomes))] if outcomes else ""
        data = {"n": self.number()} if self.random.randrange(2) else {}
        taken = self.world.send({"type": "completed", "item": key, "outcome": outcome, "data": data, "by": 1})
        assert taken, "an open item could not be completed"
        return True

    def give_up(self):
        """A robot's retries are used up; for a person's item that means nothing."""
        key = self.pick(self.world.items)
        kind = self.world.items[key].data["kind"]
        if kind == "external":
            event = {"type": "effect_failed", "item": key, "error": "out of paper"}
            assert self.send_closing(event, self.world.items, key)
            return True
        assert not self.world.send({"type": "effect_failed", "item": key, "error": "out of paper"})
        return False

    def send_closing(self, event, rows, key):
        """Sends an event after which `key` has to be closed by the engine or the world."""
        taken = self.world.send(event)
        assert key not in rows
        return taken

    def fire(self):
        key = self.pick(self.world.timers)
        claimed = self.random.randrange(3) == 0
        return self.send_closing({"type": "timer", "timer": key, "claimed": claimed}, self.world.timers, key)

    def answer(self):
        key = self.pick(self.world.pending)
        if self.random.randrange(3) == 0:
            event = {"type": "effect_failed", "effect": key, "error": "500", "code": "http_status"}
        else:
            event = {"type": "effect_done", "effect": key, "result": {"n": self.number()}}
        assert self.send_closing(event, self.world.pending, key)
        return True

    def call(self):
        return self.world.send({"type": "message", "name": self.pick(MESSAGES)})

    def again(self):
        """Something comes a second time: what happens once is ignored then."""
        old = self.world.log[self.random.randrange(len(self.world.log))]
        event = {key: value for key, value in old.items() if key not in ("at", "version", "facts")}
        if event["type"] in ONCE or event["type"] == "start":
            assert not self.world.send(event), f"{event} was taken twice"
        return False

    # ---- what admins do ----------------------------------------------------------------------

    def retry(self):
        token = self.pick(self.world.state["tokens"])
        failed = self.world.state["tokens"][token]["state"] == "error"
        taken = self.world.send({"type": "retry", "token": token})
        assert taken == failed
        return taken

    def skip(self):
        outcome = self.pick(("", "approve", "reject", "again", "way0"))
        return self.world.send({"type": "skip", "token": self.pick(self.world.state["tokens"]), "outcome": outcome})

    def jump(self):
        token, to = self.pick(self.world.state["tokens"]), self.pick(self.world.definition.steps)
        assert self.world.send({"type": "jump", "token": token, "to": to})
        return True

    def repeat(self):
        assert self.world.send({"type": "repeat", "step": self.pick(self.world.definition.steps)})
        return True

    def migrate(self):
        """To the same workflow under other keys."""
        document, names = renamed(self.world.definition.document, f"v{len(self.world.versions)}")
        found = self.world.migrate(document, names)
        # A token that failed at a step that is missing cannot go; a sound workflow always can.
        assert not found or not self.sound
        return not found

    def cancel(self):
        return self.world.send({"type": "cancel"})

    # ---- to the end ---------------------------------------------------------------------------

    def finish(self):
        """Everybody does what is open until nothing is: then the instance is over, or every token names its error."""
        world = self.world
        bound = 8 * (world.definition.max_visits + 1) * (len(world.definition.steps) + 1) + 100
        made = 0
        while world.state["status"] == "running":
            waiting = [token["wait"]["event"] for token in world.state["tokens"].values() if token["wait"].get("event")]
            if world.items:
                self.complete()
            elif world.pending:
                key = self.pick(world.pending)
                assert world.send({"type": "effect_done", "effect": key, "result": {}})
            elif world.timers:
                assert world.send({"type": "timer", "timer": self.pick(world.timers)})
            elif waiting:
                assert world.send({"type": "message", "name": waiting[0]})
            else:
                break
            made += 1
            assert made <= bound, "no end in sight"
        left = world.state["tokens"].values()
        assert world.state["status"] != "running" or all(token["state"] == "error" for token in left)
        assert world.replayed() == world.state
        return made
