"""The rules by which promises are made, written by admins."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from desk import events
from desk.models import Priority, Promise, SlaPolicy
from desk.sla_fields import policy_fields
from flowtic.core import conditions
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

FIELDS = ("key", "name_de", "name_en", "position", "active", "condition", "calendar", "targets")


@command
def save_sla_policy(actor: Actor, policy: SlaPolicy | None, **values: Any) -> SlaPolicy:
    """Creates (None) or changes a rule; a job then brings the due dates of all open tickets in line."""
    require(actor, "desk.configure", policy)
    row = SlaPolicy() if policy is None else SlaPolicy.objects.select_for_update().get(pk=policy.pk)
    if policy is not None and values.get("key", row.key) != row.key:
        raise Invalid(fields={"key": _("The key of a rule is fixed.")})
    if unknown := set(values) - set(FIELDS):
        raise Invalid(fields=dict.fromkeys(unknown, _("Unknown field.")))
    if "condition" in values:
        values["condition"] = values["condition"] or {}
        _check_condition(values["condition"])
    if "targets" in values:
        values["targets"] = _clean_targets(values["targets"])
    changes = [
        change(name, None if policy is None else _plain(getattr(row, name)), _plain(new))
        for name, new in values.items()
        if policy is None or getattr(row, name) != new
    ]
    if not changes:
        return row
    for name, new in values.items():
        setattr(row, name, new)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    row.save()
    record(actor, events.CONFIG_CHANGED, row, changes=changes, data={"created": policy is None})
    return row


@command
def remove_sla_policy(actor: Actor, policy: SlaPolicy) -> None:
    """Deletes a rule under which nothing was ever promised; others are switched off."""
    require(actor, "desk.configure", policy)
    if Promise.objects.filter(policy=policy).exists():
        raise Conflict(_("Promises were made under this rule; switch it off instead."))
    record(actor, events.CONFIG_CHANGED, policy, data={"removed": str(policy)})
    policy.delete()


@command
def order_sla_policies(actor: Actor, policies: list[SlaPolicy]) -> list[SlaPolicy]:
    """The order in which the rules are tried: as in the list; those that it leaves out follow."""
    require(actor, "desk.configure")
    rest = SlaPolicy.objects.exclude(pk__in=[row.pk for row in policies])
    before = list(SlaPolicy.objects.values_list("key", flat=True))
    found = [*policies, *rest]
    for position, row in enumerate(found):
        SlaPolicy.objects.filter(pk=row.pk).update(position=position)
    after = [row.key for row in found]
    if before != after:
        record(actor, events.CONFIG_CHANGED, found[0], changes=[change("order", before, after)])
    return found


def _check_condition(condition: Any) -> None:
    problems = conditions.check(condition, policy_fields())
    if problems:
        texts = [f"{problem.path}: {problem.message}" if problem.path else problem.message for problem in problems]
        raise Invalid(texts[0], fields={"condition": texts})


def _clean_targets(targets: Any) -> dict[str, dict[str, str]]:
    """Without the empty ones; Invalid for a priority that does not exist. The model checks the rest."""
    if not isinstance(targets, dict) or not all(isinstance(row, dict) for row in targets.values()):
        raise Invalid(fields={"targets": _("Give one target for each priority.")})
    known = set(Priority.objects.values_list("key", flat=True))
    unknown = {key for row in targets.values() for key in row} - known
    if unknown:
        names = ", ".join(sorted(map(str, unknown)))
        raise Invalid(fields={"targets": _("There is no priority %(names)s.") % {"names": names}})
    cleaned = {kind: {key: text for key, text in row.items() if text} for kind, row in targets.items()}
    found = {kind: row for kind, row in cleaned.items() if row}
    if not found:
        raise Invalid(fields={"targets": _("Give at least one target.")})
    return found


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value
