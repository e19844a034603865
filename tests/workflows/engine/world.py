"""The world outside the engine, for tests: it does what effects ask for, sends events, and after each of them checks
everything that must hold of an instance. A broken rule is an AssertionError."""

import copy
import dataclasses
import json
from datetime import UTC, datetime, timedelta

from tests.workflows.engine.shadow import Shadow
from workflows.definition.format import parse
from workflows.engine.advance import advance, replay, start
from workflows.engine.operations import obstacles

ASKING = ("call_http", "classify", "open_children")  # effects whose answer a token may wait for
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class World:
    """One running instance with its open work items, timers and effects."""

    def __init__(self, document, values=None, facts=None):
        self.versions = [parse(document)]
        self.values, self.facts = values or {}, facts or {}
        self.items, self.timers, self.pending = {}, {}, {}
        self.keys, self.log, self.effects = set(), [], ()
        self.finished_as = None
        self.shadow = Shadow()
        self.state = None

    @property
    def definition(self):
        return self.versions[-1]

    def start(self):
        event = self._stamped({"type": "start", "values": self.values, "facts": self.facts})
        before = json.dumps(event)
        result = start(self.definition, event)
        assert json.dumps(event) == before
        self._take(event, result, {})
        return self

    def _stamped(self, event):
        moment = START + timedelta(minutes=len(self.log))
        return {**event, "at": moment.isoformat(), "version": len(self.versions) - 1}

    def send(self, event):
        """Gives an event to the engine and does what it asks for; False when the engine ignored it."""
        event = self._stamped(event)
        before, told = json.dumps(self.state), json.dumps(event)
        concerned = {
            name: token["step"] for name, token in self.state["tokens"].items() if _concerns(event, name, token)
        }
        result = advance(self.definition, self.state, event)
        assert json.dumps(self.state) == before, "advance changed the state it was given"
        assert json.dumps(event) == told, "advance changed the event it was given"
        if [effect.kind for effect in result.effects] == ["ignored"]:
            assert json.dumps(result.state) == before, "what is ignored changes nothing"
            return False
        self._take(event, result, concerned)
        return True

    def _take(self, event, result, concerned):
        self.log.append(json.loads(json.dumps(event)))
        self.state = json.loads(json.dumps(result.state))
        assert self.state == result.state, "the state is not plain JSON"
        self.effects = result.effects
        self._settled(event)
        for effect in result.effects:
            self._do(effect)
        self.shadow.follow(self.definition, event, result.effects, concerned)
        self.check()

    def _settled(self, event):
        """What the event itself is about is not open any more."""
        if event["type"] == "completed":
            del self.items[event["item"]]
        elif event["type"] == "timer":
            del self.timers[event["timer"]]
        elif event["type"] in ("effect_done", "effect_failed") and "effect" in event:
            del self.pending[event["effect"]]

    def _do(self, effect):
        json.dumps(effect.data)
        if effect.kind == "close_item":
            del self.items[effect.key]
            return
        if effect.kind == "cancel_effect":
            del self.pending[effect.key]
            return
        assert effect.kind != "ignored"
        assert effect.key not in self.keys, f"the key {effect.key} is used twice"
        self.keys.add(effect.key)
        if effect.kind == "open_item":
            self.items[effect.key] = effect
        elif effect.kind == "set_timer":
            self.timers[effect.key] = effect
        elif effect.kind == "clear_timers":
            for key in effect.data["keys"]:
                del self.timers[key]
        elif effect.kind in ASKING and effect.data.get("wait", True):
            self.pending[effect.key] = effect
        elif effect.kind == "finish":
            assert self.finished_as is None
            self.finished_as = effect.data["status"]

    # ---- what must hold ---------------------------------------------------------------

    def check(self):
        state = self.state
        tokens = state["tokens"].values()
        assert (state["status"] == "running") == bool(tokens) == (self.finished_as is None)
        for token in tokens:
            self._check_token(token)
        waits = [token["wait"] for token in tokens]
        assert sorted(key for wait in waits for key in wait.get("items", {})) == sorted(self.items)
        assert sorted(key for wait in waits for key in wait.get("timers", {})) == sorted(self.timers)
        assert sorted(wait["effect"] for wait in waits if wait.get("effect")) == sorted(self.pending)
        self.shadow.check(state)

    def _check_token(self, token):
        if token["state"] == "error":
            assert token["error"]["code"]
            assert token["wait"] == {}
            return
        step, wait = self.definition.steps[token["step"]], token["wait"]
        moments = set(wait.get("timers", {}).values())
        if step.kind in ("form", "approval", "external"):
            assert wait["items"], f"nobody has work at {step.key}"
        elif step.kind in ("http", "classify", "child"):
            assert wait["effect"]
        elif step.kind == "unknown":
            assert wait  # what was open when the document was still understood
        else:
            assert step.kind == "wait", f"a token may not stand at {step.key}"
            assert wait.get("event") or "wait" in moments

    def replayed(self):
        """The state that the log alone leads to."""
        return replay(lambda event: self.versions[event["version"]], copy.deepcopy(self.log))

    # ---- what people, robots and clocks do --------------------------------------------

    def at(self):
        """Where the tokens stand."""
        return sorted(token["step"] for token in self.state["tokens"].values())

    def status(self):
        return self.state["status"], self.state["end"]

    def token(self, step):
        """The name of the one token that stands there."""
        (found,) = (name for name, token in self.state["tokens"].items() if token["step"] == step)
        return found

    def error(self, step):
        return self.state["tokens"][self.token(step)]["error"]["code"]

    def item(self, step, part=0):
        """The key of the open item of a step."""
        (found,) = (key for key, item in self.items.items() if item.step == step and item.data["part"] == part)
        return found

    def complete(self, step, outcome="", part=0, **data):
        return self.send(
            {"type": "completed", "item": self.item(step, part), "outcome": outcome, "data": data, "by": 1}
        )

    def timer(self, step, name):
        (found,) = (key for key, timer in self.timers.items() if timer.step == step and timer.data["timer"] == name)
        return found

    def fire(self, step, name, *, claimed=False):
        return self.send({"type": "timer", "timer": self.timer(step, name), "claimed": claimed})

    def asked(self, step):
        (found,) = (key for key, effect in self.pending.items() if effect.step == step)
        return found

    def answer(self, step, **result):
        return self.send({"type": "effect_done", "effect": self.asked(step), "result": result})

    def fail(self, step, error="no answer", code="connect"):
        return self.send({"type": "effect_failed", "effect": self.asked(step), "error": error, "code": code})

    def operate(self, kind, step, **more):
        return self.send({"type": kind, "token": self.token(step), **more})

    def migrate(self, document, step_map, values=None):
        """On to a new version; the obstacles when it cannot go."""
        new = parse(document)
        found = obstacles(self.definition, new, self.state, step_map)
        if not found:
            self.versions.append(new)
            assert self.send({"type": "migrate", "map": step_map, "values": values or {}})
            self._rename(step_map)
        return found

    def _rename(self, step_map):
        """The rows of what is open follow their steps."""
        for rows in (self.items, self.timers, self.pending):
            for key, effect in rows.items():
                rows[key] = dataclasses.replace(effect, step=step_map.get(effect.step, effect.step))


def _concerns(event, name, token):
    wait = token["wait"]
    return (
        event.get("token") == name
        or event.get("item") in wait.get("items", {})
        or event.get("timer") in wait.get("timers", {})
        or (event["type"] == "message" and wait.get("event") == event["name"])
        or (bool(wait.get("effect")) and wait.get("effect") == event.get("effect"))
    )
