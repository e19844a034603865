"""A macro as a form: one control per kind of step; the order in which they are done is that of the acts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from desk.acts import ACTS
from desk.canned_texts import NAMES
from desk.forms.conversation import RefusableForm
from desk.models import ChecklistTemplate, Macro, Priority, Status
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError

LEAVE = _("no change")
TEXTS = {"rows": 5}


class MacroForm(RefusableForm):
    name_de = forms.CharField(max_length=100, label=_("Name (German)"))
    name_en = forms.CharField(max_length=100, label=_("Name (English)"))
    audience = forms.ChoiceField(choices=Macro.Audience.choices, label=_("Who may use it"))
    department_of = forms.ModelChoiceField(Department.objects.active(), required=False, label=_("Department"))
    active = forms.BooleanField(required=False, initial=True, label=_("Offered in menus"))

    department = forms.ModelChoiceField(
        Department.objects.active(), to_field_name="key", required=False, empty_label=LEAVE, label=_("Department")
    )
    assignee = forms.ChoiceField(required=False, label=_("Assignee"))
    priority = forms.ModelChoiceField(
        Priority.objects.order_by("-rank"), to_field_name="key", required=False, empty_label=LEAVE, label=_("Priority")
    )
    add_tags = forms.CharField(required=False, max_length=1500, label=_("Add tags"))
    remove_tags = forms.CharField(required=False, max_length=1500, label=_("Remove tags"))
    watch = forms.BooleanField(required=False, label=_("Watch the ticket"))
    checklist = forms.ModelChoiceField(
        ChecklistTemplate.objects.filter(active=True), required=False, empty_label=LEAVE, label=_("Add a checklist")
    )
    note = forms.CharField(required=False, strip=False, label=_("Internal note"), widget=forms.Textarea(attrs=TEXTS))
    reply = forms.CharField(
        required=False, strip=False, label=_("Reply to the requester"), widget=forms.Textarea(attrs=TEXTS)
    )
    status = forms.ModelChoiceField(
        Status.objects.filter(active=True), to_field_name="key", required=False, empty_label=LEAVE, label=_("Status")
    )

    def __init__(self, *args: Any, actor: Actor, macro: Macro | None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(macro)
        super().__init__(*args, **kwargs)
        self.actor = actor
        # Names of placeholders, as they are written.
        self.placeholders = [(f"{{{{{name}}}}}", words) for name, words in NAMES.items()]
        people: Any = self.fields["assignee"]
        workers = [(str(person.pk), person.name) for person in User.objects.workers().order_by("name", "pk")[:500]]
        people.choices = [("", LEAVE), ("me", _("who runs it")), ("none", _("nobody")), *workers]
        where: Any = self.fields["department_of"]
        where.empty_label = "–"
        self.fields["audience"].choices = self._audiences()  # type: ignore[attr-defined]
        if not actor.is_support:
            where.queryset = Department.objects.active().filter(pk__in=actor.lead_department_ids)

    @property
    def may_share(self) -> bool:
        """Whether there is anything to choose: most agents make macros for themselves."""
        return len(self._audiences()) > 1

    def _audiences(self) -> list[tuple[str, Any]]:
        """Whom the person may make macros for."""
        own, department, everybody = Macro.Audience.choices
        if self.actor.is_support:
            return [own, department, everybody]
        return [own, department] if self.actor.lead_department_ids else [own]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("audience") == Macro.Audience.DEPARTMENT and not data.get("department_of"):
            self.add_error("department_of", _("Please choose a department."))
        if not self._steps(data):
            self.add_error(None, _("Please choose at least one step."))
        return data

    def add_refusal(self, error: CommandError) -> None:
        renamed = {"department_of" if name == "department" else name: texts for name, texts in error.fields.items()}
        error.fields = renamed
        super().add_refusal(error)

    @property
    def values(self) -> dict[str, Any]:
        """What the command takes."""
        data = self.cleaned_data
        plain = {name: data[name] for name in ("name_de", "name_en", "audience", "active")}
        return {**plain, "department": data["department_of"], "steps": self._steps(data)}

    def _steps(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        found = []
        for key in ACTS:
            value = data.get(key)
            if isinstance(value, str):
                value = value if value.strip() else None
            if value:
                plain = getattr(value, "key", None) or getattr(value, "pk", value)
                found.append({"do": key, "value": plain})
        return found


def _initial(macro: Macro | None) -> dict[str, Any]:
    if macro is None:
        return {"audience": Macro.Audience.OWN, "active": True}
    found: dict[str, Any] = {name: getattr(macro, name) for name in ("name_de", "name_en", "audience", "active")}
    found["department_of"] = macro.department_id
    for step in macro.steps:
        value = step.get("value")
        found[str(step.get("do"))] = ", ".join(value) if isinstance(value, list) else value
    return found
