"""The twenty basic control-flow patterns: docs/workflow-patterns.md names the test that shows each of them."""

import re
from pathlib import Path

from tests.workflows.engine.documents import FIELDS, approval, ask, child, flow, fork, form, is_true, put, step, when
from tests.workflows.engine.world import World
from workflows.definition.validation import errors, validate

DOCUMENT = Path(__file__).parents[3] / "docs" / "workflow-patterns.md"


def play(*steps, values=None, **more):
    """The workflow's first state; it has to be one that could be published."""
    document = flow(*steps, fields=FIELDS, **more)
    assert [f"{finding.path}: {finding.message}" for finding in errors(validate(document))] == []
    return World(document, {field["key"]: field["default"] for field in FIELDS} | (values or {})).start()


# ---- basic ------------------------------------------------------------------------------------


def test_01_sequence():
    world = play(form("order", "pay"), form("pay"))
    for key in ("order", "pay"):
        assert world.at() == [key]
        world.complete(key)
    assert world.status() == ("finished", "closed")


def test_02_parallel_split():
    world = play(*fork("room", "badge"), form("room", "meet"), form("badge", "meet"))
    assert world.at() == ["badge", "room"]


def test_03_synchronization():
    world = play(*fork("room", "badge", then="greet"), form("room", "meet"), form("badge", "meet"), form("greet"))
    world.complete("badge")
    assert world.at() == ["room"]
    world.complete("room")
    assert world.at() == ["greet"]


def test_04_exclusive_choice():
    choice = when("price", {"field": "number", "op": "gt", "value": 500}, "boss", "buy")
    for number, where in ((900, ["boss"]), (20, ["buy"])):
        assert play(choice, form("boss"), form("buy"), values={"number": number}).at() == where


def test_05_simple_merge():
    for outcome in ("mail", "post"):
        world = play(ask("how", mail="mail", post="post"), form("mail", "file"), form("post", "file"), form("file"))
        world.complete("how", outcome)
        world.complete(outcome)
        assert world.at() == ["file"]


# ---- branching and synchronization ----------------------------------------------------------------


def chosen(**values):
    """Every branch asks first whether it is wanted."""
    questions = when("laptop1", is_true("laptop"), "pack", "meet"), when("phone1", is_true("phone"), "dial", "meet")
    work = form("pack", "meet"), form("dial", "meet"), form("ship")
    return play(*fork("laptop1", "phone1", then="ship"), *questions, *work, values=values)


def test_06_multi_choice():
    assert chosen(laptop=True, phone=True).at() == ["dial", "pack"]
    assert chosen(laptop=True, phone=False).at() == ["pack"]
    assert chosen(laptop=False, phone=False).at() == ["ship"]


def test_07_structured_synchronizing_merge():
    world = chosen(laptop=True, phone=True)
    world.complete("pack")
    assert world.at() == ["dial"]
    world.complete("dial")
    assert world.at() == ["ship"]
    world = chosen(laptop=False, phone=True)
    world.complete("dial")
    assert world.at() == ["ship"]


def test_08_multi_merge():
    world = play(*fork("room", "badge"), form("room", "check"), form("badge", "check"), form("check", "meet"))
    world.complete("room")
    world.complete("badge")
    assert world.at() == ["check", "check"], "the same step once for each branch that comes there"


def test_09_structured_discriminator():
    world = play(
        *fork("first", "second", wait="any", then="go"), form("first", "meet"), form("second", "meet"), form("go")
    )
    late = world.item("first")
    world.complete("second")
    assert world.at() == ["go"]
    assert not world.send({"type": "completed", "item": late, "outcome": "", "data": {}, "by": 1})


# ---- structure --------------------------------------------------------------------------------------


def test_10_arbitrary_cycles():
    """One circle with two ways in and two ways out."""
    world = play(
        ask("begin", short="check", long="write"),
        ask("write", check="check", drop="done"),
        ask("check", again="write", fine="done"),
    )
    world.complete("begin", "short")
    for key, outcome in (("check", "again"), ("write", "check"), ("check", "again"), ("write", "drop")):
        assert world.at() == [key]
        world.complete(key, outcome)
    assert world.status() == ("finished", "closed")


def test_11_implicit_termination():
    world = play(
        *fork("room", "badge"),
        form("room", "meet"),
        ask("badge", lost="gone", made="meet"),
        step("end", "gone", status="closed"),
    )
    world.complete("badge", "lost")
    assert world.status()[0] == "running"
    world.complete("room")
    assert world.status() == ("finished", "closed")


# ---- several instances ------------------------------------------------------------------------------


def test_12_multiple_instances_without_synchronization():
    world = play(ask("more", one="spawn", enough="done"), child("spawn", "more", wait=False))
    for _ in range(3):
        world.complete("more", "one")
        assert [effect.kind for effect in world.effects].count("open_children") == 1
    world.complete("more", "enough")
    assert world.status() == ("finished", "closed")


def test_13_multiple_instances_with_design_time_knowledge():
    world = play(child("parts", "after", wait=True, number=3), form("after"))
    assert world.at() == ["parts"]
    world.answer("parts")
    assert world.at() == ["after"]
    world = play(*approval(3))
    assert len(world.items) == 3
    for part in (2, 0, 1):
        world.complete("ok", "approve", part=part)
    assert world.status() == ("finished", "closed")


def test_14_multiple_instances_with_run_time_knowledge():
    """As many branches as the field says, up to the number that the workflow has."""
    gates = [when(f"gate{n}", {"field": "number", "op": "gte", "value": n}, f"visit{n}", "meet") for n in (1, 2, 3)]
    visits = [form(f"visit{n}", "meet") for n in (1, 2, 3)]
    world = play(*fork("gate1", "gate2", "gate3", then="sum"), *gates, *visits, form("sum"), values={"number": 2})
    assert world.at() == ["visit1", "visit2"]
    world.complete("visit2")
    world.complete("visit1")
    assert world.at() == ["sum"]


def test_15_multiple_instances_without_run_time_knowledge():
    """One after the other, as long as somebody says that there is one more."""
    world = play(ask("visit", one_more="visit", enough="sum"), form("sum"))
    for outcome in ("one_more", "one_more", "enough"):
        assert world.at() == ["visit"]
        world.complete("visit", outcome)
    assert world.at() == ["sum"]


def test_16_deferred_choice():
    """Which way is taken shows when the first of two events comes; the other one is not waited for any more."""
    waits = step("wait", "paying", "paid", event="paid"), step("wait", "calling", "called", event="called_off")
    marks = put("paid", "meet", came="paid"), put("called", "meet", came="called_off")
    which = when("which", {"field": "came", "op": "is", "value": "paid"}, "ship", "refund")
    for name, where in (("paid", "ship"), ("called_off", "refund")):
        split = fork("paying", "calling", wait="any", then="which")
        world = play(*split, *waits, *marks, which, form("ship"), form("refund"))
        world.send({"type": "message", "name": name})
        assert world.at() == [where]
        for late in ("paid", "called_off"):
            assert not world.send({"type": "message", "name": late})


def test_17_interleaved_parallel_routing():
    """In any order, never two at a time: one token, and somebody says what comes next."""
    both = {"all": [{"field": f"steps.{key}.outcome", "op": "is", "value": "done"} for key in ("wash", "paint")]}
    for order in (("wash", "paint"), ("paint", "wash")):
        world = play(
            ask("choose", wash="wash", paint="paint"),
            *(form("wash", "both"), form("paint", "both"), when("both", both, "done", "choose")),
        )
        for key in order:
            assert world.at() == ["choose"]
            world.complete("choose", key)
            assert world.at() == [key]
            world.complete(key)
        assert world.status() == ("finished", "closed")


def test_18_milestone():
    """Changes are possible until the parcel is sent, as often as one likes; then no more."""
    change = ask("change", again="change", content="quiet")
    sent = step("wait", "sending", "meet", event="sent")
    world = play(
        *fork("change", "sending", wait="any", then="track"),
        change,
        sent,
        form("track"),
        step("end", "quiet", status="closed"),
    )
    world.complete("change", "again")
    world.complete("change", "again")
    late = world.item("change")
    world.send({"type": "message", "name": "sent"})
    assert world.at() == ["track"]
    assert not world.send({"type": "completed", "item": late, "outcome": "again", "data": {}, "by": 1})


# ---- cancelling ----------------------------------------------------------------------------------------


def test_19_cancel_activity():
    world = play(form("answer", due={"within": "P3D", "then": "remind"}), form("remind"))
    late = world.item("answer")
    world.fire("answer", "due")
    assert world.at() == ["remind"]
    assert not world.send({"type": "completed", "item": late, "outcome": "", "data": {}, "by": 1})


def test_20_cancel_case():
    stop = step("end", "stop", status="rejected", terminate=True)
    world = play(*fork("room", "talk"), form("room", "meet"), ask("talk", agreed="meet", off="stop"), stop)
    world.complete("talk", "off")
    assert world.status() == ("finished", "rejected")
    assert world.items == {}
    world = play(form("order"))
    world.send({"type": "cancel"})
    assert world.status() == ("cancelled", None)


def test_the_document_names_every_test_and_no_other():
    named = re.findall(r"`(test_\d\d_\w+)`", DOCUMENT.read_text(encoding="utf-8"))
    assert named == sorted(name for name in globals() if re.match(r"test_\d\d_", name))
