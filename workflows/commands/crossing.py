"""Whether runs can go from one version to another: what keeps each of them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from desk.custom_fields import schema_of
from desk.models import Ticket
from workflows import robots
from workflows.commands.drive import definition_of
from workflows.definition import format as f
from workflows.definition import forms
from workflows.definition.flow import Names
from workflows.definition.underway import names_underway, never_filled
from workflows.engine.operations import Obstacle, obstacles
from workflows.models import Instance, WorkflowVersion

AT_HAND = ("request_type", "form_version")
Asked = list[Mapping[str, Any]]


class Crossing:
    """From one version to another with a step map; what many runs share is worked out once."""

    def __init__(self, old: int, new: WorkflowVersion, step_map: Mapping[str, str]) -> None:
        self.old, self.new = definition_of(old), definition_of(new.pk)
        self.step_map = dict(step_map)
        self._asked: dict[tuple[int | None, int | None], Asked] = {}
        self._underway: dict[tuple[int | None, int | None], dict[str, Names]] = {}
        self._missing: dict[Any, list[tuple[str, str]]] = {}
        self._topics: dict[str, bool] = {}

    def obstacles(self, instance: Instance) -> list[Obstacle]:
        """What keeps the run from moving; empty: it can."""
        found = obstacles(self.old, self.new, instance.state, self.step_map)
        return found or [*self._strange_topics(instance), *self._missing_fields(instance)]

    def _strange_topics(self, instance: Instance) -> list[Obstacle]:
        """Steps of robots whose task would be of a topic that no robot knows, with no way out."""
        found = []
        for token in instance.state["tokens"].values():
            before, after = self.old.steps.get(token["step"]), self.new.steps[self._to(token["step"])]
            topic = after.spec.get("topic") or ""
            moved = before is not None and topic != (before.spec.get("topic") or "")
            if after.kind == f.EXTERNAL and moved and not (after.spec.get("fallback") or after.spec.get("on_error")):
                if topic not in self._topics:
                    self._topics[topic] = robots.has_asked(topic)
                if not self._topics[topic]:
                    found.append(Obstacle(token["step"], "topic_unknown", topic))
        return found

    def _missing_fields(self, instance: Instance) -> list[Obstacle]:
        """What the new version reads further on, though the run has passed the place that would fill it in."""
        form = (instance.ticket.request_type_id, instance.ticket.form_version_id)
        if form not in self._asked:
            ticket = Ticket.objects.select_related(*AT_HAND).get(pk=instance.ticket_id)
            self._asked[form] = list(forms.specs(schema_of(ticket)))
            self._underway[form] = names_underway(self.old, self._asked[form])
        here = {token["step"] for token in instance.state["tokens"].values()}
        have = {spec["key"] for spec in self._asked[form]} | set(instance.state["values"]) | self._defaults
        have = have.union(*(self._underway[form].get(step, frozenset()) for step in here))
        standing = frozenset(self._to(step) for step in here)
        key = (form, standing, frozenset(have))
        if key not in self._missing:
            self._missing[key] = never_filled(self.new, self._asked[form], standing, frozenset(have))
        return [Obstacle(step, "field_missing", name) for step, name in self._missing[key]]

    @cached_property
    def _defaults(self) -> set[str]:
        return {spec["key"] for spec in self.new.fields if spec.get("default") is not None}

    def _to(self, step: str) -> str:
        return self.step_map.get(step, step)
