"""The picture of a workflow as numbers: layers from top to bottom, one column per branch, ways around nothing.

Pure and deterministic. The list's order says what "forward" is: a way to a step further up is drawn dashed on the
right, a way far down solid on the right.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from flowtic.core import localised
from workflows.definition import format as f
from workflows.definition.format import Definition, Step
from workflows.definition.phrases import target_words

WIDTH, HEIGHT, COLUMN, PADDING = 204, 48, 236, 24
GAP, TRACK, LABELLED_TRACK, MOST_TRACKS = 44, 9, 20, 12
ARROW, STUB, LANE = 7, 13, 14
MOST_LABEL = 26  # characters of a label
LONGEST = 8  # layers that a way goes between the columns; longer ones run on the right

Point = tuple[float, float]
PILL, CARD, HEXAGON = "pill", "card", "hexagon"
_BAND = 19  # labels are looked up by bands of this height
_PILLS = (f.SPLIT, f.JOIN, f.END)


@dataclass(frozen=True)
class Node:
    """A box; x and y are its upper left corner."""

    key: str
    kind: str
    name: str
    shape: str
    x: float
    y: float
    w: float = WIDTH
    h: float = HEIGHT
    is_start: bool = False


@dataclass(frozen=True)
class Edge:
    """A way from step to step; `at` is the middle of its label, `outcomes` the engine's words for taking it."""

    source: str
    target: str
    points: tuple[Point, ...]
    label: str
    at: Point
    back: bool
    outcomes: tuple[str, ...]
    role: str


@dataclass(frozen=True)
class Diagram:
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float


@dataclass(frozen=True)
class _Way:
    """All ways between two steps, drawn as one."""

    source: str
    target: str
    label: str
    outcomes: tuple[str, ...]
    role: str


def layout(definition: Definition) -> Diagram:
    """Places every step and every way; labels are in the reader's language."""
    if not definition.steps:
        return Diagram((), (), 2 * PADDING, 2 * PADDING)
    return _Plan(definition).diagram()


def _ways(definition: Definition) -> list[_Way]:
    joined: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for step in definition.steps.values():
        for target in step.targets():
            if target.step in definition.steps:
                found = joined.setdefault((step.key, target.step), [])
                found.append((target_words(target), target.outcome, target.role))
    return [
        _Way(
            source,
            target,
            " / ".join(dict.fromkeys(label for label, _outcome, _role in parts if label)),
            tuple(outcome for _label, outcome, _role in parts),
            parts[0][2],
        )
        for (source, target), parts in joined.items()
    ]


class _Plan:
    """One layout. A spot is a step, or a place where a long way passes a layer; ways to the same step share it."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.steps = definition.steps
        self.order = {key: number for number, key in enumerate(self.steps)}
        self.ways = _ways(definition)
        self.forward = [way for way in self.ways if self.order[way.target] > self.order[way.source]]
        self.layer = self._layers()
        self.near = [way for way in self.forward if self.layer[way.target] - self.layer[way.source] <= LONGEST]
        self.chains = {(way.source, way.target): self._chain(way) for way in self.near}
        self.column = self._columns()
        self.tracks = self._tracks()
        self.top = self._tops()

    # ---- where ---------------------------------------------------------------------------

    def _layers(self) -> dict[str, int]:
        layer = dict.fromkeys(self.steps, 0)
        after: dict[str, list[str]] = defaultdict(list)
        for way in self.forward:
            after[way.source].append(way.target)
        for key in self.steps:  # the list's order is an order of the forward ways
            for target in after[key]:
                layer[target] = max(layer[target], layer[key] + 1)
        return layer

    def _chain(self, way: _Way) -> list[str]:
        between = range(self.layer[way.source] + 1, self.layer[way.target])
        return [way.source, *(f"{way.target} {layer}" for layer in between), way.target]

    def _layer_of(self, spot: str) -> int:
        return self.layer[spot] if spot in self.layer else int(spot.rpartition(" ")[2])

    def _columns(self) -> dict[str, int]:
        """Column per spot: below its parents, children spread around them, no two spots of a layer in one column."""
        parents: dict[str, list[str]] = defaultdict(list)
        children: dict[str, list[str]] = defaultdict(list)
        rows: dict[int, dict[str, None]] = defaultdict(dict)
        for key in self.steps:
            rows[self.layer[key]][key] = None
        for chain in self.chains.values():
            for above, below in pairwise(chain):
                if above not in parents[below]:
                    parents[below].append(above)
                    children[above].append(below)
                rows[self._layer_of(below)][below] = None
        column: dict[str, int] = {}
        self.rows = [list(rows[layer]) for layer in sorted(rows)]
        for row in self.rows:
            wanted = [(self._wanted(spot, column, parents, children), number) for number, spot in enumerate(row)]
            self._settle(sorted(wanted), row, column)
        least = min(column.values())
        return {spot: number - least for spot, number in column.items()}

    def _wanted(
        self, spot: str, column: dict[str, int], parents: dict[str, list[str]], children: dict[str, list[str]]
    ) -> float:
        above = parents[spot]
        if not above:
            return 0.0
        middle = sum(column[one] for one in above) / len(above)
        if len(above) > 1:
            return middle
        siblings = children[above[0]]
        steps = [one for one in siblings if one in self.steps]
        if len(steps) > 1:
            return middle + siblings.index(spot) - (len(siblings) - 1) / 2
        return middle + (1 if steps and spot not in self.steps else 0)

    def _settle(self, wanted: list[tuple[float, int]], row: list[str], column: dict[str, int]) -> None:
        """Gives each spot the free column next to the one it wants."""
        used: set[int] = set()
        for want, number in wanted:
            place = round(want)
            for away in range(len(row) + 1):
                free = next((one for one in (place + away, place - away) if one not in used), None)
                if free is not None:
                    used.add(free)
                    column[row[number]] = free
                    break

    # ---- tracks between the layers ---------------------------------------------------------

    def _tracks(self) -> dict[tuple[int, str], int]:
        """(layer, spot) -> track of the level line above the spot, so that lines to different spots do not touch."""
        lines: dict[tuple[int, str], list[int]] = {}
        for chain in self.chains.values():
            for above, below in pairwise(chain):
                if self.column[above] != self.column[below]:
                    found = lines.setdefault((self._layer_of(below), below), [self.column[below]])
                    found.append(self.column[above])
        taken: dict[int, list[list[tuple[int, int]]]] = defaultdict(list)
        result = {}
        for (layer, spot), columns in sorted(lines.items(), key=lambda line: (line[0][0], min(line[1]), line[0][1])):
            span = (min(columns), max(columns))
            free = (
                number
                for number, track in enumerate(taken[layer])
                if all(span[0] > end or span[1] < begin for begin, end in track)
            )
            number = next(free, len(taken[layer]))
            if number == len(taken[layer]):
                taken[layer].append([])
            taken[layer][number].append(span)
            result[(layer, spot)] = min(number, MOST_TRACKS - 1)
        return result

    def _tops(self) -> list[float]:
        """y of every layer; level lines need more room where they carry labels."""
        labelled = {self.layer[way.source] + 1 for way in self.near if way.label}
        deepest = max(self.layer.values())
        self.pitch = [LABELLED_TRACK if layer in labelled else TRACK for layer in range(deepest + 1)]
        used: dict[int, int] = defaultdict(int)
        for (layer, _spot), track in self.tracks.items():
            used[layer] = max(used[layer], track)
        tops = [float(PADDING)]
        for layer in range(1, deepest + 1):
            tops.append(tops[-1] + HEIGHT + GAP + used[layer] * self.pitch[layer])
        return tops

    def _x(self, spot: str) -> float:
        """The middle of the spot's column."""
        return PADDING + WIDTH / 2 + self.column[spot] * COLUMN

    def _level(self, spot: str) -> float:
        """y of the level line above a spot."""
        layer = self._layer_of(spot)
        return self.top[layer] - GAP / 2 - self.pitch[layer] * self.tracks.get((layer, spot), 0)

    # ---- the result ------------------------------------------------------------------------

    def diagram(self) -> Diagram:
        nodes = tuple(self._node(step) for step in self.steps.values())
        aside = [way for way in self.ways if (way.source, way.target) not in self.chains]
        lanes = _lanes([(way.target, self.layer[way.source], self.layer[way.target]) for way in aside])
        right = PADDING + WIDTH + max(self.column.values()) * COLUMN
        self.last = [max(self.column[spot] for spot in row) for row in self.rows]
        self.labels: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
        edges = [self._between(way) for way in self.near]
        edges += [self._aside(way, right + 2 * STUB + lanes[way.target] * LANE) for way in aside]
        ends = [edge.at[0] + label_width(edge.label) / 2 for edge in edges if edge.label]
        lane = 2 * STUB + max(lanes.values()) * LANE if lanes else 0
        width = max([right + lane, *ends]) + PADDING
        return Diagram(nodes, tuple(edges), width, self.top[-1] + HEIGHT + PADDING)

    def _node(self, step: Step) -> Node:
        shape = PILL if step.kind in _PILLS else HEXAGON if step.kind == f.DECISION else CARD
        x, y = self._x(step.key) - WIDTH / 2, self.top[self.layer[step.key]]
        name = localised.text(step.name) or step.key
        return Node(step.key, step.kind, name, shape, x, y, is_start=step.key == self.definition.start)

    def _between(self, way: _Way) -> Edge:
        """A way down between the columns."""
        chain = self.chains[way.source, way.target]
        points = [(self._x(way.source), self.top[self.layer[way.source]] + HEIGHT)]
        for spot in chain[1:]:
            x = self._x(spot)
            if x != points[-1][0]:
                points += [(points[-1][0], self._level(spot)), (x, self._level(spot))]
            bottom = self.top[self._layer_of(spot)]
            points.append((x, bottom - ARROW if spot in self.steps else bottom))
        begin, first, level = points[0][0], self._x(chain[1]), self._level(chain[1])
        spread = (0.5, 0.3, 0.7, 0.4, 0.6, 0.85, 1.0)
        places = [(begin + (first - begin) * share, level) for share in spread]
        if first == begin:
            places = [(begin, level), (begin, level - 14), (begin, level + 8)]
        return self._edge(way, points, self._free(way.label, places), back=False)

    def _aside(self, way: _Way, lane: float) -> Edge:
        """A way up, or far down, on the right of everything."""
        out, into = self._to_lane(way.source, lane, 0.0), self._to_lane(way.target, lane, ARROW)
        back = self.order[way.target] <= self.order[way.source]
        half, step = label_width(way.label) / 2, 22 if out[-1][1] < into[-1][1] else -22
        places = [(lane + half - 12, out[-1][1] + step * number) for number in (1, 2, 3, 4)]
        return self._edge(way, [*out, *reversed(into)], self._free(way.label, places), back=back)

    def _free(self, label: str, places: list[Point]) -> Point:
        """The first of the places where the label covers no other label; the first one when all do."""
        half = label_width(label) / 2 + 3
        if not label:
            return places[0]

        def taken(x: float, y: float) -> bool:
            near = (box for band in (-1, 0, 1) for box in self.labels[int(y // _BAND) + band])
            return any(abs(y - other) < 19 and abs(x - middle) < half + wide for middle, other, wide in near)

        found = next((place for place in places if not taken(*place)), places[0])
        self.labels[int(found[1] // _BAND)].append((found[0], found[1], half))
        return found

    def _to_lane(self, key: str, lane: float, distance: float) -> list[Point]:
        """From the right side of a step to the lane, around the spots that stand to the right of it."""
        layer = self.layer[key]
        x, y = self._x(key) + WIDTH / 2, self.top[layer] + HEIGHT / 2
        if self.last[layer] == self.column[key]:
            return [(x + distance, y), (lane, y)]
        level = self.top[layer] + HEIGHT + 8 if not distance else self.top[layer] - 8
        return [(x + distance, y), (x + STUB, y), (x + STUB, level), (lane, level)]

    def _edge(self, way: _Way, points: list[Point], at: Point, *, back: bool) -> Edge:
        return Edge(way.source, way.target, tuple(_straight(points)), way.label, at, back, way.outcomes, way.role)


def label_width(label: str) -> float:
    """How wide a label is drawn, about."""
    return min(len(label), MOST_LABEL) * 6.2 + 14 if label else 0.0


def _lanes(spans: list[tuple[str, int, int]]) -> dict[str, int]:
    """A lane per target: (target, layer, layer) -> number; targets whose ways do not pass each other share one."""
    reach: dict[str, tuple[int, int]] = {}
    for target, one, other in spans:
        low, high = reach.get(target, (one, one))
        reach[target] = (min(low, one, other), max(high, one, other))
    taken: list[list[tuple[int, int]]] = []
    result = {}
    for target, (low, high) in sorted(reach.items(), key=lambda one: (one[1][1] - one[1][0], one[1], one[0])):
        number = 0
        while number < len(taken) and any(low <= end and high >= begin for begin, end in taken[number]):
            number += 1
        if number == len(taken):
            taken.append([])
        taken[number].append((low, high))
        result[target] = number
    return result


def _straight(points: list[Point]) -> list[Point]:
    """Without points twice, and without those in the middle of a straight line."""
    result: list[Point] = []
    for point in points:
        if result and result[-1] == point:
            continue
        if len(result) > 1 and (
            result[-2][0] == result[-1][0] == point[0] or result[-2][1] == result[-1][1] == point[1]
        ):
            result.pop()
        result.append(point)
    return result
