"""A run that is given the version it ran on does exactly what it did: over random workflows and random events."""

import copy
import random as chance
from datetime import timedelta

import pytest

from tests.workflows.engine.generator import random_document, random_values
from tests.workflows.engine.walks import Walk
from tests.workflows.engine.world import World
from workflows.engine.advance import same_for_everybody
from workflows.rehearsal.comparison import outcomes, parting
from workflows.rehearsal.recording import record
from workflows.rehearsal.sandbox import Sandbox, first_event
from workflows.rehearsal.typical import Typical


def never(start, spec, department):
    """Timers that the recording does not know come in a hundred days."""
    return start + timedelta(days=100)


def rehearsed(definition, recording, typical=None):
    start = first_event(definition, definition, recording["start"])
    with same_for_everybody():
        return Sandbox(definition, start, recording=recording, typical=typical or Typical(), moments=never).run()


@pytest.mark.parametrize("part", range(4))
def test_replaying_the_same_version_reproduces_what_happened(part):
    """Ways, outcomes, ends, errors, the moment of every visit and who did it; also with admins interfering."""
    compared = interfered = 0
    for seed in range(part * 60, part * 60 + 60):
        random = chance.Random(seed)
        world = World(random_document(random, wild=bool(seed % 2)), random_values(random)).start()
        walk = Walk(world, random)
        walk.steps(seed % 30)
        if seed % 3:
            walk.finish()
        if len(world.versions) > 1:
            continue
        told = copy.deepcopy(world.log)
        recording, real = record((world.definition, event) for event in world.log)
        assert world.log == told, "the log is only read"
        now = rehearsed(world.definition, recording)
        assert outcomes(now) == outcomes(real), seed
        assert now.errors == real.errors, seed
        assert (now.status, now.ended) == (world.state["status"], real.ended), seed
        assert [vars_of(one) for one in now.visits] == [vars_of(one) for one in real.visits], seed
        assert parting(real, now) is None
        compared += 1
        interfered += bool({event["type"] for event in world.log} & {"retry", "skip", "jump", "repeat"})
    assert compared > 20 and interfered > 3


def vars_of(visit):
    return (visit.name, visit.opened, visit.closed, visit.people)
