"""What the bar of the list and the page of a run send: which tickets, which act, which value."""

from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department, User
from desk.bulk_acts import BULK_ACTS, act_of
from desk.canned_texts import NAMES
from desk.models import Macro, Priority, Status, Ticket
from desk.people_search import meant
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid

MAX_ID = 2**62
PEOPLE = 100
# Acts whose value is typed, not chosen from a menu.
TYPED = ("note", "reply", "add_tags", "remove_tags", "merge", "assignee")


def given_ids(post: QueryDict) -> tuple[list[int], int]:
    """Ids from the boxes and from one long field, and how many of the texts are none."""
    texts = [text for text in (*post.getlist("ticket"), *post.get("ids", "").split(",")) if text.strip()]
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_ID]
    return ids, len(texts) - len(ids)


def read_step(actor: Actor, step: str, typed: str | None) -> dict[str, Any]:
    """ "status=closed" as a step; {} for '', without a value where that is still to be typed. Raises Invalid."""
    do, _equals, value = step.partition("=")
    if not do:
        return {}
    act = act_of({"do": do})
    text = typed if typed is not None and do in TYPED else value
    if do in TYPED and not text.strip() and typed is None:
        return {"do": do, "value": ""}
    return {"do": do, "value": act.clean(_meant(actor, do, text))}


def asks(act: dict[str, Any]) -> bool:
    """Whether the value is still to be typed."""
    return act.get("do") in TYPED and act.get("value") in ("", None)


def _meant(actor: Actor, do: str, text: str) -> Any:
    """People and tickets as they are typed."""
    if do == "assignee" and text not in ("me", "none") and not text.isdigit():
        person = meant(actor, text, among=User.WORKING_ROLES)
        if person is None:
            raise Invalid(fields={do: _("No person has this name or address.")})
        return str(person.pk)
    if do == "merge":
        number = text.strip().rstrip("/").rpartition("/")[2].lstrip("#")
        found = Ticket.objects.visible_to(actor).filter(number__in={number, number.upper()}).first()
        if found is None:
            raise Invalid(fields={do: _("There is no ticket with this number.")})
        return found.pk
    return int(text) if do == "macro" and text.isascii() and text.isdigit() and len(text) < 19 else text


class Choices:
    """What the menus offer."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def statuses(self) -> list[Status]:
        return list(Status.objects.filter(active=True))

    @cached_property
    def priorities(self) -> list[Priority]:
        return list(Priority.objects.order_by("-rank"))

    @cached_property
    def departments(self) -> list[Department]:
        return list(Department.objects.active().visible_to(self.actor))

    @cached_property
    def people(self) -> list[User]:
        """Who works where the actor works."""
        rows = User.objects.workers()
        if not self.actor.works_in_every_department:
            rows = rows.filter(memberships__department__in=self.actor.department_ids).distinct()
        return list(rows.exclude(pk=self.actor.user.pk).order_by("name", "pk")[:PEOPLE])

    @cached_property
    def macros(self) -> list[Macro]:
        return list(Macro.objects.usable_by(self.actor))


class ValueForm(forms.Form):
    """The one value that an act still needs."""

    value = forms.CharField(required=False, strip=False)

    LABELS = {
        "note": gettext_lazy("Internal note"),
        "reply": gettext_lazy("Reply to all requesters"),
        "add_tags": gettext_lazy("Tags to add, separated by commas"),
        "remove_tags": gettext_lazy("Tags to remove, separated by commas"),
        "merge": gettext_lazy("Or another one, by its number"),
        "assignee": gettext_lazy("Assignee"),
    }

    def __init__(self, *args: Any, act: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.do = str(act.get("do", ""))
        self.fields["value"].label = str(
            self.LABELS.get(self.do) or (BULK_ACTS[self.do].label if self.do in BULK_ACTS else "")
        )
        if self.is_text:
            self.fields["value"].widget = forms.Textarea(attrs={"rows": 6})
            # Names of placeholders, as they are written.
            self.placeholders = [(f"{{{{{name}}}}}", words) for name, words in NAMES.items()]

    @property
    def is_text(self) -> bool:
        return self.do in ("note", "reply")
