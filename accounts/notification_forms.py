"""The table of what one wants to hear of: a line per kind, a column per channel; in general and per department."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from accounts.models import Department, NotificationSettings
from accounts.notify import Channel, kinds_for, wish
from flowtic.core.actor import Actor

GENERAL = "all"


@dataclass(frozen=True)
class Line:
    label: Any
    in_app: forms.BoundField
    mail: forms.BoundField


@dataclass(frozen=True)
class Place:
    """The general table, or that of a department."""

    key: str
    name: str
    lines: list[Line]
    remove: forms.BoundField | None


class SettingsForm(CommandForm):
    quiet_from = forms.TimeField(label=_("from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_until = forms.TimeField(label=_("until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, actor: Actor, data: Mapping[str, Any] | None = None) -> None:
        row = NotificationSettings.objects.filter(pk=actor.user.pk).first()
        self.row = row or NotificationSettings(person=actor.user)
        self.kinds = kinds_for(actor.user)
        self.names = {one.key: one.name for one in Department.objects.active()} if actor.can_work else {}
        at = {name: value and value.strftime("%H:%M") for name, value in _quiet(self.row).items()}
        super().__init__(data, initial=at)
        self.chosen: list[str] = []
        posted = set(data.getlist("place")) if data is not None and hasattr(data, "getlist") else set()
        for key in [GENERAL, *(key for key in self.names if key in self.row.departments or key in posted)]:
            self._add(key)

    def add_place(self, key: str) -> None:
        """Also shows a table for that department, filled with what holds there now."""
        if key in self.names and key not in self.chosen:
            self._add(key)

    @property
    def places(self) -> list[Place]:
        return [self._place(key) for key in self.chosen]

    @property
    def free_departments(self) -> list[tuple[str, str]]:
        """Departments without rules of their own."""
        return [(key, name) for key, name in self.names.items() if key not in self.chosen]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("quiet_from")) != bool(data.get("quiet_until")) and not self.errors:
            self.add_error("quiet_until", _("Please give both times, or none."))
        return data

    def values(self) -> dict[str, Any]:
        """What the command takes. Choices that everybody has are not kept: they follow when those change."""
        data = self.cleaned_data
        kept = [key for key in self.chosen[1:] if not data.get(f"{key}-remove")]
        both = (data["quiet_from"], data["quiet_until"])
        return {
            "choices": {
                key: given
                for key, given in self._choices(GENERAL).items()
                if given != _plain(wish(None, next(one for one in self.kinds if one.key == key)))
            },
            "departments": {key: self._choices(key) for key in kept},
            "quiet": both if all(both) else None,
        }

    def _choices(self, place: str) -> dict[str, dict[str, Any]]:
        data = self.cleaned_data
        return {
            one.key: {"in_app": data[f"{place}-{one.key}-app"], "mail": data[f"{place}-{one.key}-mail"]}
            for one in self.kinds
        }

    def _add(self, place: str) -> None:
        self.chosen.append(place)
        for one in self.kinds:
            now = wish(self.row, one, "" if place == GENERAL else place)
            self.fields[f"{place}-{one.key}-app"] = forms.BooleanField(required=False, initial=now.in_app)
            self.fields[f"{place}-{one.key}-mail"] = forms.ChoiceField(choices=Channel.choices, initial=now.mail)
        if place != GENERAL:
            self.fields[f"{place}-remove"] = forms.BooleanField(required=False)

    def _place(self, key: str) -> Place:
        lines = [Line(one.label, self[f"{key}-{one.key}-app"], self[f"{key}-{one.key}-mail"]) for one in self.kinds]
        return Place(key, self.names.get(key, ""), lines, None if key == GENERAL else self[f"{key}-remove"])


def _plain(found: Any) -> dict[str, Any]:
    return {"in_app": found.in_app, "mail": found.mail}


def _quiet(row: NotificationSettings) -> dict[str, Any]:
    return {"quiet_from": row.quiet_from, "quiet_until": row.quiet_until}
