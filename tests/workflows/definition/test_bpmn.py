"""The BPMN export: what the official schema asks for, checked by its rules (the schema itself is not part of the tree)."""

from xml.etree import ElementTree as ET

import pytest

from tests.workflows.definition import examples
from tests.workflows.definition.library import FILES, read
from workflows.definition import bpmn
from workflows.definition.format import parse

MODEL, PICTURE = f"{{{bpmn.BPMN}}}", f"{{{bpmn.BPMNDI}}}"
# Parts of flow nodes in the order of the standard's schema.
ORDER = ["documentation", "incoming", "outgoing", "multiInstanceLoopCharacteristics", "activationCondition"]
ORDER += ["timerEventDefinition", "messageEventDefinition", "terminateEventDefinition"]
NODES = {
    *("userTask", "serviceTask", "scriptTask", "sendTask", "businessRuleTask", "task", "callActivity", "startEvent"),
    *("endEvent", "intermediateCatchEvent", "exclusiveGateway", "parallelGateway", "complexGateway"),
}

DOCUMENTS = {name: read(name)["workflow"] for name in FILES} | {
    "every kind": examples.every_kind(),
    "joins": examples.workflow(
        *examples.fork(
            examples.step("a", "wait", event="paid", timeout="P1D", next="meet"),
            examples.step("b", "wait", until="ticket.created_at", next="meet"),
            wait="any",
            next="check",
        ),
        examples.approval(approvers=[{"role": "support"}, {"role": "admin"}], quorum=1, mode="sequence"),
        examples.end(terminate=True),
    ),
    "a draft": {
        "schema": 1,
        "name": 'a\x07<&"',
        "start": "nowhere",
        "steps": [{"key": "1 x", "kind": "odd", "name": "\x00]]>"}, examples.form("b", next="nowhere")],
    },
}


@pytest.fixture(params=sorted(DOCUMENTS))
def root(request):
    return ET.fromstring(bpmn.to_bpmn(parse(DOCUMENTS[request.param]), "en"))  # noqa: S314  (written by us)


def short(element):
    return element.tag.rpartition("}")[2]


def test_ids_are_unique_names_and_every_reference_leads_somewhere(root):
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(name.replace("_", "").replace("-", "").isalnum() and name[0].isalpha() for name in ids)
    for element in root.iter():
        for name in ("sourceRef", "targetRef", "bpmnElement", "default", "messageRef"):
            assert element.get(name) is None or element.get(name) in ids
        if short(element) in ("incoming", "outgoing"):
            assert element.text in ids


def test_parts_of_nodes_stand_in_the_order_of_the_standard(root):
    for node in root.find(f"{MODEL}process"):
        if short(node) in NODES:
            places = [ORDER.index(short(part)) for part in node]
            assert places == sorted(places)
        else:
            assert short(node) in ("sequenceFlow", "documentation")


def test_messages_come_before_the_process_and_the_picture_last(root):
    names = [short(part) for part in root]
    assert names == ["message"] * (len(names) - 2) + ["process", "BPMNDiagram"]


def test_flows_and_nodes_agree_about_each_other(root):
    process = root.find(f"{MODEL}process")
    flows = {flow.get("id"): flow for flow in process.findall(f"{MODEL}sequenceFlow")}
    for node in process:
        if short(node) in NODES:
            for part, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
                said = {one.text for one in node.findall(MODEL + part)}
                assert said == {name for name, flow in flows.items() if flow.get(end) == node.get("id")}


def test_every_node_has_a_shape_and_every_flow_a_line(root):
    process, plane = root.find(f"{MODEL}process"), root.find(f".//{PICTURE}BPMNPlane")
    nodes = {one.get("id") for one in process if short(one) in NODES}
    flows = {one.get("id") for one in process if short(one) == "sequenceFlow"}
    assert {one.get("bpmnElement") for one in plane.findall(f"{PICTURE}BPMNShape")} == nodes
    assert {one.get("bpmnElement") for one in plane.findall(f"{PICTURE}BPMNEdge")} == flows
    for edge in plane.findall(f"{PICTURE}BPMNEdge"):
        assert len([part for part in edge if short(part) == "waypoint"]) >= 2


def test_kinds_become_the_elements_that_engineers_expect():
    root = ET.fromstring(bpmn.to_bpmn(parse(examples.every_kind()), "en"))  # noqa: S314
    kinds = {node.get("id"): short(node) for node in root.iter() if (node.get("id") or "").startswith("step_")}
    assert kinds == {
        "step_gather": "userTask",
        "step_classify": "businessRuleTask",
        "step_both": "parallelGateway",
        "step_call": "serviceTask",
        "step_repair": "userTask",
        "step_robot": "serviceTask",
        "step_together": "parallelGateway",
        "step_size": "exclusiveGateway",
        "step_check": "userTask",
        "step_note": "scriptTask",
        "step_tell": "sendTask",
        "step_children": "callActivity",
        "step_pause": "intermediateCatchEvent",
        "step_done": "endEvent",
    }


def test_names_are_in_the_language_asked_for():
    definition = parse(DOCUMENTS["purchase"])
    assert "Zwei Freigaben" in bpmn.to_bpmn(definition, "de")
    assert "Two approvals" in bpmn.to_bpmn(definition, "en")
