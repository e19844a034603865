"""The same as test_walks, but hypothesis chooses event by event and shortens what fails to the fewest steps."""

import random as chance

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.workflows.engine.generator import random_document, random_values
from tests.workflows.engine.walks import Walk
from tests.workflows.engine.world import World

randoms = st.randoms(use_true_random=False)


def running(machine):
    return machine.walk.world.state["status"] == "running"


def has(rows):
    return lambda machine: running(machine) and bool(getattr(machine.walk.world, rows))


class Life(RuleBasedStateMachine):
    """One instance from its start to wherever the events lead."""

    @initialize(seed=st.integers(0, 9999), wild=st.booleans())
    def begin(self, seed, wild):
        random = chance.Random(seed)
        self.walk = Walk(World(random_document(random, wild=wild), random_values(random)).start(), random)

    @precondition(has("items"))
    @rule(random=randoms)
    def somebody_completes_an_item(self, random):
        self.act(random, "complete")

    @precondition(has("items"))
    @rule(random=randoms)
    def a_robot_gives_up(self, random):
        self.act(random, "give_up")

    @precondition(has("timers"))
    @rule(random=randoms)
    def a_moment_comes(self, random):
        self.act(random, "fire")

    @precondition(has("pending"))
    @rule(random=randoms)
    def an_effect_is_answered(self, random):
        self.act(random, "answer")

    @rule(random=randoms)
    def something_comes_again(self, random):
        self.act(random, "again")

    @precondition(running)
    @rule(random=randoms)
    def an_event_is_called(self, random):
        self.act(random, "call")

    @precondition(running)
    @rule(random=randoms, kind=st.sampled_from(["retry", "skip", "jump", "repeat", "migrate"]))
    def an_admin_operates(self, random, kind):
        self.act(random, kind)

    @rule()
    def the_program_is_killed_and_starts_again_from_the_log(self):
        world = self.walk.world
        assert world.replayed() == world.state
        world.state = world.replayed()

    @invariant()
    def everything_holds(self):
        if hasattr(self, "walk"):
            self.walk.world.check()

    def act(self, random, name):
        self.walk.random = random
        getattr(self.walk, name)()


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
