"""What the side panel lets people change together: requester, kind and the request type's answers."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.commands import change_fields
from desk.forms.conversation import RefusableForm
from desk.forms.people import PersonField, person_of, person_or_address
from desk.models import Ticket
from desk.people_search import label
from desk.portal_forms import field_for, plain
from flowtic.core.actor import Actor


class DetailsForm(RefusableForm):
    """Starts with the ticket's own values. `seen`: the version the page showed."""

    seen = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    requester = PersonField(label=_("Requester"))
    kind = forms.ChoiceField(choices=Ticket.Kind.choices, label=_("Kind"))

    def __init__(self, data: Any = None, *, actor: Actor, ticket: Ticket) -> None:
        self.specs: list[dict[str, Any]] = ticket.request_type.schema.get("fields", []) if ticket.request_type else []
        initial = {"seen": ticket.version, "requester": label(ticket.requester), "kind": ticket.kind}
        initial |= {f"field_{spec['key']}": ticket.fields.get(spec["key"]) for spec in self.specs}
        super().__init__(data, initial=initial, auto_id="detail_%s")
        self.actor, self.ticket = actor, ticket
        self.fields |= {f"field_{spec['key']}": field_for(spec) for spec in self.specs}

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [self[f"field_{spec['key']}"] for spec in self.specs]

    def clean_requester(self) -> User | str:
        return person_or_address(self.actor, self.cleaned_data["requester"])

    @transaction.atomic
    def apply(self) -> Ticket:
        """Calls the command, of a valid form; a new contact stays only if the ticket takes it."""
        data = self.cleaned_data
        answers = {spec["key"]: plain(data.get(f"field_{spec['key']}")) for spec in self.specs}
        values: dict[str, Any] = {
            "kind": data["kind"],
            "requester": person_of(self.actor, data["requester"], self.data.get("requester", "")),
        }
        if self.specs:
            values["fields"] = answers
        return change_fields(self.actor, self.ticket, seen=data["seen"], **values)
