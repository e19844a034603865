"""A definition as BPMN 2.0 XML with its picture, for the tools of engineers.

The export shows what happens and where it goes; what Flowtic knows beyond BPMN (forms, owners, mappings) stands in the
documentation of each element. It is not meant to be read back.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _
from django.utils.translation import override

from flowtic.core import durations, localised
from workflows.definition import format as f
from workflows.definition.diagram import Diagram, Edge, layout
from workflows.definition.format import Definition, Step, Target
from workflows.definition.phrases import Keys, Telling, target_words
from workflows.definition.words import step_words

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC, DI = "http://www.omg.org/spec/DD/20100524/DC", "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
TARGET = "https://flowtic.dev/bpmn"
for _prefix, _address in (("bpmn", BPMN), ("bpmndi", BPMNDI), ("dc", DC), ("di", DI), ("xsi", XSI)):
    ET.register_namespace(_prefix, _address)

START, START_FLOW = "flowtic_start", "flowtic_start_flow"
EVENT_SIZE, EVENT_GAP = 36, 30
_ELEMENTS = {
    f.FORM: "userTask",
    f.APPROVAL: "userTask",
    f.HTTP: "serviceTask",
    f.EXTERNAL: "serviceTask",
    f.DECISION: "exclusiveGateway",
    f.SPLIT: "parallelGateway",
    f.WAIT: "intermediateCatchEvent",
    f.SET: "scriptTask",
    f.NOTIFY: "sendTask",
    f.CHILD: "callActivity",
    f.CLASSIFY: "businessRuleTask",
    f.END: "endEvent",
}


def to_bpmn(definition: Definition, language: str) -> str:
    """The XML document, names and explanations in that language."""
    with override(language):
        root = _Export(definition).root()
    for element in root.iter():
        for name, value in element.attrib.items():
            element.set(name, _plain(value))
        element.text = _plain(element.text) if element.text else element.text
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _tag(name: str, space: str = BPMN) -> str:
    return f"{{{space}}}{name}"


class _Export:
    """Builds one document. Ids: step_<key>, flow_step_<key>_<number>; they begin with a letter and are unique."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.tell = Telling(definition, Keys())
        # A draft may have keys that XML does not take as ids.
        self.ids = {
            key: f"step_{key}" if f.matches(f.KEY.pattern, key) else f"step-{step.position}"
            for key, step in definition.steps.items()
        }
        self.flows = list(self._flows())
        self.events = sorted(
            {step.spec["event"] for step in definition.steps.values() if step.kind == f.WAIT and step.spec.get("event")}
        )

    def _flows(self) -> Iterator[tuple[str, Step, Target]]:
        for step in self.definition.steps.values():
            for number, target in enumerate(step.targets()):
                if target.step in self.definition.steps:
                    yield f"flow_{self.ids[step.key]}_{number}", step, target

    def root(self) -> ET.Element:
        root = ET.Element(_tag("definitions"), {"id": "flowtic", "targetNamespace": TARGET, "exporter": "Flowtic"})
        for number, event in enumerate(self.events):
            ET.SubElement(root, _tag("message"), {"id": f"message_{number}", "name": event})
        name = localised.text(self.definition.name) or "Flowtic"
        process = ET.SubElement(root, _tag("process"), {"id": "process", "name": name, "isExecutable": "false"})
        _document(process, localised.text(self.definition.description))
        if self.definition.start in self.definition.steps:
            start = ET.SubElement(process, _tag("startEvent"), {"id": START, "name": _("Start")})
            ET.SubElement(start, _tag("outgoing")).text = START_FLOW
        for step in self.definition.steps.values():
            self._step(process, step)
        self._sequence_flows(process)
        self._picture(root, layout(self.definition))
        return root

    # ---- the process -----------------------------------------------------------------

    def _element_of(self, step: Step) -> str:
        if step.kind == f.JOIN:
            wait = step.spec.get("wait", f.ALL)
            return "parallelGateway" if wait == f.ALL else "complexGateway"
        return _ELEMENTS.get(step.kind, "task")

    def _step(self, process: ET.Element, step: Step) -> None:
        """documentation, incoming, outgoing, then what the kind adds: the order that the standard asks for."""
        element = ET.SubElement(process, _tag(self._element_of(step)), self._attributes(step))
        _document(element, step_words(step, self.definition, tell=self.tell))
        if step.key == self.definition.start:
            ET.SubElement(element, _tag("incoming")).text = START_FLOW
        for ident, _source, target in self.flows:
            if target.step == step.key:
                ET.SubElement(element, _tag("incoming")).text = ident
        for ident, source, _target in self.flows:
            if source.key == step.key:
                ET.SubElement(element, _tag("outgoing")).text = ident
        self._inside(element, step)

    def _attributes(self, step: Step) -> dict[str, str]:
        found = {"id": self.ids[step.key], "name": localised.text(step.name) or step.key}
        if step.kind in (f.DECISION, f.SPLIT):
            found["gatewayDirection"] = "Diverging"
        if step.kind == f.JOIN:
            found["gatewayDirection"] = "Converging"
        if step.kind == f.DECISION:
            default = next((i for i, source, way in self.flows if source is step and way.role == f.OTHERWISE), "")
            return found | ({"default": default} if default else {})
        return found

    def _inside(self, element: ET.Element, step: Step) -> None:
        if step.kind == f.APPROVAL and len(step.spec.get("approvers") or []) > 1:
            self._approvers(element, step)
        elif step.kind == f.JOIN and step.spec.get("wait", f.ALL) != f.ALL:
            wait = 1 if step.spec["wait"] == f.ANY else step.spec["wait"]
            ET.SubElement(element, _tag("activationCondition"), _formal()).text = f"activationCount >= {wait}"
        elif step.kind == f.WAIT:
            self._wait(element, step)
        elif step.kind == f.END and step.spec.get("terminate"):
            ET.SubElement(element, _tag("terminateEventDefinition"), {"id": f"terminate_{self.ids[step.key]}"})

    def _approvers(self, element: ET.Element, step: Step) -> None:
        sequence = "true" if step.spec.get("mode") == "sequence" else "false"
        several = ET.SubElement(element, _tag("multiInstanceLoopCharacteristics"), {"isSequential": sequence})
        number = len(step.spec["approvers"])
        quorum = step.spec.get("quorum", f.ALL)
        needed = quorum if isinstance(quorum, int) else number
        ET.SubElement(several, _tag("loopCardinality"), _formal()).text = str(number)
        text = f"approved >= {needed} or rejected > {number - needed}"
        ET.SubElement(several, _tag("completionCondition"), _formal()).text = text

    def _wait(self, element: ET.Element, step: Step) -> None:
        if step.spec.get("event"):
            reference = f"message_{self.events.index(step.spec['event'])}"
            attributes = {"id": f"event_{self.ids[step.key]}", "messageRef": reference}
            ET.SubElement(element, _tag("messageEventDefinition"), attributes)
            return
        timer = ET.SubElement(element, _tag("timerEventDefinition"), {"id": f"timer_{self.ids[step.key]}"})
        if step.spec.get("duration"):
            ET.SubElement(timer, _tag("timeDuration"), _formal()).text = _iso(step.spec["duration"])
        else:
            ET.SubElement(timer, _tag("timeDate"), _formal()).text = str(step.spec.get("until") or "")

    def _sequence_flows(self, process: ET.Element) -> None:
        if self.definition.start in self.definition.steps:
            attributes = {"id": START_FLOW, "sourceRef": START, "targetRef": self.ids[self.definition.start]}
            ET.SubElement(process, _tag("sequenceFlow"), attributes)
        for ident, source, target in self.flows:
            attributes = {"id": ident, "sourceRef": self.ids[source.key], "targetRef": self.ids[target.step]}
            label = target_words(target)
            flow = ET.SubElement(process, _tag("sequenceFlow"), attributes | ({"name": label} if label else {}))
            if source.kind == f.DECISION and target.role == "branch":
                words = step_words(source, self.definition, tell=self.tell)
                ET.SubElement(flow, _tag("conditionExpression"), _formal()).text = label or words
            elif target.role not in (f.OTHERWISE, "fork", "next"):
                ET.SubElement(flow, _tag("conditionExpression"), _formal()).text = f'outcome = "{target.outcome}"'

    # ---- the picture -----------------------------------------------------------------

    def _picture(self, root: ET.Element, picture: Diagram) -> None:
        diagram = ET.SubElement(root, _tag("BPMNDiagram", BPMNDI), {"id": "diagram"})
        plane = ET.SubElement(diagram, _tag("BPMNPlane", BPMNDI), {"id": "plane", "bpmnElement": "process"})
        down = EVENT_SIZE + EVENT_GAP
        for node in picture.nodes:
            small = node.kind in (f.END, f.WAIT, f.DECISION, f.SPLIT, f.JOIN)
            side = 50 if node.kind in f.GATEWAY_KINDS else EVENT_SIZE
            w, h = (side, side) if small else (node.w, node.h)
            x, y = node.x + (node.w - w) / 2, node.y + down + (node.h - h) / 2
            marker = {"isMarkerVisible": "true"} if node.kind == f.DECISION else {}
            _shape(plane, self.ids[node.key], x, y, w, h, marker)
            if node.is_start:
                middle = node.x + node.w / 2
                _shape(plane, START, middle - EVENT_SIZE / 2, node.y, EVENT_SIZE, EVENT_SIZE, {})
                _line(plane, START_FLOW, [(middle, node.y + EVENT_SIZE), (middle, y)])
        ways = {(edge.source, edge.target): edge for edge in picture.edges}
        for ident, source, target in self.flows:
            edge = ways[source.key, target.step]
            _line(plane, ident, [(x, y + down) for x, y in edge.points], _label_of(edge, down))


def _document(element: ET.Element, text: str) -> None:
    if text:
        ET.SubElement(element, _tag("documentation")).text = text


_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _plain(text: str) -> str:
    """Without characters that XML does not know."""
    return _NOT_XML.sub("", text)


def _formal() -> dict[str, str]:
    return {_tag("type", XSI): "bpmn:tFormalExpression"}


def _iso(text: str) -> str:
    try:
        return durations.text(durations.parse(text))
    except ValueError:
        return text


def _number(value: float) -> str:
    return f"{round(value, 1):g}" if value < 100_000 else str(round(value))


def _shape(plane: ET.Element, ident: str, x: float, y: float, w: float, h: float, more: dict[str, str]) -> None:
    shape = ET.SubElement(plane, _tag("BPMNShape", BPMNDI), {"id": f"shape_{ident}", "bpmnElement": ident, **more})
    bounds = {"x": _number(x), "y": _number(y), "width": _number(w), "height": _number(h)}
    ET.SubElement(shape, _tag("Bounds", DC), bounds)


def _line(
    plane: ET.Element, ident: str, points: list[tuple[float, float]], label: tuple[float, float, str] | None = None
) -> None:
    edge = ET.SubElement(plane, _tag("BPMNEdge", BPMNDI), {"id": f"edge_{ident}", "bpmnElement": ident})
    for x, y in points:
        ET.SubElement(edge, _tag("waypoint", DI), {"x": _number(x), "y": _number(y)})
    if label:
        x, y, text = label
        width = len(text) * 6.2 + 14
        bounds = {"x": _number(x - width / 2), "y": _number(y - 9), "width": _number(width), "height": "18"}
        ET.SubElement(ET.SubElement(edge, _tag("BPMNLabel", BPMNDI)), _tag("Bounds", DC), bounds)


def _label_of(edge: Edge, down: float) -> tuple[float, float, str] | None:
    return (edge.at[0], edge.at[1] + down, edge.label) if edge.label else None
