"""What a test run says: what happened, which way a decision took and why, and what would have been done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _

from accounts.models import User
from desk.models import Ticket
from flowtic.core import conditions, durations, localised, paths
from workflows.commands.answers import outcomes_of
from workflows.definition.format import APPROVAL, DECISION, FORM, OTHERWISE, Definition
from workflows.definition.known import Known
from workflows.engine.state import Effect, Event, context
from workflows.recipients import people_named
from workflows.trial import Trial, muted
from workflows.words import error_words, name_of

if TYPE_CHECKING:
    from workflows.rehearsal.sandbox import Order, Sandbox

MOST_TEXT = 600


@dataclass(frozen=True)
class Muted:
    """Something that was not done: `icon`, what it is, and details as (name, text)."""

    icon: str
    step: str
    title: str
    details: list[tuple[str, str]]


def event_title(definition: Definition, event: Event, effects: Sequence[Effect]) -> str:
    """What happened, in a few words."""
    left = next((effect for effect in effects if effect.kind == "moved"), None)
    name = name_of(definition, left.step) if left else ""
    kind = event["type"]
    if kind == "start":
        return _("The workflow starts")
    if kind == "completed":
        return f"{name}: {_outcome(definition, left, event)}" if left else _voted(event)
    with_name = {
        "effect_done": _("%(step)s: the answer arrives"),
        "effect_failed": _("%(step)s: it fails"),
        "timer": _("%(step)s: the time has come"),
        "message": _("%(step)s: the message arrives"),
        "skip": _("%(step)s is skipped"),
        "jump": _("Jump from %(step)s"),
    }
    if name and kind in with_name:
        return with_name[kind] % {"step": name}
    alone = {"timer": _("The time has come"), "effect_failed": _("A step fails"), "retry": _("A step is tried again")}
    return alone.get(kind) or _("It goes on")


def _voted(event: Event) -> str:
    if event.get("outcome") == "reject":
        return _("Rejected; others are still asked")
    return _("Approved; others are still asked")


def _outcome(definition: Definition, left: Effect, event: Event) -> str:
    step = definition.steps.get(left.step)
    key = event.get("outcome") or left.data["outcome"]
    if step is None:
        return str(key)
    listed = outcomes_of(step, APPROVAL if step.kind == APPROVAL else FORM)
    return next((localised.text(one.get("label")) for one in listed if one["key"] == key), "") or str(key)


def why_words(definition: Definition, effect: Effect, values: Mapping[str, Any], known: Known) -> str:
    """Why a decision went that way: the condition that held, with the values that it read."""
    step = definition.steps.get(effect.step)
    if step is None or step.kind != DECISION:
        return ""
    branches = step.spec.get("branches") or []
    outcome = effect.data["outcome"]
    if outcome == OTHERWISE:
        trees = [branch.get("when") for branch in branches]
        read = _read(trees, values, known)
        return (
            _("because nothing else fits (%(values)s)") % {"values": read} if read else _("because nothing else fits")
        )
    number = int(outcome.removeprefix("branch_")) - 1
    tree = branches[number].get("when") if number < len(branches) else None
    said = conditions.words(tree, known.infos)
    read = _read([tree], values, known)
    return (
        _("because %(condition)s (%(values)s)") % {"condition": said, "values": read}
        if read
        else _("because %(condition)s") % {"condition": said}
    )


def _read(trees: Sequence[Any], values: Mapping[str, Any], known: Known) -> str:
    names = sorted({name for tree in trees for name in conditions.names(tree)})
    return ", ".join(
        f"{_label(name, known)}: {said(paths.find(values, name))}" for name in names if paths.is_path(name)
    )


def _label(name: str, known: Known) -> str:
    info = known.infos.get(name)
    return (localised.text(info.label) if info else "") or name


def said(value: Any) -> str:
    """A value for people; "–" for none."""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(said(one) for one in value)[:MOST_TEXT]
    return str(value)[:MOST_TEXT]


def changed_values(before: Mapping[str, Any], now: Mapping[str, Any], known: Known) -> list[tuple[str, str, str]]:
    """(field, before, after) of what differs."""
    keys = [key for key in now if now[key] != before.get(key)]
    return [
        (_label(key, known), _named(key, before.get(key), known), _named(key, now[key], known)) for key in sorted(keys)
    ]


def _named(key: str, value: Any, known: Known) -> str:
    """A value as `said`; people by name, choices by their label."""
    info = known.infos.get(key)
    if info is not None and info.kind == "person" and isinstance(value, int) and not isinstance(value, bool):
        return User.objects.filter(pk=value).values_list("name", flat=True).first() or str(value)
    label = info.choices.get(value) if info is not None and isinstance(value, str) else None
    return localised.text(label) if label else said(value)


class Muting:
    """Effects in words. `who`: who would get an order, and why."""

    def __init__(
        self, definition: Definition, sample: Mapping[str, Any], who: Callable[["Order"], tuple[str, str]]
    ) -> None:
        self.definition, self.sample, self.who = definition, sample, who

    def of(self, effect: Effect, box: "Sandbox") -> Muted | None:
        write = _MUTED.get(effect.kind)
        return write(self, effect, box) if write else None

    def _said(self, icon: str, effect: Effect, title: str, *details: tuple[str, str]) -> Muted:
        return Muted(icon, name_of(self.definition, effect.step), title, [one for one in details if one[1]])

    def _filled(self, effect: Effect, box: "Sandbox") -> dict[str, Any]:
        return muted(Trial(self.definition, box.now, state=box.walk.state), effect)

    def _item(self, effect: Effect, box: "Sandbox") -> Muted:
        if effect.data["kind"] == "external":
            return self._said("server", effect, _("Task for a robot: %(topic)s") % {"topic": effect.data.get("topic")})
        order = box.open_orders.get(effect.key) or next(
            one for one in reversed(box.orders) if one.step == effect.step and one.part == effect.data["part"]
        )
        person, why = self.who(order)
        icon = "shield-check" if effect.data["kind"] == APPROVAL else "user"
        return self._said(icon, effect, _("Work for %(name)s") % {"name": person}, (_("Why"), why))

    def _mail(self, effect: Effect, box: "Sandbox") -> Muted:
        found = self._filled(effect, box)
        ticket = cast(Ticket, SimpleNamespace(requester=self._requester, assignee=None))
        entries = [one for one in found.get("to") or [] if one != "requester" or self._requester]
        people = people_named(entries, ticket, effect.data.get("values") or context(box.walk.state))
        names = ", ".join(person.name for person in people) or _("nobody")
        subject, text = localised.text(found.get("subject")), localised.text(found.get("text"))
        title = _("Mail to %(names)s") % {"names": names}
        return self._said("mail", effect, title, (_("Subject"), subject), (_("Text"), text[:MOST_TEXT]))

    @property
    def _requester(self) -> User | None:
        facts = self.sample["start"].get("facts") or {}
        return User.objects.filter(pk=(facts.get("requester") or {}).get("id") or 0).first()

    def _call(self, effect: Effect, box: "Sandbox") -> Muted:
        found = self._filled(effect, box)
        if found.get("error"):
            return self._said("bolt", effect, _("A call that cannot be made"), (_("Why"), said(found["error"])))
        headers = "\n".join(f"{name}: {value}" for name, value in (found.get("headers") or {}).items())
        title = f"{found.get('method') or 'GET'} {found.get('url') or ''}"
        return self._said("bolt", effect, title, (_("Headers"), headers), (_("Body"), _body(found.get("body"))))

    def _children(self, effect: Effect, box: "Sandbox") -> Muted:
        tickets = self._filled(effect, box).get("tickets") or []
        subjects = ", ".join(said(one.get("subject")) for one in tickets if isinstance(one, dict))
        return self._said("ticket", effect, _("Child tickets: %(subjects)s") % {"subjects": subjects})

    def _ticket(self, effect: Effect, box: "Sandbox") -> Muted:
        details = [(f"ticket.{name}", said(value)) for name, value in effect.data["values"].items()]
        return self._said("pen", effect, _("The ticket is changed"), *details)

    def _timer(self, effect: Effect, box: "Sandbox") -> Muted:
        spec = effect.data
        length = durations.words(spec["duration"]) if spec.get("duration") else said(spec.get("until"))
        titles = {"due": _("Due after %(length)s"), "remind": _("Reminder before the end of %(length)s")}
        title = titles.get(spec["timer"], _("Waits: %(length)s"))
        return self._said("clock", effect, title % {"length": length})

    def _simple(self, effect: Effect, box: "Sandbox") -> Muted:
        titles = {
            "classify": ("spark", _("The classification is asked")),
            "remind": ("bell", _("A reminder is sent")),
            "escalate": ("alert", _("It is escalated")),
        }
        icon, title = titles[effect.kind]
        return self._said(icon, effect, title)

    def _failed(self, effect: Effect, box: "Sandbox") -> Muted:
        said_ = error_words(effect.data["code"], effect.data["message"])
        return self._said("alert", effect, _("The step fails"), (_("Why"), said_))

    def _finish(self, effect: Effect, box: "Sandbox") -> Muted:
        words = {"resolved": _("Resolved"), "closed": _("Closed"), "rejected": _("Rejected")}
        status = effect.data["status"]
        return self._said("check", effect, _("The ticket becomes: %(status)s") % {"status": words.get(status, status)})


def _body(value: Any) -> str:
    from flowtic.core.placeholders import as_json

    text = value if isinstance(value, str) else as_json(value) if value is not None else ""
    return text[:MOST_TEXT]


_MUTED: dict[str, Callable[[Muting, Effect, "Sandbox"], Muted]] = {
    "open_item": Muting._item,  # noqa: SLF001  (its own)
    "notify": Muting._mail,  # noqa: SLF001
    "call_http": Muting._call,  # noqa: SLF001
    "open_children": Muting._children,  # noqa: SLF001
    "set_ticket": Muting._ticket,  # noqa: SLF001
    "set_timer": Muting._timer,  # noqa: SLF001
    "classify": Muting._simple,  # noqa: SLF001
    "remind": Muting._simple,  # noqa: SLF001
    "escalate": Muting._simple,  # noqa: SLF001
    "failed": Muting._failed,  # noqa: SLF001
    "finish": Muting._finish,  # noqa: SLF001
}
