"""The start page of the administration: a tile for each place, with figures and what is wrong or missing there.

An app adds its tiles with `tile(...)` when it starts, and steps of the first-run checklist with `step(...)`. Each tile
is read on its own: what fails shows as failed, the others stay.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import structlog
from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

log = structlog.get_logger("flowtic.settings")

DANGER, WARN, OK, PLAIN = "danger", "warn", "ok", ""
_RANK = (PLAIN, OK, WARN, DANGER)
GROUPS: dict[str, str | Promise] = {
    "people": gettext_lazy("People and departments"),
    "tickets": gettext_lazy("Tickets"),
    "automation": gettext_lazy("Automation and assistant"),
    "system": gettext_lazy("System"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line on a tile. `level` says whether it is a problem, wants a look, is fine, or a figure only."""

    text: str
    level: str = PLAIN


@dataclass(frozen=True, slots=True)
class Reading:
    """What a tile shows now. `done`: whether the step of the checklist that belongs to it is done."""

    facts: Sequence[Fact] = ()
    done: bool | None = None


Read = Callable[[Any], Reading]


@dataclass(frozen=True, slots=True)
class Tile:
    """A place of the administration. `words` are other names under which people look for it."""

    key: str
    label: str | Promise
    icon: str
    url_name: str
    group: str
    words: str | Promise = ""
    read: Read | None = None
    order: int = 100
    fragment: str = ""

    @property
    def url(self) -> str:
        """'' where the place does not exist in this installation."""
        try:
            return reverse(self.url_name) + self.fragment
        except NoReverseMatch:
            return ""

    def answers(self, words: Sequence[str]) -> bool:
        """Whether every word stands in its names, in the reader's language or in English."""
        texts = [f"{self.label} {self.words}"]
        if not (get_language() or "en").startswith("en"):
            with override("en"):
                texts.append(f"{self.label} {self.words}")
        whole = " ".join(texts).casefold()
        return all(word in whole for word in words)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do in a new installation. Done is what the tile `tile` reads, or what `done` answers."""

    key: str
    label: str | Promise
    text: str | Promise
    url_name: str
    tile: str = ""
    done: Callable[[Any], bool] | None = None
    order: int = 100


_tiles: dict[str, Tile] = {}
_steps: dict[str, Step] = {}


def tile(
    key: str,
    label: str | Promise,
    icon: str,
    url_name: str,
    group: str,
    *,
    words: str | Promise = "",
    read: Read | None = None,
    order: int = 100,
    fragment: str = "",
) -> Tile:
    """Adds a tile; the same key again replaces it. `read` gets the actor."""
    if group not in GROUPS:
        raise ValueError(f"{group} is no group of the settings")
    _tiles[key] = Tile(key, label, icon, url_name, group, words, read, order, fragment)
    return _tiles[key]


def step(
    key: str,
    label: str | Promise,
    text: str | Promise,
    url_name: str,
    *,
    tile: str = "",
    done: Callable[[Any], bool] | None = None,
    order: int = 100,
) -> Step:
    """Adds a step of the first-run checklist; the same key again replaces it."""
    _steps[key] = Step(key, label, text, url_name, tile, done, order)
    return _steps[key]


@dataclass(frozen=True)
class Shown:
    """A tile with what was read for it."""

    tile: Tile
    facts: Sequence[Fact] = ()

    @cached_property
    def level(self) -> str:
        """The worst of its facts."""
        return max((fact.level for fact in self.facts), key=_RANK.index, default=PLAIN)


@dataclass(frozen=True)
class ShownStep:
    step: Step
    done: bool

    @property
    def url(self) -> str:
        return reverse(self.step.url_name)


@dataclass
class Home:
    """The page: groups of tiles, and the checklist as far as it is known."""

    groups: list[tuple[str, list[Shown]]] = field(default_factory=list)
    steps: list[ShownStep] = field(default_factory=list)

    @property
    def steps_done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def is_set_up(self) -> bool:
        return self.steps_done == len(self.steps)

    def worst(self, level: str) -> int:
        """How many tiles are at that level."""
        return sum(shown.level == level for _label, rows in self.groups for shown in rows)

    @property
    def problems(self) -> int:
        return self.worst(DANGER)

    @property
    def warnings(self) -> int:
        return self.worst(WARN)


def home(actor: Any) -> Home:
    """All tiles read anew, and the checklist."""
    readings = {row.key: _read(row, actor) for row in places()}
    grouped: dict[str, list[Shown]] = {}
    for row in places():
        grouped.setdefault(row.group, []).append(Shown(row, readings[row.key].facts))
    groups = [(str(label), grouped[key]) for key, label in GROUPS.items() if key in grouped]
    return Home(groups, _checklist(actor, readings))


def places() -> list[Tile]:
    """The tiles whose pages exist, in order."""
    return sorted((row for row in _tiles.values() if row.url), key=lambda row: (row.order, row.key))


def matching(text: str) -> list[Tile]:
    """The places that a search finds, by name and by other names; nothing is read for it."""
    words = text[:100].casefold().split()
    return [row for row in places() if row.answers(words)] if words else []


def _read(row: Tile, actor: Any) -> Reading:
    if row.read is None:
        return Reading()
    try:
        return row.read(actor)
    except Exception:
        log.exception("tile_failed", tile=row.key)
        return Reading([Fact(_("This could not be read; the log tells why."), DANGER)])


def _checklist(actor: Any, readings: dict[str, Reading]) -> list[ShownStep]:
    found = []
    for row in sorted(_steps.values(), key=lambda row: (row.order, row.key)):
        done = readings[row.tile].done if row.tile in readings else None
        if done is None and row.done is not None:
            done = row.done(actor)
        if done is not None:
            found.append(ShownStep(row, done))
    return found


def autodiscover() -> None:
    """Imports `settings_tiles` of every app that has one."""
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.settings_tiles"):
            import_module(f"{config.name}.settings_tiles")
