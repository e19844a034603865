"""Who would get work by its owner rule: `desk.dispatching.choice` without a database, over simulated open work. Pure.

The load is that of the rehearsed tickets alone and begins with what `Roster.loads` says.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MAX_STEPS = 3
Span = tuple[datetime, datetime, int | None]  # absent from, until, substitute


@dataclass(slots=True)
class Member:
    """A person, as far as handing out work looks at it."""

    pk: int
    name: str
    email: str
    role: str
    departments: frozenset[str]
    skills: Mapping[str, int] = field(default_factory=dict)
    cap: int | None = None
    away: Sequence[Span] = ()
    active: bool = True
    # How it was before the changes that history tells of: (until when, value), the earliest first.
    was: Mapping[str, Sequence[tuple[datetime, Any]]] = field(default_factory=dict)

    def away_at(self, moment: datetime) -> Span | None:
        return next((span for span in self.away if span[0] <= moment < span[1]), None)

    def cap_at(self, moment: datetime) -> int | None:
        return self._at("capacity", moment, self.cap)

    def level_at(self, skill: str, moment: datetime) -> int:
        return (self._at("skills", moment, self.skills) or {}).get(skill, 0)

    def departments_at(self, moment: datetime) -> Collection[str]:
        return self._at("departments", moment, self.departments) or ()

    def _at(self, name: str, moment: datetime, today: Any) -> Any:
        return next((value for until, value in self.was.get(name, ()) if moment < until), today)

    @property
    def works(self) -> bool:
        return self.active and self.role != "user"


@dataclass(slots=True)
class Given:
    """Who gets it and why (a reason as `reason_words` reads it); nobody: the pool of the department or role."""

    person: int | None
    reason: dict[str, Any]
    department: str = ""
    role: str = ""
    skill: str = ""


@dataclass
class Wish:
    """Work to be given: the owner rule with what it looks at. `closed` None: never over."""

    owner: Mapping[str, Any]
    department: str
    field_value: Any
    opened: datetime
    closed: datetime | None
    counts: bool = True  # approvals are no load
    requester: int = 0
    taker: int | None = None  # who took it out of the pool in reality
    avoids_requester: bool = False


class Roster:
    """Everybody, with their open work at this moment of the rehearsal."""

    def __init__(self, people: Iterable[Member], loads: Mapping[int, int] | None = None) -> None:
        self.people = {one.pk: one for one in people}
        self._by_email = {one.email.lower(): one for one in self.people.values() if one.email}
        self.loads: Counter[int] = Counter(dict(loads or {}))
        self._turns: dict[str, int] = {}

    def choose(self, wish: Wish) -> Given:
        owner = wish.owner or {}
        strategy = owner.get("strategy")
        return _STRATEGIES.get(strategy if isinstance(strategy, str) else "", Roster._pull)(self, wish)

    # ---- pools -----------------------------------------------------------------------

    def _department(self, wish: Wish) -> str:
        return str(wish.owner.get("department") or "") or wish.department

    def _pull(self, wish: Wish) -> Given:
        return Given(None, {"code": "pull", "params": {}}, self._department(wish))

    def _dispatcher(self, wish: Wish) -> Given:
        return Given(None, {"code": "dispatcher", "params": {}}, self._department(wish))

    def _role(self, wish: Wish) -> Given:
        role = str(wish.owner.get("role") or "")
        return Given(None, {"code": "role_pool", "params": {"role": role}}, wish.owner.get("department") or "", role)

    # ---- by name ---------------------------------------------------------------------

    def _person(self, wish: Wish) -> Given:
        email = str(wish.owner.get("person") or "").strip()
        found = self._somebody(email)
        return self._named(wish, found, "named", {}) if found else self._unknown(wish, "person_unknown", person=email)

    def _field(self, wish: Wish) -> Given:
        value, name = wish.field_value, wish.owner.get("field")
        if isinstance(value, Mapping):
            value = value.get("id")
        found = self._somebody(value)
        if found is not None:
            return self._named(wish, found, "field", {"field": name})
        return self._unknown(wish, "field_empty" if value in (None, "", []) else "person_unknown", field=name)

    def _unknown(self, wish: Wish, code: str, **params: Any) -> Given:
        return Given(None, {"code": code, "params": params}, self._department(wish))

    def _somebody(self, value: Any) -> Member | None:
        if isinstance(value, str) and "@" in value:
            found = self._by_email.get(value.strip().lower())
        else:
            text = str(value).strip() if value is not None and not isinstance(value, bool) else ""
            found = self.people.get(int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
        return found if found is not None and found.active else None

    def _named(self, wish: Wish, person: Member, code: str, params: dict[str, Any]) -> Given:
        span = person.away_at(wish.opened)
        if span is None:
            return Given(person.pk, {"code": code, "params": params})
        other = self._stand_in(person, wish.opened)
        said = {"absent": person.pk, "until": span[1].isoformat()}
        if other is None:
            return Given(person.pk, {"code": "absent_alone", "params": said})
        return Given(other.pk, {"code": "substitute", "params": said})

    def _stand_in(self, person: Member, moment: datetime) -> Member | None:
        seen = {person.pk}
        for _step in range(MAX_STEPS):
            span = person.away_at(moment)
            following = self.people.get(span[2]) if span and span[2] is not None else None
            if following is None or following.pk in seen or not following.active:
                return None
            if following.away_at(moment) is None:
                return following
            seen.add(following.pk)
            person = following
        return None

    # ---- by themselves -----------------------------------------------------------------

    def _round_robin(self, wish: Wish) -> Given:
        return self._automatic(wish, "round_robin", self._next)

    def _least_loaded(self, wish: Wish) -> Given:
        return self._automatic(wish, "least_loaded", self._lightest)

    def _skill(self, wish: Wish) -> Given:
        skill, level = str(wish.owner.get("skill") or ""), wish.owner.get("level") or 1
        if not skill:
            return self._least_loaded(wish)
        params: dict[str, Any] = {"skill": skill, "level": level}
        place = str(wish.owner.get("department") or "")
        able = [one for one in self._pool(place, wish) if one.level_at(skill, wish.opened) >= level]
        there = self._present(able, wish.opened)
        found = self._lightest(f"skill:{skill}:{place}", there, wish)
        if found is None:
            code = "all_full" if there else "nobody_available" if able else "nobody_has_skill"
            return Given(None, {"code": code, "params": params}, place or wish.department, skill=skill)
        person, counted = found
        return Given(person.pk, {"code": "skill", "params": params | counted}, place or wish.department)

    def _automatic(self, wish: Wish, code: str, pick: "Pick") -> Given:
        place = self._department(wish)
        there = self._present(self._pool(place, wish), wish.opened)
        if not there:
            return Given(None, {"code": "nobody_available", "params": {}}, place)
        found = pick(f"{code}:{place}", there, wish)
        if found is None:
            return Given(None, {"code": "all_full", "params": {}}, place)
        return Given(found[0].pk, {"code": code, "params": found[1]}, place)

    def _pool(self, department: str, wish: Wish) -> list[Member]:
        barred = wish.requester if wish.avoids_requester else 0
        everybody = (one for one in self.people.values() if one.works and one.pk != barred)
        return [one for one in everybody if not department or department in one.departments_at(wish.opened)]

    def _present(self, people: Sequence[Member], moment: datetime) -> list[Member]:
        return [one for one in people if one.away_at(moment) is None]

    def _next(self, key: str, people: Sequence[Member], wish: Wish) -> "Picked":
        free = [one for one in people if self._room(one, wish)]
        return self._turn(key, free, wish, always=False) if free else None

    def _turn(self, key: str, free: Sequence[Member], wish: Wish, *, always: bool) -> "Picked":
        """Whose turn it is."""
        last = self._turns.get(key)
        chosen = min(free, key=lambda one: (last is not None and one.pk <= last, one.pk))
        self._turns[key] = chosen.pk
        return chosen, self._counted(chosen, wish, always=always)

    def _lightest(self, key: str, people: Sequence[Member], wish: Wish) -> "Picked":
        free = [one for one in people if self._room(one, wish)]
        if not free:
            return None
        least = min(self.loads[one.pk] for one in free)
        equals = [one for one in free if self.loads[one.pk] == least]
        if len(equals) == 1:
            return equals[0], self._counted(equals[0], wish)
        return self._turn(key, equals, wish, always=True)

    def _limit(self, one: Member, wish: Wish) -> int | None:
        own = one.cap_at(wish.opened)
        return wish.owner.get("cap") if own is None else own

    def _room(self, one: Member, wish: Wish) -> bool:
        limit = self._limit(one, wish)
        return limit is None or self.loads[one.pk] < limit

    def _counted(self, one: Member, wish: Wish, *, always: bool = True) -> dict[str, Any]:
        limit = self._limit(one, wish)
        return {"load": self.loads[one.pk], "cap": limit} if always or limit is not None else {}


Picked = tuple[Member, dict[str, Any]] | None
Pick = Callable[[str, Sequence[Member], Wish], Picked]
_STRATEGIES: dict[str, Callable[[Roster, Wish], Given]] = {
    "pull": Roster._pull,  # noqa: SLF001  (its own)
    "dispatcher": Roster._dispatcher,  # noqa: SLF001
    "role": Roster._role,  # noqa: SLF001
    "person": Roster._person,  # noqa: SLF001
    "field": Roster._field,  # noqa: SLF001
    "round_robin": Roster._round_robin,  # noqa: SLF001
    "least_loaded": Roster._least_loaded,  # noqa: SLF001
    "skill": Roster._skill,  # noqa: SLF001
}


class Shares:
    """Load of people: how much each got, and the most that anybody had open at once."""

    def __init__(self) -> None:
        self.number: Counter[int] = Counter()
        self.most: Counter[int] = Counter()
        self.nobody: Counter[str] = Counter()  # by the code of the reason
        self._open: Counter[int] = Counter()
        self._ends: list[tuple[datetime, int, int]] = []
        self._count = 0

    def free(self, moment: datetime) -> list[int]:
        """Whose work is over by then."""
        found = []
        while self._ends and self._ends[0][0] <= moment:
            person = heapq.heappop(self._ends)[2]
            self._open[person] -= 1
            found.append(person)
        return found

    def give(self, person: int, closed: datetime | None, *, counts: bool = True) -> None:
        """`counts`: whether it is open work; decisions are none."""
        self.number[person] += 1
        if not counts:
            return
        self._open[person] += 1
        self.most[person] = max(self.most[person], self._open[person])
        if closed is not None:
            self._count += 1
            heapq.heappush(self._ends, (closed, self._count, person))


def share_out(wishes: Collection[Wish], roster: Roster) -> tuple[Shares, list[Given]]:
    """Gives out everything in the order in which it came up; answers come in the order of `wishes`.

    What waits in a pool is taken by who took it in reality, when somebody did.
    """
    shares, given = Shares(), {}
    for number, wish in sorted(enumerate(wishes), key=lambda one: (one[1].opened, one[0])):
        for person in shares.free(wish.opened):
            roster.loads[person] -= 1
        found = roster.choose(wish)
        if found.person is None and wish.taker is not None:
            found.person = wish.taker
        given[number] = found
        if found.person is None:
            shares.nobody[found.reason["code"]] += 1
        else:
            shares.give(found.person, wish.closed, counts=wish.counts)
            roster.loads[found.person] += wish.counts
    return shares, [given[number] for number in range(len(given))]
