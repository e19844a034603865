"""Data for test runs: a real past ticket, a form filled in by hand, saved samples and what they say of a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department
from desk.formschema import examine, facts, fields_of
from desk.formschema.samples import sample_values
from desk.formschema.web import SchemaForm
from desk.models import Priority, RequestType, Ticket
from desk.request_flow import asking
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import NotFound
from workflows.commands.drive import definition_of, facts_of
from workflows.commands.starting import form_values
from workflows.definition.format import Definition, parse
from workflows.engine.advance import same_for_everybody
from workflows.models import Instance, InstanceEvent, Sample, Workflow, WorkflowRule
from workflows.rehearsal.comparison import differences
from workflows.rehearsal.reading import Clockwork, read_typical
from workflows.rehearsal.recording import record
from workflows.rehearsal.sandbox import Sandbox, first_event
from workflows.request_forms import types_of
from workflows.words import name_of

SHOWN, MOST_TYPES = 20, 100


def past_runs(actor: Actor, workflow: Workflow) -> list[Instance]:
    """The last runs of the workflow on tickets that the actor works."""
    rows = Instance.objects.visible_to(actor).filter(version__workflow=workflow)
    return list(rows.select_related("ticket__requester").defer("state").order_by("-pk")[:SHOWN])


def sample_of_ticket(actor: Actor, number: str, workflow: Workflow, definition: Definition) -> dict[str, Any]:
    """What a test run needs of a ticket that the actor works: its data, and its answers where it ran the workflow."""
    related = ("request_type", "form_version", "requester", "priority", "department")
    rows = Ticket.objects.internal_to(actor).select_related(*related)
    ticket = rows.filter(number=number.strip()).first() if "\0" not in number else None
    if ticket is None:
        raise NotFound(_("This ticket does not exist."))
    schema = ticket.form_version.schema if ticket.form_version else {}
    sample: dict[str, Any] = {"name": ticket.number, "ticket": ticket.number, "fields": list(fields_of(schema))}
    run = ticket.instances.filter(version__workflow=workflow).order_by("-number").first()
    if run is not None:
        log = list(InstanceEvent.objects.filter(instance=run).order_by("seq").values_list("version_id", "event"))
        if log and log[0][1].get("type") == "start":
            recording, _walked = record((definition_of(version), event) for version, event in log)
            start = first_event(definition, definition_of(log[0][0]), recording["start"])
            return sample | {"start": start, "recording": recording}
    event = {"type": "start", "values": form_values(ticket), "facts": facts_of(ticket), "at": clock.now().isoformat()}
    return sample | {"start": first_event(definition, None, event)}


def sample_by_hand(
    actor: Actor, definition: Definition, *, values: Mapping[str, Any], about: Mapping[str, str], fields: list[Any]
) -> dict[str, Any]:
    """`about`: priority, department and request type of the made-up ticket."""
    person, now = actor.user, clock.now().isoformat()
    ticket = {"number": "FT-0000-000000", "subject": _("Test run"), "source": "web", "created_at": now, **about}
    requester = {"id": person.pk, "name": person.name, "email": person.email or "", "role": person.role}
    facts = {
        "ticket": {**ticket, "requester": person.email or ""},
        "requester": {**requester, "department": about.get("department", ""), "manager": person.manager_id},
    }
    event = {"type": "start", "values": dict(values), "facts": facts, "at": now}
    return {"name": _("By hand"), "ticket": "", "fields": fields, "start": first_event(definition, None, event)}


def sample_made_up(actor: Actor, workflow: Workflow, definition: Definition) -> dict[str, Any]:
    """A request with answers that somebody might give, for a workflow that has no past yet."""
    by_hand = ByHand(actor, workflow, {})
    schema = without_files(by_hand.type.schema) if by_hand.type else {}
    asked = asking(actor, insider=True)
    given = examine(schema, sample_values(schema, clock.now()), now=asked.now, lookups=asked.lookups)
    values = facts(schema, given.cleaned)
    sample = sample_by_hand(actor, definition, values=values, about=by_hand.about, fields=by_hand.fields)
    return sample | {"name": _("Sample data")}


class Offered:
    """What the test at the bottom of the editor can begin with."""

    def __init__(self, actor: Actor, workflow: Workflow) -> None:
        self.actor, self.workflow = actor, workflow

    @cached_property
    def tickets(self) -> list[Ticket]:
        """Those that ran the workflow last; without any the last ones of all."""
        found = [run.ticket for run in past_runs(self.actor, self.workflow)]
        return found or list(Ticket.objects.internal_to(self.actor).order_by("-pk")[:SHOWN])

    @cached_property
    def kept(self) -> list[Sample]:
        """Saved samples, but those of tickets that the person does not see."""
        rows = list(self.workflow.samples.all())
        numbers = [row.sample["ticket"] for row in rows if row.sample.get("ticket")]
        seen = set(Ticket.objects.internal_to(self.actor).filter(number__in=numbers).values_list("number", flat=True))
        return [row for row in rows if not row.sample.get("ticket") or row.sample["ticket"] in seen]


class ByHand:
    """The form in which somebody makes up a request: the real one of a request type that gets this workflow."""

    def __init__(self, actor: Actor, workflow: Workflow, data: Any) -> None:
        self.actor, self.workflow, self.data = actor, workflow, data

    @cached_property
    def types(self) -> list[RequestType]:
        """Request types whose tickets get the workflow by its rules; where the rules do not tell, all."""
        wanted: set[str] | None = set()
        rules = WorkflowRule.objects.filter(workflow=self.workflow, active=True)
        for condition in rules.values_list("condition", flat=True):
            keys = types_of(condition)
            wanted = None if keys is None or wanted is None else wanted | keys
        rows = RequestType.objects.filter(active=True).order_by("key")
        found = list(rows.filter(key__in=wanted) if wanted else ())
        return found or list(rows[:MOST_TYPES])

    @cached_property
    def type(self) -> RequestType | None:
        key = str(self.data.get("request_type", ""))
        return next((row for row in self.types if row.key == key), self.types[0] if self.types else None)

    @property
    def fields(self) -> list[Any]:
        return list(fields_of(self.type.schema)) if self.type else []

    @cached_property
    def form(self) -> SchemaForm:
        bound = self.data if self.data.get("way") == "hand" else None
        schema = without_files(self.type.schema) if self.type else {}
        return SchemaForm(bound, None, schema=schema, asking=asking(self.actor, insider=True), auto_id="try-%s")

    @property
    def priorities(self) -> list[Priority]:
        return list(Priority.objects.all())

    @property
    def departments(self) -> list[Department]:
        return list(Department.objects.active())

    @property
    def about(self) -> dict[str, str]:
        """What was chosen for the made-up ticket; only what exists."""
        priority, department = str(self.data.get("priority", "")), str(self.data.get("department", ""))
        home = self.type.department.key if self.type and self.type.department else ""
        return {
            "priority": priority if any(row.key == priority for row in self.priorities) else "normal",
            "department": department if any(row.key == department for row in self.departments) else home,
            "request_type": self.type.key if self.type else "",
        }


def without_files(schema: Any) -> Any:
    """The form without its file fields: a test run keeps none."""
    if isinstance(schema, list):
        return [without_files(one) for one in schema if not (isinstance(one, dict) and one.get("kind") == "file")]
    if isinstance(schema, dict) and ("pages" in schema or "fields" in schema):
        return {key: without_files(one) if key in ("pages", "fields") else one for key, one in schema.items()}
    return schema


# ---- saved samples --------------------------------------------------------------------


@dataclass(frozen=True)
class Checked:
    """A saved sample on a document: what it no longer does, and what it does instead; in words."""

    sample: Sample
    missing: list[str]
    new: list[str]
    end: str
    openable: bool

    @property
    def differs(self) -> bool:
        return bool(self.missing or self.new or self.end)


def check_samples(actor: Actor, workflow: Workflow, document: Any) -> list[Checked]:
    """Every saved sample played through the document."""
    samples = list(workflow.samples.all())
    if not samples or not isinstance(document, dict):
        return []
    definition, typical, clockwork = parse(document), read_typical(actor, workflow), Clockwork()
    numbers = [row.sample.get("ticket") for row in samples if row.sample.get("ticket")]
    seen = set(Ticket.objects.internal_to(actor).filter(number__in=numbers).values_list("number", flat=True))
    found = []
    for row in samples:
        start = first_event(definition, None, row.sample["start"])
        with same_for_everybody():
            recording = row.sample.get("recording")
            walked = Sandbox(definition, start, recording=recording, typical=typical, moments=clockwork).run()
        missing, new = differences(row.expected.get("ways", []), walked.ways)
        ended = row.expected.get("end") or "", walked.end or ("error" if walked.errors else "")
        found.append(
            Checked(
                row,
                [_way(definition, one) for one in missing],
                [_way(definition, one) for one in new],
                f"{ended[0] or '–'} → {ended[1] or '–'}" if ended[0] != ended[1] else "",
                not row.sample.get("ticket") or row.sample["ticket"] in seen,
            )
        )
    return found


def _way(definition: Definition, way: Any) -> str:
    return " → ".join(name_of(definition, key) for key in (way[0], *str(way[1]).split("+")))
