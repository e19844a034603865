"""What the template draws of a diagram: texts cut to size, paths, classes of progress, and the same as a list."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flowtic.core import localised
from workflows.definition import format as f
from workflows.definition.diagram import (
    HEIGHT,
    HEXAGON,
    MOST_LABEL,
    PILL,
    WIDTH,
    Edge,
    Node,
    Point,
    label_width,
    layout,
)
from workflows.definition.format import Definition, Step
from workflows.definition.phrases import Keys, Names, Telling, target_words
from workflows.definition.words import kind_words, short_words, step_words

DONE, CURRENT, FAILED, ON = "done", "cur", "fail", "on"  # states of a step, and of a way that was taken
STATES = (DONE, CURRENT, FAILED)
NEW, CHANGED, GONE = "new", "chg", "gone"  # marks of a step in the comparison of two documents
RADIUS, MOST_CHARACTERS = 9, 25

ICONS = {
    f.FORM: "form",
    f.APPROVAL: "shield-check",
    f.HTTP: "bolt",
    f.EXTERNAL: "server",
    f.DECISION: "diamond",
    f.SPLIT: "split",
    f.JOIN: "merge",
    f.WAIT: "clock",
    f.SET: "pen",
    f.NOTIFY: "mail",
    f.CHILD: "ticket",
    f.CLASSIFY: "spark",
    f.END: "check",
}
TONES = {
    f.FORM: "form",
    f.APPROVAL: "approval",
    f.DECISION: "choice",
    f.SPLIT: "gate",
    f.JOIN: "gate",
    f.END: "gate",
    f.CLASSIFY: "ai",
}


@dataclass(frozen=True)
class DrawnNode:
    """A step: box, texts and where its link leads. `outline`: path of a hexagon, '' for a rectangle with `rx`."""

    key: str
    href: str
    label: str
    classes: str
    tone: str
    icon: str
    x: str
    y: str
    w: int
    h: int
    rx: int
    outline: str
    tile_x: int
    icon_x: int
    text_x: int
    title: str
    subtitle: str
    count: str
    current: bool
    badge: str
    badge_w: int
    badge_mid: str
    problem: str
    is_error: bool


@dataclass(frozen=True)
class DrawnEdge:
    path: str
    classes: str
    label: str
    x: str
    y: str
    label_w: int
    label_x: str
    is_on: bool
    way: str


@dataclass(frozen=True)
class Line:
    """The same step in the list beside the picture."""

    key: str
    href: str
    name: str
    state: str
    words: str
    ways: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """Everything that workflows/diagram.html needs."""

    ident: str
    title: str
    description: str
    width: str
    height: str
    view: str
    nodes: tuple[DrawnNode, ...]
    edges: tuple[DrawnEdge, ...]
    lines: tuple[Line, ...]


def draw(
    definition: Definition,
    *,
    states: Mapping[str, str] | None = None,
    taken: Collection[tuple[str, str]] = (),
    counts: Mapping[str, int] | None = None,
    marks: Mapping[str, str] | None = None,
    heat: Mapping[str, tuple[int, str]] | None = None,
    problems: Mapping[str, tuple[bool, str]] | None = None,
    href: Callable[[str], str] = lambda key: f"?step={key}",
    selected: str = "",
    names: Names | None = None,
    ident: str = "workflow-diagram",
    title: str = "",
) -> Drawing:
    """`states`: step -> done, cur, fail; `taken`: (step, next step) of ways that were gone; `counts`: step -> tickets
    that stand there; `marks`: step -> new, chg, gone; `heat`: step -> (0 to 4, how long it takes, in words);
    `problems`: step -> (whether it is an error, sentence); `href`: where a step's link leads; `ident`: the picture's
    id; `title`: its name where a page shows several."""
    states, counts, marks, heat, problems = states or {}, counts or {}, marks or {}, heat or {}, problems or {}
    picture = layout(definition)
    tell = Telling(definition, names or Keys())
    nodes = tuple(
        _node(
            node,
            definition.steps[node.key],
            href(node.key),
            short_words(definition.steps[node.key], names, tell.infos),
            state=states.get(node.key, ""),
            count=counts.get(node.key, 0),
            mark=marks.get(node.key, ""),
            heat=heat.get(node.key, (0, "")),
            problem=problems.get(node.key, (False, "")),
            selected=node.key == selected,
        )
        for node in picture.nodes
    )
    gone = set(taken)
    edges = [_edge(edge, (edge.source, edge.target) in gone) for edge in picture.edges]
    name = localised.text(definition.name) or _("Workflow")
    return Drawing(
        ident=ident,
        title=title or _("Diagram of the workflow “%(name)s”") % {"name": name},
        description=_summary(definition, states),
        width=_n(picture.width),
        height=_n(picture.height),
        view=f"0 0 {_n(picture.width)} {_n(picture.height)}",
        nodes=nodes,
        edges=tuple(sorted(edges, key=lambda edge: edge.is_on)),
        lines=tuple(_line(definition, key, states, href(key), tell) for key in definition.steps),
    )


def state_words(state: str) -> str:
    """The state of a step, for people; '' for one that was not reached."""
    return {DONE: _("done"), CURRENT: _("now"), FAILED: _("failed")}.get(state, "")


def _summary(definition: Definition, states: Mapping[str, str]) -> str:
    number = len(definition.steps)
    said = ngettext("%(n)d step.", "%(n)d steps.", number) % {"n": number}
    for state, sentence in ((CURRENT, _("Now at: %(steps)s.")), (FAILED, _("Failed: %(steps)s."))):
        found = [localised.text(step.name) for key, step in definition.steps.items() if states.get(key) == state]
        if found:
            said = f"{said} {sentence % {'steps': ', '.join(found)}}"
    return said


def _node(
    node: Node,
    step: Step,
    href: str,
    subtitle: str,
    *,
    state: str,
    count: int,
    mark: str,
    heat: tuple[int, str],
    problem: tuple[bool, str],
    selected: bool,
) -> DrawnNode:
    rejected = step.kind == f.END and step.spec.get("status") == "rejected"
    said = [node.name, kind_words(step.kind), *([state_words(state)] if state in STATES else [])]
    if count:
        said.append(ngettext("%(n)d ticket", "%(n)d tickets", count) % {"n": count})
    badge = {NEW: _("new"), CHANGED: _("changed"), GONE: _("goes away")}.get(mark, "")
    said += [text for text in (badge, problem[1]) if text]
    if heat[1]:
        said.append(_("usually %(duration)s") % {"duration": heat[1]})
        subtitle = heat[1]
    marks = [
        f"heat{heat[0]}" if heat[0] else "",
        state if state in STATES else "",
        mark,
        "sel" if selected else "",
        "first" if node.is_start else "",
    ]
    hexagon = node.shape == HEXAGON
    return DrawnNode(
        key=node.key,
        href=href,
        label=", ".join(said),
        classes=" ".join(["wf-n", *(mark for mark in marks if mark)]),
        tone="bad" if rejected else TONES.get(step.kind, "auto"),
        icon="x" if rejected else ICONS.get(step.kind, "help"),
        x=_n(node.x),
        y=_n(node.y),
        w=WIDTH,
        h=HEIGHT,
        rx=HEIGHT // 2 if node.shape == PILL else 10,
        outline=_hexagon() if hexagon else "",
        tile_x=18 if hexagon else 9,
        icon_x=25 if hexagon else 16,
        text_x=56 if hexagon else 48,
        title=_cut(node.name, MOST_CHARACTERS - (4 if hexagon else 2)),
        subtitle=_cut(subtitle, MOST_CHARACTERS - (1 if hexagon else -3)),
        count=str(count) if 0 < count < 1000 else "999+" if count else "",
        current=state == CURRENT,
        badge=badge,
        badge_w=round(label_width(badge)),
        badge_mid=_n(round(label_width(badge)) / 2),
        problem=problem[1],
        is_error=problem[0],
    )


def _line(definition: Definition, key: str, states: Mapping[str, str], href: str, tell: Telling) -> Line:
    step = definition.steps[key]
    ways = []
    for target in step.targets():
        found = definition.steps.get(target.step)
        name = localised.text(found.name) if found else target.step
        label = target_words(target)
        ways.append(f"{label}: {name}" if label else name)
    words = step_words(step, definition, tell=tell)
    return Line(key, href, localised.text(step.name) or key, state_words(states.get(key, "")), words, tuple(ways))


def _edge(edge: Edge, taken: bool) -> DrawnEdge:
    label = _cut(edge.label, MOST_LABEL)
    width = round(label_width(label))
    classes = ["wf-e", *(["back"] if edge.back else []), *(["wrong"] if edge.role == f.ERROR else [])]
    return DrawnEdge(
        path=rounded(edge.points),
        classes=" ".join([*classes, *([ON] if taken else [])]),
        label=label,
        x=_n(edge.at[0]),
        y=_n(edge.at[1]),
        label_w=width,
        label_x=_n(-width / 2),
        is_on=taken,
        way=f"{edge.source} {edge.target}",
    )


def rounded(points: tuple[Point, ...]) -> str:
    """The path of an SVG line through the points, its corners rounded."""
    path = f"M{_n(points[0][0])} {_n(points[0][1])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        begin, end = _toward(corner, before), _toward(corner, after)
        path += f"L{_n(begin[0])} {_n(begin[1])}Q{_n(corner[0])} {_n(corner[1])} {_n(end[0])} {_n(end[1])}"
    return f"{path}L{_n(points[-1][0])} {_n(points[-1][1])}"


def _toward(corner: Point, other: Point) -> Point:
    """The place RADIUS away from the corner, at most half of the way to the other point."""
    length = max(abs(other[0] - corner[0]), abs(other[1] - corner[1])) or 1.0
    share = min(RADIUS, length / 2) / length
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


def _hexagon() -> str:
    w, h = WIDTH, HEIGHT
    return f"M14 .5H{w - 14}L{w - 0.5} {h / 2:g} {w - 14} {h - 0.5:g}H14L.5 {h / 2:g}Z"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _n(number: float) -> str:
    """A number as SVG reads it, whatever language the page has."""
    return f"{round(number, 1):g}" if abs(number) < 100_000 else str(round(number))
