"""Random workflows, random events: what must hold of every instance holds after each of them (see world.World.check)."""

import random as chance

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.engine.generator import broken, random_document, random_values
from tests.workflows.engine.walks import Walk
from tests.workflows.engine.world import World
from workflows.definition.format import KINDS, parse
from workflows.definition.validation import errors, validate

dose = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
randoms = st.randoms(use_true_random=False)


def begun(random, **more):
    return Walk(World(random_document(random, **more), random_values(random)).start(), random)


@dose
@given(randoms)
def test_a_workflow_without_interference_comes_to_its_end(random):
    begun(random).finish()


@dose
@given(randoms, st.booleans())
def test_in_any_order_and_with_every_operation_no_token_is_lost_or_doubled(random, wild):
    walk = begun(random, wild=wild)
    walk.steps(40)
    walk.finish()


@dose
@given(randoms)
def test_a_broken_workflow_ends_in_errors_that_say_so_and_never_crashes(random):
    world = World(broken(random_document(random, wild=True), random), random_values(random)).start()
    walk = Walk(world, random, sound=False)
    walk.steps(25)
    walk.finish()


def test_the_random_workflows_are_sound_and_use_every_kind():
    documents = [random_document(chance.Random(seed)) for seed in range(40)]
    assert [finding for document in documents for finding in errors(validate(document))] == []
    assert {step.kind for document in documents for step in parse(document).steps.values()} == set(KINDS)


def test_the_random_walks_come_to_every_corner():
    """The generator is worth something only while it makes everything happen."""
    taken, codes, statuses, forks = set(), set(), set(), 0
    for seed in range(80):
        walk = begun(chance.Random(seed), wild=bool(seed % 2))
        walk.steps(40)
        walk.finish()
        taken |= set(walk.taken)
        forks = max(forks, len([name for name in walk.world.keys if name.endswith(":moved")]))
        statuses.add(walk.world.state["status"])
        codes |= {token["error"]["code"] for token in walk.world.state["tokens"].values()}
    assert taken >= {"complete", "give_up", "fire", "answer", "call", "retry", "skip", "jump", "repeat", "migrate"}
    assert statuses >= {"finished", "running"}
    assert codes >= {"too_many_visits", "http_status"}
    assert forks > 20
