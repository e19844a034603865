"""One page of a request type's form, as the pages send it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.commands.forms import REQUESTER
from desk.forms.people import PersonField, person_or_address
from desk.formschema.pages import kind_of
from desk.formschema.web import SchemaForm
from desk.request_flow import Flow
from flowtic.core.actor import Actor


class RequestPage(SchemaForm):
    """A page of the flow. At the desk the first one also asks for whom the ticket is."""

    token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, flow: Flow, page: str, **options: Any) -> None:
        fetch = {
            "hx-post": flow.url(page, "fields"),
            "hx-trigger": "change",
            "hx-target": "#request-page",
            "hx-swap": "outerMorph",
            "hx-sync": "closest form:replace",
            "hx-encoding": "application/x-www-form-urlencoded",
        }
        known = options.pop("known", flow.values)
        super().__init__(
            data,
            files,
            schema=flow.schema,
            asking=flow.asking,
            page=page,
            known=known,
            kept=flow.kept,
            refresh=fetch,
            **options,
        )
        self.actor: Actor = flow.actor
        self.asks_whom = flow.desk and page == flow.steps[0].key
        self.validate_url = flow.url(page, "validate")
        if self.asks_whom:
            help_text = _("Name or e-mail. An unknown address becomes a contact.")
            self.fields["requester"] = PersonField(
                label=_("Requester"), help_text=help_text, initial=known.get(REQUESTER, "")
            )

    def clean_requester(self) -> User | str:
        return person_or_address(self.actor, self.cleaned_data["requester"])

    @property
    def for_draft(self) -> dict[str, Any]:
        """What a draft notes of this page, fitting or not."""
        whom = {REQUESTER: str(self.data.get("requester", ""))[:400]} if self.asks_whom else {}
        return {**self.texts, **whom}

    @property
    def missed_people(self) -> int:
        """How many addresses were named that nobody here has."""
        errors = self.examined.errors
        asked = [spec for spec in self.specs if kind_of(spec) == "person" and spec["key"] in errors]
        return sum(1 for spec in asked if self.values.get(spec["key"]))
