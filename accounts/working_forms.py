"""Forms about working time: calendars and their own days, skills, absences, manager and most open work."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import holidays, ics
from accounts.forms import CommandForm, time_zone_choices
from accounts.models import Calendar, PersonSkill, Skill, User
from flowtic.core import working_hours
from flowtic.core.actor import Actor
from flowtic.core.plain_text import KEY

KEY_ERROR = {"invalid": gettext_lazy("Please use small letters, digits, hyphens and underscores only.")}
MOMENT = "%Y-%m-%dT%H:%M"
LEVELS = [
    ("", gettext_lazy("no")),
    ("1", gettext_lazy("1 a little")),
    ("2", gettext_lazy("2 some")),
    ("3", gettext_lazy("3 well")),
    ("4", gettext_lazy("4 very well")),
    ("5", gettext_lazy("5 expert")),
]


class HoursField(forms.CharField):
    """`09:00-12:00, 13:00-17:00` as a list of pairs."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, required=False, **options)

    def clean(self, value: Any) -> Any:
        try:
            return working_hours.parse(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error), code="hours") from None

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else working_hours.words(value)


class CalendarForm(CommandForm):
    """Seven rows of hours; everything else beside them."""

    name_de = forms.CharField(label=gettext_lazy("Name (German)"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=100)
    key = forms.RegexField(
        KEY,
        label=gettext_lazy("Key"),
        error_messages=KEY_ERROR,
        help_text=gettext_lazy("For scripts and imports; it cannot be changed later."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    holiday_region = forms.ChoiceField(label=gettext_lazy("Public holidays"), required=False)
    is_default = forms.BooleanField(
        label=gettext_lazy("Default: counts where no other calendar is chosen"), required=False
    )

    def __init__(self, *args: Any, calendar: Calendar | None, **kwargs: Any) -> None:
        names = ("name_de", "name_en", "key", "time_zone", "holiday_region", "is_default")
        kwargs["initial"] = {name: getattr(calendar, name) for name in names} if calendar else {}
        super().__init__(*args, **kwargs)
        current = calendar.time_zone if calendar else ""
        zones = [choice for choice in time_zone_choices(current) if choice[0]]
        self.fields["time_zone"].choices = [("", _("Please choose")), *zones]  # type: ignore[attr-defined]
        self.fields["holiday_region"].choices = [("", _("None")), *holidays.choices()]  # type: ignore[attr-defined]
        self.fields["key"].disabled = calendar is not None
        weekly = calendar.weekly if calendar else {}
        for number in range(7):
            hours = HoursField(label=WEEKDAYS[number], initial=weekly.get(str(number), []))
            hours.widget.attrs["placeholder"] = _("closed")
            self.fields[f"hours_{number}"] = hours

    def hours(self) -> list[Any]:
        """The seven fields, Monday first."""
        return [self[f"hours_{number}"] for number in range(7)]

    def for_command(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        weekly = {str(number): data.pop(f"hours_{number}") for number in range(7)}
        return {**data, "weekly": {day: hours for day, hours in weekly.items() if hours}}


class CalendarDayForm(CommandForm):
    aliases = {"day": "date"}
    date = forms.DateField(
        label=gettext_lazy("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)
    hours = HoursField(label=gettext_lazy("Working hours"), help_text=gettext_lazy("Empty: closed all day."))


class CalendarFileForm(CommandForm):
    """An .ics file; `cleaned_data["file"]` is what was found in it."""

    file = forms.FileField(
        label=gettext_lazy("Calendar file (.ics)"),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=gettext_lazy("Its all-day events become closed days; days that are in the list stay as they are."),
    )

    def clean_file(self) -> ics.Found:
        upload = self.cleaned_data["file"]
        if upload.size > ics.MAX_BYTES:
            raise forms.ValidationError(_("The file is too large; at most %(kb)d KB.") % {"kb": ics.MAX_BYTES // 1024})
        try:
            return ics.parse(upload.read())
        except ics.Unreadable as error:
            raise forms.ValidationError(str(error), code="ics") from None


class SkillForm(CommandForm):
    name_de = forms.CharField(label=gettext_lazy("Name (German)"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=100)
    key = forms.RegexField(KEY, label=gettext_lazy("Key"), error_messages=KEY_ERROR)
    active = forms.BooleanField(label=gettext_lazy("Active: can be given to people"), required=False, initial=True)


class WorkingForm(CommandForm):
    """What an administrator decides about a person's work."""

    manager = forms.EmailField(
        label=gettext_lazy("Manager"), required=False, help_text=gettext_lazy("E-mail address; empty for nobody.")
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Most open work"),
        min_value=0,
        max_value=1000,
        required=False,
        help_text=gettext_lazy("Nothing more is given automatically beyond it; empty for no limit."),
    )
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Working hours"),
        queryset=Calendar.objects.all(),
        required=False,
        empty_label=gettext_lazy("As the department"),
    )

    def clean_manager(self) -> User | None:
        email = self.cleaned_data["manager"].strip().lower()
        if not email:
            return None
        found = User.objects.active().filter(email=email).first()
        if found is None:
            raise forms.ValidationError(_("There is no active person with this address."))
        return found

    @staticmethod
    def of(person: User) -> dict[str, Any]:
        """What stands in the form at first."""
        manager = person.manager.email if person.manager else ""
        return {"manager": manager, "capacity": person.capacity, "calendar": person.calendar_id}


class PersonSkillsForm(CommandForm):
    """One choice of level for each skill."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = dict(PersonSkill.objects.filter(user=person).values_list("skill_id", "level"))
        # Skills that were switched off stay visible where somebody has them.
        self.skills = [row for row in Skill.objects.all() if row.active or row.pk in levels]
        for row in self.skills:
            level = levels.get(row.pk)
            self.fields[f"skill_{row.pk}"] = forms.ChoiceField(
                label=row.name, choices=LEVELS, required=False, initial=str(level or "")
            )

    def chosen(self) -> dict[Skill, int]:
        data = self.cleaned_data
        return {row: int(data[f"skill_{row.pk}"]) for row in self.skills if data.get(f"skill_{row.pk}")}


class AbsenceForm(CommandForm):
    starts_at = forms.DateTimeField(
        label=gettext_lazy("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    )
    substitute = forms.ModelChoiceField(
        label=gettext_lazy("Substitute"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
        help_text=gettext_lazy("Gets the new work meanwhile."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, person: User, **kwargs: Any) -> None:
        morning = timezone.localtime() + dt.timedelta(days=1)
        start = morning.replace(hour=0, minute=0, second=0, microsecond=0)
        kwargs["initial"] = {"starts_at": start, "ends_at": start + dt.timedelta(days=7)}
        super().__init__(*args, **kwargs)
        others = User.objects.visible_to(actor).workers().exclude(pk=person.pk).order_by("name")
        self.fields["substitute"].queryset = others  # type: ignore[attr-defined]
