"""Moving running tickets from one version to another: which can go, which cannot and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flowtic.core.actor import Actor
from flowtic.core.models import Job, LeasedWork
from workflows.commands.crossing import Crossing
from workflows.commands.drive import definition_of
from workflows.commands.moving import last_move
from workflows.models import Instance, WorkflowVersion
from workflows.models.instance import InstanceQuerySet
from workflows.words import name_of, obstacle_words

MOST = 200


@dataclass(frozen=True)
class Stays:
    """A run that cannot move, and why."""

    instance: Instance
    why: str


@dataclass(frozen=True)
class Place:
    """A step of the old version at which runs stand, and the step of the new one they go to."""

    key: str
    name: str
    target: str
    standing: int


class Moving:
    """`step_map`: old step -> new step; steps that are not in it keep their key."""

    def __init__(
        self, actor: Actor, source: WorkflowVersion, target: WorkflowVersion, step_map: Mapping[str, str]
    ) -> None:
        self.actor, self.source, self.target = actor, source, target
        self.step_map = {old: new for old, new in step_map.items() if new and old != new}

    @cached_property
    def instances(self) -> list[Instance]:
        """Those that run on the old version, at most MOST at a time."""
        rows = self._rows()
        return list(rows.select_related("ticket", "version").defer("version__document").order_by("pk")[: MOST + 1])

    @property
    def has_more(self) -> bool:
        """More than one answer of the page moves: a worker does it then."""
        return len(self.instances) > MOST

    @cached_property
    def total(self) -> int:
        return self._rows().count() if self.has_more else len(self.instances)

    @cached_property
    def job(self) -> Job | None:
        """The last one that moved runs of this version in a worker, with its `progress`."""
        return last_move(self.source)

    @property
    def goes_on(self) -> bool:
        return self.job is not None and self.job.state == LeasedWork.State.PENDING

    def _rows(self) -> InstanceQuerySet:
        return Instance.objects.visible_to(self.actor).running().filter(version=self.source)

    @cached_property
    def blocked(self) -> list[Stays]:
        return [Stays(instance, why) for instance in self.instances[:MOST] if (why := self._why(instance))]

    @cached_property
    def movable(self) -> list[Instance]:
        kept = {stays.instance.pk for stays in self.blocked}
        return [instance for instance in self.instances[:MOST] if instance.pk not in kept]

    @property
    def places(self) -> list[Place]:
        """Steps that runs stand at or will come together at, to be named in the new version."""
        old, new = definition_of(self.source.pk), definition_of(self.target.pk)
        counts: dict[str, int] = {}
        for instance in self.instances[:MOST]:
            here = {token["step"] for token in instance.state["tokens"].values()}
            for key in here | {fork["join"] for fork in instance.state["forks"].values()}:
                counts[key] = counts.get(key, 0) + (key in here)
        if self.has_more:  # where the others stand is not known: whatever is gone may need a place
            counts = {key: 0 for key in old.steps if key not in new.steps} | counts
        keys = [key for key in old.steps if key in counts] + sorted(key for key in counts if key not in old.steps)
        return [Place(key, name_of(old, key), self._target(key, new.steps), counts[key]) for key in keys]

    @property
    def targets(self) -> list[tuple[str, str]]:
        new = definition_of(self.target.pk)
        return [(key, name_of(new, key)) for key in new.steps]

    def _target(self, key: str, steps: Mapping[str, object]) -> str:
        wanted = self.step_map.get(key, key)
        return wanted if wanted in steps else ""

    @cached_property
    def _crossing(self) -> Crossing:
        return Crossing(self.source.pk, self.target, self.step_map)

    def _why(self, instance: Instance) -> str:
        return " ".join(obstacle_words(one) for one in self._crossing.obstacles(instance))
