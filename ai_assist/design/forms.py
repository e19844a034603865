"""What shall change, and how."""

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from ai_assist.design.asking import MAX_WISH
from desk.models import RequestType
from flowtic.core.actor import Actor
from flowtic.core.policy import allows
from workflows.models import Workflow

NEW = "new"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class WishForm(CommandForm):
    """`target`: new, workflow:<key> or form:<key>."""

    target = forms.ChoiceField(label=_("What shall change?"))
    name = forms.CharField(label=_("Name of the new workflow"), max_length=100, required=False)
    wish = forms.CharField(
        label=_("Describe it"),
        max_length=MAX_WISH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("For example: before the order an approval by the manager, above 500 euros also by finance."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workflows = {row.key: row for row in Workflow.objects.edited_by(actor).order_by("key")}
        types = RequestType.objects.filter(active=True).filter(
            Q() if actor.is_admin else Q(department__in=actor.lead_department_ids)
        )
        self.types = {row.key: row for row in types if allows(actor, "form.edit", row)}
        choices: list[tuple[Any, Any]] = [(NEW, _("A new workflow"))] if allows(actor, "workflow.configure") else []
        if self.workflows:
            choices.append((_("Workflows"), [(f"workflow:{key}", row.name) for key, row in self.workflows.items()]))
        if self.types:
            choices.append((_("Forms"), [(f"form:{key}", row.name) for key, row in self.types.items()]))
        self.fields["target"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("target") == NEW and not (data.get("name") or "").strip():
            self.add_error("name", _("A new workflow needs a name."))
        return data

    @property
    def targets(self) -> set[str]:
        """Values of what may be chosen."""
        return {f"workflow:{key}" for key in self.workflows} | {f"form:{key}" for key in self.types}

    @property
    def chosen(self) -> Workflow | RequestType | None:
        """The row to be changed; None for a new workflow."""
        kind, _colon, key = self.cleaned_data["target"].partition(":")
        return self.workflows.get(key) if kind == "workflow" else self.types.get(key)


def free_key(name: str) -> str:
    """A key for a workflow of that name that no other one has."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower().translate(_UMLAUTS)).strip("_")[:34]
    base = plain if plain[:1].isalpha() else f"workflow_{plain}".strip("_")
    taken = set(Workflow.objects.filter(key__startswith=base).values_list("key", flat=True))
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key
