"""Actions that set what a ticket says of itself: through the acts that macros use, and fields of forms."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department
from desk import acts, custom_fields
from desk.commands import change_fields
from desk.formschema import fields_of
from desk.formschema.pages import kind_of
from desk.models import ChecklistTemplate, Priority, RequestType, Status
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid
from workflows.automation.actions.base import DONE, SAME, Action, Doing, Param, clean_choice, clean_line

NOBODY = Actor.system("automation")


def _rows(model: Any, **which: Any) -> Any:
    return lambda: [(row.key, row.name) for row in model.objects.filter(**which)]


class ActAction(Action):
    """One of desk.acts under another roof; the machine may pass every transition, guards still object."""

    def __init__(self, act: acts.Act, icon: str, words: Any, param: Param) -> None:
        self.act, self.icon, self.pattern = act, icon, words
        self.key, self.label, self.params = act.key, act.label, (param,)

    def clean(self, spec: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"value": self.act.clean(spec.get("value"))}
        except Invalid as error:
            texts = next(iter(error.fields.values()), [error.message])
            raise Invalid(fields={"value": texts}) from error

    def words(self, spec: dict[str, Any]) -> str:
        value = spec.get("value")
        try:
            said = self.act.said(
                self.act.clean(value) if isinstance(self.act, acts.AddTags | acts.RemoveTags) else self._thing(value)
            )
        except Invalid:
            said = _("(not there any more)") if value else "…"
        return str(self.pattern) % {"value": said}

    def _thing(self, value: Any) -> Any:
        return self.act.thing(NOBODY, value)

    def run(self, doing: Doing, spec: dict[str, Any]) -> str:
        thing = self.act.thing(doing.actor, spec.get("value"))
        if self.act.is_so(doing.actor, doing.ticket, thing):
            return SAME
        self.act.run(doing.actor, doing.ticket, thing)
        return DONE


class SetRequestType(Action):
    key, label, icon = "request_type", gettext_lazy("Request type"), "form"
    params = (Param("value", gettext_lazy("Request type"), "select", _rows(RequestType, active=True)),)

    def clean(self, spec: dict[str, Any]) -> dict[str, Any]:
        return {"value": clean_choice(spec, "value", (key for key, _name in _rows(RequestType, active=True)()))}

    def words(self, spec: dict[str, Any]) -> str:
        row = RequestType.objects.filter(key=spec.get("value")).first()
        return _("set the request type to %(value)s") % {"value": row.name if row else _("(not there any more)")}

    def run(self, doing: Doing, spec: dict[str, Any]) -> str:
        row = RequestType.objects.filter(key=spec.get("value")).first()
        if row is None:
            raise Invalid(_("This request type does not exist any more."))
        if doing.ticket.request_type_id == row.pk:
            return SAME
        change_fields(doing.actor, doing.ticket, request_type=row)
        return DONE


class SetField(Action):
    """A field of the ticket's form; tickets whose form has none of that name stay as they are."""

    key, label, icon = "field", gettext_lazy("Field of the form"), "form"
    params = (
        Param("field", gettext_lazy("Field"), "select", lambda: form_fields().items()),
        Param("value", gettext_lazy("Value"), required=False, help=gettext_lazy("Empty: the answer is taken away.")),
    )

    def clean(self, spec: dict[str, Any]) -> dict[str, Any]:
        field = clean_choice(spec, "field", form_fields())
        value = spec.get("value")
        if isinstance(value, str) or value is None:
            return {"field": field, "value": clean_line(spec, "value", required=False, longest=2000)}
        if isinstance(value, bool | int | float):
            return {"field": field, "value": value}
        raise Invalid(fields={"value": _("Please enter a text.")})

    def words(self, spec: dict[str, Any]) -> str:
        label = form_fields().get(str(spec.get("field")), str(spec.get("field")))
        if spec.get("value") in ("", None):
            return _("empty the field %(field)s") % {"field": label}
        return _("set the field %(field)s to %(value)s") % {"field": label, "value": spec["value"]}

    def run(self, doing: Doing, spec: dict[str, Any]) -> str:
        ticket, field = doing.ticket, spec["field"]
        known = {one["key"]: one for one in fields_of(custom_fields.schema_of(ticket))}
        if field not in known:
            return SAME
        value = spec.get("value")
        if kind_of(known[field]) == "yes_no" and isinstance(value, str):
            value = {"true": True, "yes": True, "ja": True, "false": False, "no": False, "nein": False}.get(
                value.casefold(), value
            )
        before = ticket.version
        after = change_fields(doing.actor, ticket, fields={field: None if value == "" else value})
        return SAME if after.version == before else DONE


def form_fields() -> dict[str, str]:
    """Every field of every request type's form that holds a plain value: key -> label."""
    found: dict[str, str] = {}
    for kind in RequestType.objects.filter(active=True):
        for spec in fields_of(kind.schema):
            if kind_of(spec) not in ("heading", "file", "money", "multi_choice"):
                found.setdefault(spec["key"], localised.text(spec.get("label")) or spec["key"])
    return found


def _acts() -> list[Action]:
    value = gettext_lazy("Value")
    found = acts.ACTS
    return [
        ActAction(
            found["status"], "flow", gettext_lazy("set the status to %(value)s"),
            Param("value", value, "select", _rows(Status, active=True)),
        ),
        ActAction(
            found["priority"], "chevron-up", gettext_lazy("set the priority to %(value)s"),
            Param("value", value, "select", _rows(Priority)),
        ),
        ActAction(
            found["department"], "building", gettext_lazy("move the ticket to %(value)s"),
            Param("value", value, "select", _rows(Department, active=True)),
        ),
        ActAction(
            found["add_tags"], "tag", gettext_lazy("add the tags %(value)s"),
            Param("value", gettext_lazy("Tags"), "tags", help=gettext_lazy("Separated by commas.")),
        ),
        ActAction(
            found["remove_tags"], "tag", gettext_lazy("remove the tags %(value)s"),
            Param("value", gettext_lazy("Tags"), "tags", help=gettext_lazy("Separated by commas.")),
        ),
        ActAction(
            found["checklist"], "check", gettext_lazy("add the checklist %(value)s"),
            Param("value", gettext_lazy("Checklist"), "select", lambda: [
                (str(row.pk), str(row)) for row in ChecklistTemplate.objects.filter(active=True)
            ]),
        ),
    ]  # fmt: skip


FIELD_ACTIONS: list[Action] = [*_acts(), SetRequestType(), SetField()]
