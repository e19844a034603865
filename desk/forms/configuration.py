"""Forms of the administration's pages about tickets. They carry what was typed; the commands decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from accounts.models import Department
from desk.models import Priority, RequestType, Status, Tag, TicketTemplate
from flowtic.core.plain_text import KEY

LONGEST_KEY = 40


def _key_field() -> forms.RegexField:
    return forms.RegexField(
        KEY, label=_("Key"), max_length=LONGEST_KEY, help_text=_("Used by the API; it cannot be changed later.")
    )


class StatusForm(CommandForm):
    """A new status (with a key), or the names, look, category and place of an existing one."""

    name_de = forms.CharField(label=_("Name (German)"), max_length=100)
    name_en = forms.CharField(label=_("Name (English)"), max_length=100)
    category = forms.ChoiceField(
        label=_("Category"),
        choices=Status.Category.choices,
        help_text=_("Decides how Flowtic treats the ticket: whether it is open, whether promised times run."),
    )
    kind = forms.ChoiceField(label=_("Look"), choices=Status.Kind.choices, help_text=_("Sign and colour."))
    key = _key_field()

    def __init__(self, data: Any = None, *, status: Status | None = None) -> None:
        names = ("name_de", "name_en", "category", "kind")
        initial = {name: getattr(status, name) for name in names} if status else {}
        super().__init__(data, initial=initial)
        if status is not None:
            del self.fields["key"]


class RetirementForm(CommandForm):
    """The successor of a status that is switched off while tickets are in it."""

    successor = forms.ModelChoiceField(
        label=_("Tickets go on in"), queryset=Status.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, status: Status, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Status.objects.filter(active=True, category=status.category).exclude(pk=status.pk)
        self.fields["successor"].queryset = rows  # type: ignore[attr-defined]


class PriorityForm(CommandForm):
    """Names and colour of one of the four priorities."""

    COLORS = [
        ("", _("as its rank says")), ("grey", _("Grey")), ("blue", _("Blue")), ("green", _("Green")),
        ("amber", _("Amber")), ("red", _("Red")),
    ]  # fmt: skip

    name_de = forms.CharField(label=_("Name (German)"), max_length=100)
    name_en = forms.CharField(label=_("Name (English)"), max_length=100)
    color = forms.ChoiceField(label=_("Colour"), choices=COLORS, required=False)

    def __init__(self, priority: Priority, data: Any = None) -> None:
        self.priority = priority
        initial = {name: getattr(priority, name) for name in ("name_de", "name_en", "color")}
        super().__init__(data, prefix=priority.key, initial=initial)
        known = [key for key, _label in self.COLORS]
        if priority.color not in known:  # set through the API or the data administration
            self.fields["color"].choices = [*self.COLORS, (priority.color, priority.color)]  # type: ignore[attr-defined]


class TagForm(CommandForm):
    name = forms.CharField(label=_("New name"), max_length=60)


class MergeTagForm(CommandForm):
    into = forms.CharField(label=_("Merge into"), max_length=60, help_text=_("The tag that stays."))

    def clean_into(self) -> Tag:
        name = " ".join(self.cleaned_data["into"].split()).lower()
        found = Tag.objects.filter(name=name).first()
        if found is None:
            raise forms.ValidationError(_("There is no tag with this name."))
        return found


class TemplateForm(CommandForm):
    """A ticket template: what a new ticket begins with."""

    name_de = forms.CharField(label=_("Name (German)"), max_length=100)
    name_en = forms.CharField(label=_("Name (English)"), max_length=100)
    key = _key_field()
    department = forms.ModelChoiceField(
        label=_("For"), queryset=Department.objects.none(), required=False, empty_label=_("Everybody who works tickets")
    )
    request_type = forms.ModelChoiceField(
        label=_("Request type"), queryset=RequestType.objects.none(), required=False, empty_label="–"
    )
    subject = forms.CharField(label=_("Subject"), max_length=255, required=False)
    description = forms.CharField(
        label=_("Description"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    priority = forms.ModelChoiceField(
        label=_("Priority"), queryset=Priority.objects.none(), required=False, empty_label="–"
    )
    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("Separate them with commas."))
    active = forms.BooleanField(label=_("Offered for new tickets"), required=False, initial=True)

    def __init__(self, data: Any = None, *, template: TicketTemplate | None = None) -> None:
        super().__init__(data, initial=_shown(template) if template else {})
        rows: dict[str, Any] = {
            "department": Department.objects.filter(active=True),
            "request_type": RequestType.objects.filter(active=True),
            "priority": Priority.objects.all(),
        }
        for name, queryset in rows.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        if template is not None:
            del self.fields["key"]

    def for_command(self) -> dict[str, Any]:
        return {**self.cleaned_data, "tags": self.cleaned_data["tags"].split(",")}


def _shown(template: TicketTemplate) -> dict[str, Any]:
    names = ("name_de", "name_en", "department", "request_type", "subject", "description", "priority", "active")
    return {**{name: getattr(template, name) for name in names}, "tags": ", ".join(template.tags)}
