"""Forms of the account pages. They check input; what is allowed, the commands decide."""

import datetime as dt
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ApprovedDomain, Calendar, Department, User
from accounts.models.token import SCOPES
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.plain_text import KEY

REGIONS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
LANGUAGES = [("", gettext_lazy("As the browser")), ("de", "Deutsch"), ("en", "English")]
phone_number = RegexValidator(
    r"^\+?[0-9][0-9 ()/.-]{3,38}$", gettext_lazy("Please enter a number with area code, e.g. +49 221 5550.")
)


class CommandForm(forms.Form):
    """A form whose command may refuse: `refuse` puts the refusal where it belongs and keeps what was typed."""

    aliases: dict[str, str] = {}  # name in the command -> name of the field

    def refuse(self, error: CommandError) -> None:
        named = {self.aliases.get(name, name): messages for name, messages in error.fields.items()}
        for name in named.keys() & self.fields.keys():
            for message in named[name]:
                self.add_error(name, message)
        other = [message for name, messages in named.items() if name not in self.fields for message in messages]
        if other or not named:
            self.add_error(None, other or error.message)


class SignupDetailsForm(forms.Form):
    """What the sign-up asks besides address and password; allauth builds its form on top of this one."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=gettext_lazy("I do not know"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What do you need the account for? An administrator reads this."),
    )
    field_order = ["name", "email", "department", "reason", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Chosen before anybody is somebody: visible_to has nobody to ask, so only active ones.
        self.fields["department"].queryset = Department.objects.active()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        # allauth takes an address for taken that somebody merely noted down (a contact) or entered as their next one.
        if getattr(self, "account_already_exists", False):
            owner = User.objects.filter(email=data.get("email")).exclude(state=User.State.CONTACT)
            self.account_already_exists = owner.exists()
        try:
            UserAttributeSimilarityValidator(("name",)).validate(
                data.get("password1") or "", User(name=data.get("name", ""))
            )
        except ValidationError as error:
            self.add_error("password1", error)
        return data

    def signup(self, request: Any, user: User) -> None:
        """Nothing: the adapter has given these details to the command."""


class RegistrationForm(CommandForm):
    """What somebody who waits for a decision may correct."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


class ProfileForm(CommandForm):
    """One's own data: exactly these fields, whatever else a request carries."""

    validate_url = reverse_lazy("accounts:profile_validate")

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        validators=[phone_number],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("Colleagues who work on tickets see it on your contact card."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, required=False)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=User.Theme.choices)
    density = forms.ChoiceField(label=gettext_lazy("Row height"), choices=User.Density.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = self.initial.get("time_zone", "")
        self.fields["time_zone"].choices = time_zone_choices(current)  # type: ignore[attr-defined]


class AvatarForm(CommandForm):
    avatar = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )


class TokenForm(CommandForm):
    """A new API token. `for_role` leaves out scopes the role cannot have."""

    EXPIRY = [
        ("30", gettext_lazy("in 30 days")),
        ("90", gettext_lazy("in 90 days")),
        ("365", gettext_lazy("in 365 days")),
        ("date", gettext_lazy("on a date")),
        ("never", gettext_lazy("never")),
    ]
    aliases = {"expires_at": "expires_on"}
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("What the token is for, e.g. monitoring.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), choices=(), widget=forms.CheckboxSelectMultiple
    )
    expires = forms.ChoiceField(label=gettext_lazy("Expires"), choices=EXPIRY, initial="90")
    expires_on = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Only with “on a date”; the token works until the end of that day."),
    )

    def __init__(self, *args: Any, for_role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(key, label) for key, label in SCOPES.items() if key != "admin" or for_role == User.Role.ADMIN]
        self.fields["scopes"].choices = [(key, format_lazy("{} ({})", label, key)) for key, label in offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("expires") == "date" and not data.get("expires_on") and "expires_on" not in self.errors:
            self.add_error("expires_on", _("Please choose the date."))
        return data

    def expires_at(self) -> dt.datetime | None:
        """The end of the token's life, None for never."""
        data = self.cleaned_data
        if data["expires"] == "never":
            return None
        if data["expires"] == "date":
            return timezone.make_aware(dt.datetime.combine(data["expires_on"], dt.time(23, 59, 59)))
        return timezone.now() + dt.timedelta(days=int(data["expires"]))


class MembershipForm(CommandForm):
    """Departments of a person: which, and where as lead."""

    departments = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Departments"),
        queryset=Department.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    leads = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Leads"),
        queryset=Department.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("departments", "leads"):
            self.fields[name].queryset = Department.objects.visible_to(actor)  # type: ignore[attr-defined]

    def chosen(self) -> dict[Department, bool]:
        """Department -> as lead; who leads somewhere works there."""
        leads = set(self.cleaned_data["leads"])
        return {department: department in leads for department in {*self.cleaned_data["departments"], *leads}}

    def rows(self) -> list[dict[str, Any]]:
        """For the template: departments with their two ticks; retired ones only where the person is in."""
        works = {str(getattr(value, "pk", value)) for value in self["departments"].value() or ()}
        leads = {str(getattr(value, "pk", value)) for value in self["leads"].value() or ()}
        return [
            {"department": row, "works": str(row.pk) in works | leads, "leads": str(row.pk) in leads}
            for row in self.fields["departments"].queryset  # type: ignore[attr-defined]
            if row.active or str(row.pk) in works | leads
        ]


class ApprovalForm(MembershipForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=User.Role.choices, initial=User.Role.USER)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Goes to the person by mail. Needed for a rejection."),
    )


class RoleForm(CommandForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=User.Role.choices)


class LogoutForm(CommandForm):
    tokens = forms.BooleanField(label=gettext_lazy("Revoke the API tokens too"), required=False)


class ReasonForm(CommandForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Goes to the person by mail."),
    )


class SuspensionForm(ReasonForm):
    """The reason, and what becomes of the work; the question is left out for who holds none."""

    open_work = forms.ChoiceField(
        label=gettext_lazy("What becomes of the open work"),
        choices=[
            ("release", gettext_lazy("Back to the queue")),
            ("hand_over", gettext_lazy("Somebody takes over")),
            ("leave", gettext_lazy("It stays with the person")),
        ],
        widget=forms.RadioSelect,
    )
    successor = forms.EmailField(
        label=gettext_lazy("Who takes over"),
        required=False,
        help_text=gettext_lazy("E-mail address. What this person may not own goes back to the queue."),
    )

    def __init__(self, *args: Any, asked: bool, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"open_work": "release"})
        super().__init__(*args, **kwargs)
        if not asked:
            del self.fields["open_work"], self.fields["successor"]

    def clean_successor(self) -> User | None:
        email = self.cleaned_data["successor"].strip().lower()
        if not email or self.cleaned_data.get("open_work") != "hand_over":
            return None
        found = User.objects.active().filter(email=email).first()
        if found is None:
            raise forms.ValidationError(_("There is no active person with this address."))
        return found


class DepartmentForm(CommandForm):
    key = forms.RegexField(
        KEY,
        label=gettext_lazy("Key"),
        error_messages={"invalid": gettext_lazy("Please use small letters, digits, hyphens and underscores only.")},
        help_text=gettext_lazy("For scripts and imports; it cannot be changed later."),
    )
    name_de = forms.CharField(label=gettext_lazy("Name (German)"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=100)
    position = forms.IntegerField(
        label=gettext_lazy("Position"),
        min_value=0,
        max_value=10_000,
        initial=0,
        help_text=gettext_lazy("Order in lists."),
    )
    active = forms.BooleanField(label=gettext_lazy("Active: takes new tickets"), required=False, initial=True)
    is_default = forms.BooleanField(label=gettext_lazy("Default: gets tickets that name no department"), required=False)
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Working hours"),
        queryset=Calendar.objects.all(),
        required=False,
        empty_label=gettext_lazy("The default calendar"),
    )


class DomainForm(CommandForm):
    domain = forms.CharField(
        label=gettext_lazy("E-mail domain"),
        max_length=190,
        widget=forms.TextInput(attrs={"placeholder": "example.com", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[choice for choice in User.Role.choices if choice[0] != User.Role.ADMIN]
    )
    departments = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Departments"),
        queryset=Department.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, actor: Actor, row: ApprovedDomain | None = None, **kwargs: Any) -> None:
        if row:
            kwargs["initial"] = {"domain": row.domain, "role": row.role, "departments": row.departments.all()}
        super().__init__(*args, **kwargs)
        self.fields["departments"].queryset = Department.objects.visible_to(actor)  # type: ignore[attr-defined]


def time_zone_choices(current: str = "") -> list[tuple[str, Any]]:
    """The zones people know, by region; '' is the installation's own. `current` is offered even when it is none."""
    own = _("As the help desk (%(zone)s)") % {"zone": settings.TIME_ZONE}
    regions = time_zones_by_region()
    offered = {"", "UTC", *(name for zones in regions.values() for name, _city in zones)}
    return [("", own), *regions.items(), ("UTC", "UTC"), *([] if current in offered else [(current, current)])]


@cache
def time_zones_by_region() -> dict[str, list[tuple[str, str]]]:
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        region, slash, city = name.partition("/")
        if slash and region in REGIONS:
            regions.setdefault(region, []).append((name, city.replace("_", " ").replace("/", ", ")))
    return regions
