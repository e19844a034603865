"""What the side panel lets people change together: requester, kind and the answers of the ticket's form."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from desk import custom_fields, formschema
from desk.commands import change_fields
from desk.forms.people import PersonField, person_of, person_or_address
from desk.formschema.pages import kind_of
from desk.formschema.web import Asking, SchemaForm
from desk.models import Ticket
from desk.people_search import label
from flowtic.core import clock
from flowtic.core.actor import Actor


class DetailsForm(SchemaForm):
    """Starts with the ticket's own values; files are changed elsewhere. `seen`: the version the page showed."""

    seen = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    requester = PersonField(label=_("Requester"))
    kind = forms.ChoiceField(choices=Ticket.Kind.choices, label=_("Kind"))

    def __init__(self, data: Any = None, *, actor: Actor, ticket: Ticket) -> None:
        specs = formschema.fields_of(custom_fields.schema_of(ticket))
        asking = Asking(
            now=clock.now(),
            lookups=custom_fields.Kept(actor, ticket),
            insider=True,
            departments=[(row.key, row.name) for row in Department.objects.visible_to(actor).active()]
            if any(kind_of(spec) == "department" for spec in specs)
            else (),
        )
        super().__init__(
            data,
            schema={"fields": [spec for spec in specs if kind_of(spec) != "file"]},
            asking=asking,
            known=_as_typed(specs, ticket),
            initial={"seen": ticket.version, "requester": label(ticket.requester), "kind": ticket.kind},
            auto_id="detail_%s",
        )
        self.actor, self.ticket = actor, ticket

    def clean_requester(self) -> User | str:
        return person_or_address(self.actor, self.cleaned_data["requester"])

    @transaction.atomic
    def apply(self) -> Ticket:
        """Calls the command, of a valid form; a new contact stays only if the ticket takes it."""
        data = self.cleaned_data
        values: dict[str, Any] = {
            "kind": data["kind"],
            "requester": person_of(self.actor, data["requester"], self.data.get("requester", "")),
        }
        answers = {key: value for key, value in self.values.items() if key in self.examined.shown}
        if answers:
            values["fields"] = answers
        return change_fields(self.actor, self.ticket, seen=data["seen"], **values)


def _as_typed(specs: list[Any], ticket: Ticket) -> dict[str, Any]:
    """The stored answers as one would type them: people by name and address."""
    found = dict(ticket.fields)
    people = {spec["key"] for spec in specs if kind_of(spec) == "person"} & set(found)
    if people:
        rows = User.objects.in_bulk([found[key] for key in people if isinstance(found[key], int)])
        found |= {key: label(rows[found[key]]) for key in people if found[key] in rows}
    return found
