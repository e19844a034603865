"""A request type's form for people without a login: all pages in one, with who asks and what keeps machines out."""

import secrets
from typing import Any, cast

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from desk.formschema.kinds import clean_value
from desk.formschema.web import SchemaForm
from desk.models import RequestType
from desk.request_flow import asked_schema, asking
from flowtic.core.actor import Actor
from flowtic.core.clock import now

LEAST_SECONDS, MOST_SECONDS = 3, 24 * 3600
MAX_FILES, MAX_CHARACTERS = 3, 60_000
MACHINE = "public_form"
SALT = "desk.public_form"


class PublicForm(SchemaForm):
    """`stamp` is signed and says when the page was made; `website` is a field that no person sees."""

    name = forms.CharField(max_length=100, label=_("Your name"))
    email = forms.CharField(max_length=254, label=_("Your e-mail address"), help_text=_("We answer to this address."))
    website = forms.CharField(required=False, label=_("Leave this empty"))
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, request_type: RequestType, **options: Any) -> None:
        fetch = {
            "hx-post": f"/request/{request_type.public_key}/fields",
            "hx-trigger": "change",
            "hx-target": "#request-page",
            "hx-swap": "outerMorph",
            "hx-sync": "closest form:replace",
            "hx-encoding": "application/x-www-form-urlencoded",
        }
        super().__init__(
            data,
            files,
            schema=asked_schema(request_type),
            asking=asking(Actor.anonymous(), insider=False),
            refresh=fetch,
            **options,
        )
        self.request_type = request_type
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs |= {"type": "email", "autocomplete": "email"}
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    @property
    def is_machine(self) -> bool:
        return bool(self.data.get("website"))

    @property
    def nonce(self) -> str:
        """What tells this page from others; '' when its stamp is missing, forged or too old."""
        try:
            made = signing.TimestampSigner(salt=SALT).unsign(self.data.get("stamp", ""), max_age=MOST_SECONDS)
        except signing.BadSignature:
            return ""
        key, _dot, nonce = made.partition(".")
        return nonce if key == self.request_type.public_key else ""

    @property
    def is_hasty(self) -> bool:
        """Whether it was sent faster than anybody fills it in."""
        try:
            signing.TimestampSigner(salt=SALT).unsign(self.data.get("stamp", ""), max_age=LEAST_SECONDS)
        except signing.BadSignature:
            return False
        return True

    def clean_email(self) -> str:
        try:
            return str(clean_value({"key": "email", "kind": "email"}, self.cleaned_data["email"], now=now()))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        typed = cast(QueryDict, self.data)
        if sum(len(text) for name in typed for text in typed.getlist(name)) > MAX_CHARACTERS:
            self.add_error(None, _("The form holds too much text."))
        if sum(len(files) for files in self.uploads.values()) > MAX_FILES:
            self.add_error(None, _("Please send at most three files."))
        if not self.nonce:
            self.add_error(None, _("This page was open for too long. Please send it once more."))
        elif self.is_hasty:
            self.add_error(None, _("That was very fast. Please look your answers over and send them again."))
        return data


def new_stamp(request_type: RequestType) -> str:
    return signing.TimestampSigner(salt=SALT).sign(f"{request_type.public_key}.{secrets.token_hex(8)}")
