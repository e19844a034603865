"""The form of a saved view: name, colour, icon, who has it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from desk.commands import save_view
from desk.commands.views import MAX_NAME, MAX_QUERY
from desk.models import SavedView
from flowtic.core.actor import Actor

ICONS = ("", "star", "flag", "clock", "alert", "bolt", "building", "users", "inbox", "tag", "shield-check", "eye")


class ViewForm(forms.Form):
    """`actor` decides with whom a view may be shared."""

    name_de = forms.CharField(
        label=_("Name"), max_length=MAX_NAME, error_messages={"required": _("Please enter a name.")}
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=MAX_NAME, required=False)
    colour = forms.ChoiceField(label=_("Colour"), choices=SavedView.Colour.choices)
    share = forms.ChoiceField(label=_("For whom"))
    query = forms.CharField(required=False, max_length=MAX_QUERY, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, view: SavedView | None = None, **kwargs: Any) -> None:
        initial = {**(_initial(view) if view else {"colour": "grey", "share": "own"}), **kwargs.pop("initial", {})}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.actor, self.view = actor, view
        shares: list[tuple[str, Any]] = [("own", _("Only me"))]
        departments = Department.objects.active()
        if not actor.is_support:
            departments = departments.filter(pk__in=actor.lead_department_ids)
        self.departments = {f"d{row.pk}": row for row in departments}
        shares += [(key, row.name) for key, row in self.departments.items()]
        if actor.is_support:
            shares.append(("everybody", _("Everybody who works tickets")))
        share: Any = self.fields["share"]
        share.choices = shares

    def apply(self) -> SavedView:
        """Calls the command; raises its refusals."""
        values = dict(self.cleaned_data)
        share = values.pop("share")
        values["name_en"] = values["name_en"] or values["name_de"]
        department = self.departments.get(share)
        return save_view(
            self.actor, self.view, share="department" if department else share, department=department, **values
        )


def _initial(view: SavedView) -> dict[str, Any]:
    share = "everybody" if view.everybody else (f"d{view.department_id}" if view.department_id else "own")
    english = view.name_en if view.name_en != view.name_de else ""
    return {"name_de": view.name_de, "name_en": english, "colour": view.colour, "share": share, "query": view.query}
