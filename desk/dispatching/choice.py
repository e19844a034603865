"""One choice: who owns a step or a ticket by its owner rule (docs/workflow-format.md), and why."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from accounts.models import Department, User
from desk.dispatching.capacity import Picked, lightest, next_in_turn
from desk.dispatching.load import loads
from desk.dispatching.people import pool_of, present, skilled, stand_in
from desk.dispatching.words import reason_words
from desk.models import Ticket
from flowtic.core import durations, paths

__all__ = ["Choice", "choose", "reason_words"]


@dataclass(frozen=True)
class Choice:
    """A person, or else the pool (department or role, with a skill) from which somebody takes it."""

    strategy: str
    assignee: User | None
    department: Department | None
    role: str
    skill: str
    level: int
    reason: dict[str, Any]
    fallback_at: datetime | None


def choose(
    owner: Mapping[str, Any],
    ticket: Ticket,
    values: Mapping[str, Any],
    *,
    now: datetime,
    exclude: Collection[int] = (),
) -> Choice:
    """Follows the owner rule; to be called inside the transaction that writes the assignment down.

    `values`: fields by key beside "requester" and "ticket". `exclude`: ids of people who must not get it. Whatever is
    wrong with the rule ends in the pool of a department, never in an exception.
    """
    rule = _Rule(owner or {}, ticket, values, now, frozenset(exclude))
    strategy = rule.text("strategy")
    return _STRATEGIES.get(strategy, _pull)(rule)


@dataclass(frozen=True)
class _Rule:
    owner: Mapping[str, Any]
    ticket: Ticket
    values: Mapping[str, Any]
    now: datetime
    exclude: frozenset[int]

    def text(self, name: str) -> str:
        value = self.owner.get(name)
        return value.strip() if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        value = self.owner.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

    @cached_property
    def given_department(self) -> Department | None:
        key = self.text("department")
        if not key or key == self.ticket.department.key:
            return self.ticket.department if key else None
        return Department.objects.active().filter(key=key).first()

    @property
    def department(self) -> Department:
        return self.given_department or self.ticket.department

    @property
    def cap(self) -> int | None:
        return self.number("cap")

    def pool(self, strategy: str, code: str, *, department: bool = True, **more: Any) -> Choice:
        """Nobody in person: it waits for somebody of the department (or of the role, in `more`)."""
        place = self.department if department else self.given_department
        defaults = {"role": "", "skill": "", "level": 0, "fallback_at": None, "params": {}}
        found = {**defaults, **more}
        reason = {"code": code, "params": found.pop("params")}
        return Choice(strategy=strategy, assignee=None, department=place, reason=reason, **found)

    def person(self, strategy: str, person: User, code: str, params: dict[str, Any], **more: Any) -> Choice:
        """Somebody in person. Who was named has no pool to give it back to, unless the rule says so."""
        named = strategy in ("person", "field") and not self.owner.get("return_after")
        defaults = {"role": "", "skill": "", "level": 0}
        return Choice(
            strategy=strategy,
            assignee=person,
            department=self.given_department if named else self.department,
            reason={"code": code, "params": params},
            fallback_at=None,
            **{**defaults, **more},
        )


def _pull(rule: _Rule) -> Choice:
    return rule.pool("pull", "pull")


def _dispatcher(rule: _Rule) -> Choice:
    return rule.pool("dispatcher", "dispatcher")


def _role(rule: _Rule) -> Choice:
    role = rule.text("role")
    if role not in User.Role.values:
        return rule.pool("pull", "role_unknown", params={"role": role})
    return rule.pool("role", "role_pool", department=False, role=role, params={"role": role})


def _person(rule: _Rule) -> Choice:
    found = _somebody(rule.owner.get("person"))
    if found is None:
        return rule.pool("person", "person_unknown", params={"person": rule.text("person")})
    return _named(rule, "person", found, "named", {})


def _field(rule: _Rule) -> Choice:
    name = rule.text("field")
    value = paths.find(rule.values, name) if name else None
    if isinstance(value, Mapping):
        value = value.get("id")
    found = _somebody(value)
    if found is None:
        code = "field_empty" if value in (None, "", []) else "person_unknown"
        return rule.pool("field", code, params={"field": name})
    return _named(rule, "field", found, "field", {"field": name})


def _named(rule: _Rule, strategy: str, person: User, code: str, params: dict[str, Any]) -> Choice:
    """Somebody by name or who stands in; a limit of open work does not keep it away, but is told."""
    if person.pk in rule.exclude:
        return rule.pool(strategy, "person_excluded", params={"person": person.pk})
    chosen, until = stand_in(person, rule.now, rule.exclude)
    if until is not None:
        code = "substitute" if chosen else "absent_alone"
        params = {"absent": person.pk, "until": until.isoformat()}
    chosen = chosen or person
    return rule.person(strategy, chosen, code, params | _overload(chosen))


def _overload(person: User) -> dict[str, Any]:
    if person.capacity is None:
        return {}
    load = loads([person])[person.pk]
    return {"load": load, "cap": person.capacity, "over": True} if load >= person.capacity else {}


def _round_robin(rule: _Rule) -> Choice:
    return _automatic(rule, "round_robin", next_in_turn)


def _least_loaded(rule: _Rule) -> Choice:
    return _automatic(rule, "least_loaded", lightest)


Pick = Callable[[str, list[User], int | None], Picked | None]


def _automatic(rule: _Rule, strategy: str, pick: Pick) -> Choice:
    people = present(pool_of(rule.department, rule.exclude), rule.now)
    if not people:
        return rule.pool(strategy, "nobody_available")
    found = pick(f"{strategy}:{rule.department.pk}", people, rule.cap)
    if found is None:
        return rule.pool(strategy, "all_full")
    return rule.person(strategy, found.person, strategy, _counted(found))


def _skill(rule: _Rule) -> Choice:
    """The least loaded of those who can do it; where nobody is, the skill is asked for until `fallback_at`."""
    skill, level = rule.text("skill"), rule.number("level") or 1
    if not skill:
        return _least_loaded(rule)
    wanted: dict[str, Any] = {"skill": skill, "level": level}
    able = skilled(pool_of(rule.given_department, rule.exclude), skill, level)
    people = present(able, rule.now)
    place = rule.given_department.pk if rule.given_department else "all"
    found = lightest(f"skill:{skill}:{place}", people, rule.cap)
    if found is None:
        code = "all_full" if people else "nobody_available" if able else "nobody_has_skill"
        return rule.pool("skill", code, skill=skill, level=level, params=wanted, fallback_at=_later(rule))
    return rule.person("skill", found.person, "skill", wanted | _counted(found), skill=skill, level=level)


def _counted(found: Picked) -> dict[str, Any]:
    return {} if found.load is None else {"load": found.load, "cap": found.cap}


def _later(rule: _Rule) -> datetime | None:
    try:
        return rule.now + durations.parse(rule.text("fallback_after"))
    except (ValueError, OverflowError):
        return None


def _somebody(value: Any) -> User | None:
    """An active person by id or e-mail address."""
    people = User.objects.active()
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str) and "@" in value:
        return people.filter(email=value.strip().lower()).first()
    text = str(value).strip()
    return people.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 19 else None


_STRATEGIES: dict[str, Callable[[_Rule], Choice]] = {
    "pull": _pull,
    "dispatcher": _dispatcher,
    "person": _person,
    "role": _role,
    "field": _field,
    "round_robin": _round_robin,
    "least_loaded": _least_loaded,
    "skill": _skill,
}
