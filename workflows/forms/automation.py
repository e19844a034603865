"""An automation rule as a form without scripts: buttons add, move and remove actions, nothing typed is lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import condition_forms
from flowtic.core.condition_forms import Builder
from flowtic.core.errors import CommandError
from workflows.automation import actions, triggers
from workflows.automation.actions.base import Action, Param
from workflows.automation.facts import infos
from workflows.models import AutomationRule

CONDITION = "condition"
T = AutomationRule.Trigger
_ID = re.compile(r"[0-9]{1,4}")
_LENGTH = re.compile(r"P(?:([0-9]{1,6})D|T([0-9]{1,6})([HM]))")
LONGEST = 20_000


@dataclass(frozen=True)
class Control:
    """One control of an action: its name in the form, what it holds, what may be chosen, what is wrong."""

    param: Param
    name: str
    value: Any
    options: tuple[tuple[str, str, bool], ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class ActionRow:
    id: str
    number: int
    action: Action
    controls: tuple[Control, ...]
    errors: tuple[str, ...] = ()
    is_first: bool = False
    is_last: bool = False
    is_new: bool = False


@dataclass
class RuleEntry:
    """A rule as it was typed (`post`) or as it is stored."""

    rule: AutomationRule | None
    post: Any = None
    errors: dict[str, list[str]] = field(default_factory=dict)

    # ---- what is shown -----------------------------------------------------------------

    @property
    def name(self) -> str:
        return str(self.post.get("name", ""))[:500] if self.post is not None else self.rule.name if self.rule else ""

    @property
    def trigger(self) -> str:
        if self.post is not None:
            return str(self.post.get("trigger", ""))
        return self.rule.trigger if self.rule else T.CREATED

    @property
    def stop(self) -> bool:
        return "stop" in self.post if self.post is not None else bool(self.rule and self.rule.stop)

    @property
    def active(self) -> bool:
        return "active" in self.post if self.post is not None else bool(self.rule and self.rule.active)

    @cached_property
    def options(self) -> dict[str, Any]:
        if self.post is not None:
            return self._options_sent()
        return dict(self.rule.options) if self.rule else {}

    @property
    def triggers(self) -> list[tuple[str, str, bool]]:
        return [(key, str(label), key == self.trigger) for key, label in T.choices]

    @property
    def fields(self) -> list[tuple[str, str, bool]]:
        chosen = self.options.get("fields") or []
        return [(key, str(label), key in chosen) for key, label in triggers.FIELDS.items()]

    @property
    def selects(self) -> dict[str, list[tuple[str, str, bool]]]:
        """The small choices of triggers by name of the option."""
        promises = {"": _("every promise"), **dict(triggers.SlaPromise.Kind.choices)}
        known = {
            "by": triggers.WRITERS, "text": triggers.TEXTS, "level": triggers.LEVELS, "promise": promises,
            "clock": triggers.CLOCKS,
        }  # fmt: skip
        usual = {"level": "100"}
        return {
            name: [
                (key, str(label), key == self.options.get(name, usual.get(name, ""))) for key, label in given.items()
            ]
            for name, given in known.items()
        }

    @property
    def length(self) -> tuple[str, str]:
        """Number and unit of the time."""
        if self.post is not None:
            return str(self.post.get("opt-count", ""))[:6], str(self.post.get("opt-unit", "D"))
        found = _LENGTH.fullmatch(str(self.options.get("for", "P7D")))
        return (found[1] or found[2], found[3] or "D") if found else ("", "D")

    @property
    def units(self) -> list[tuple[str, str, bool]]:
        names = {"M": _("minutes"), "H": _("hours"), "D": _("days")}
        return [(key, name, key == self.length[1]) for key, name in names.items()]

    @property
    def trigger_errors(self) -> list[str]:
        """What is wrong with when it begins."""
        names = ("trigger", "options", "fields", "by", "text", "level", "promise", "for", "clock")
        return [text for name in names for text in self.errors.get(name, ())]

    @cached_property
    def builder(self) -> Builder:
        known = infos()
        if self.post is None:
            return condition_forms.builder(CONDITION, self.rule.condition if self.rule else {}, known)
        checked = bool(self.errors) and not condition_forms.acted(self.post, CONDITION)
        return condition_forms.typed(self.post, CONDITION, known, checked=checked)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(key, str(action.label)) for key, action in actions.ACTIONS.items()]

    @cached_property
    def rows(self) -> list[ActionRow]:
        listed = self._sent() if self.post is not None else self._stored()
        last = len(listed) - 1
        return [
            ActionRow(
                one, number + 1, action, tuple(self._control(one, number, param, spec) for param in action.params),
                tuple(self.errors.get(f"actions.{number}", ())), number == 0, number == last, new,
            )
            for number, (one, action, spec, new) in enumerate(listed)
        ]  # fmt: skip

    @property
    def summary(self) -> list[str]:
        """Every sentence about what is wrong, once."""
        return list(dict.fromkeys(text for texts in self.errors.values() for text in texts))

    # ---- what was sent -----------------------------------------------------------------

    @property
    def acted(self) -> bool:
        """A button that only changes the form was pressed."""
        return self.post is not None and ("act" in self.post or condition_forms.acted(self.post, CONDITION))

    def values(self) -> dict[str, Any]:
        """What save_automation takes. Raises Invalid for a condition that is not finished."""
        return {
            "name": self.name,
            "trigger": self.trigger,
            "options": self.options,
            "condition": condition_forms.read(self.post, CONDITION, infos()),
            "actions": [{"do": action.key, **spec} for _id, action, spec, _new in self._sent()],
            "stop": self.stop,
            "active": self.active,
        }

    def refuse(self, error: CommandError) -> None:
        """Puts what a command refused where it belongs."""
        self.errors = {name: list(texts) for name, texts in error.fields.items()} or {"": [error.message]}
        for name in ("builder", "rows"):
            self.__dict__.pop(name, None)

    def _options_sent(self) -> dict[str, Any]:
        post = self.post
        if self.trigger == T.CHANGED:
            return {"fields": post.getlist("opt-fields")}
        if self.trigger == T.TIME:
            count, unit = self.length
            plain = count.strip() if count.strip().isascii() and count.strip().isdigit() else ""
            return {
                "for": f"P{'' if unit == 'D' else 'T'}{plain}{unit}" if plain else "",
                "clock": post.get("opt-clock", ""),
            }
        names = {T.COMMENTED: ("by", "text"), T.DUE: ("level", "promise")}.get(self.trigger, ())  # type: ignore[call-overload]
        return {name: str(post.get(f"opt-{name}", "")) for name in names}

    def _stored(self) -> list[tuple[str, Action, dict[str, Any], bool]]:
        specs = self.rule.actions if self.rule else []
        known = [(spec, actions.ACTIONS.get(str(spec.get("do")))) for spec in specs]
        return [(str(number), action, spec, False) for number, (spec, action) in enumerate(known) if action]

    def _sent(self) -> list[tuple[str, Action, dict[str, Any], bool]]:
        """The rows as they were sent, after the button that was pressed."""
        ids = [one for one in dict.fromkeys(self.post.getlist("action")) if _ID.fullmatch(one)][: actions.MOST]
        kinds = {one: actions.ACTIONS.get(self.post.get(f"a{one}-do", "")) for one in ids}
        rows = [(one, action, self._spec(one, action), False) for one, action in kinds.items() if action]
        verb, _colon, target = str(self.post.get("act", "")).partition(":")
        place = next((index for index, row in enumerate(rows) if row[0] == target), None)
        if (
            verb == "add"
            and (action := actions.ACTIONS.get(self.post.get("add_kind", "")))
            and len(rows) < actions.MOST
        ):
            rows.append((str(max((int(one) for one in ids), default=-1) + 1), action, {}, True))
        elif place is not None and verb == "remove":
            rows.pop(place)
        elif place is not None and verb in ("up", "down"):
            other = max(0, min(len(rows) - 1, place + (-1 if verb == "up" else 1)))
            rows[place], rows[other] = rows[other], rows[place]
        return rows

    def _spec(self, one: str, action: Action) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for param in action.params:
            name = f"a{one}-{param.name}"
            sent = [text[:LONGEST] for text in self.post.getlist(name)]
            found[param.name] = sent if param.kind == "several" else (sent[0] if sent else "")
        return found

    def _control(self, one: str, number: int, param: Param, spec: Mapping[str, Any]) -> Control:
        value = spec.get(param.name, "")
        value = ", ".join(value) if param.kind == "tags" and isinstance(value, list) else value
        options: tuple[tuple[str, str, bool], ...] = ()
        if param.choices is not None:
            chosen = [str(item) for item in value] if isinstance(value, list) else [str(value)]
            given = [(str(key), str(label)) for key, label in param.choices()]
            gone = [key for key in chosen if key and key not in dict(given)]
            options = tuple((key, label, key in chosen) for key, label in given)
            options += tuple((key, _("%(name)s (not there any more)") % {"name": key}, True) for key in gone)
        errors = tuple(self.errors.get(f"actions.{number}.{param.name}", ()))
        return Control(param, f"a{one}-{param.name}", value, options, errors)
