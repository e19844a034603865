"""What can be done to many tickets at once: the acts of macros, a whole macro, and merging into one ticket."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.acts import ACTS, SAME, Act, Verdict, loaded, refused
from desk.commands import merge_ticket
from desk.commands.macros import macro_named, run_steps, steps_of, verdicts
from desk.models import BulkRun, Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid
from flowtic.core.policy import allows

BATCH = 500
NAMED = 100  # rows that a preview lists by name; the rest is counted


class MergeInto(Act):
    """Closes the ticket and reads it together with another one."""

    key, label, action = "merge", gettext_lazy("Merge"), "ticket.merge"

    def clean(self, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and Ticket.objects.filter(pk=value).exists():
            return value
        raise Invalid(fields={"merge": _("There is no ticket with this number.")})

    def thing(self, actor: Actor, value: Any) -> Ticket:
        found = Ticket.objects.visible_to(actor).select_related("department").filter(pk=value).first()
        if found is None:
            raise Invalid(fields={"merge": _("There is no ticket with this number.")})
        return found

    def said(self, thing: Any) -> str:
        return thing.number

    def verdict(self, actor: Actor, ticket: Ticket, thing: Any) -> Verdict:
        if ticket.pk == thing.pk:
            return refused(_("the others are merged into it"))
        if ticket.merged_into_id == thing.pk:
            return SAME
        return super().verdict(actor, ticket, thing)

    def is_so(self, actor: Actor, ticket: Ticket, thing: Any) -> bool:
        return ticket.merged_into_id == thing.pk

    def objection(self, actor: Actor, ticket: Ticket, thing: Any) -> str:
        if not allows(actor, "ticket.merge", thing):
            return _("no right")
        return _("merged into another ticket") if thing.merged_into_id else ""

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        return merge_ticket(actor, ticket, into=thing)


class RunMacro(Act):
    """All steps of a macro, or none where one of them is not possible."""

    key, label, action = "macro", gettext_lazy("Macro"), "ticket.edit"

    def clean(self, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise Invalid(fields={"macro": _("This macro does not exist.")})

    def thing(self, actor: Actor, value: Any) -> Any:
        macro = macro_named(actor, self.clean(value))
        return macro, steps_of(actor, macro)

    def said(self, thing: Any) -> str:
        return thing[0].name

    def verdict(self, actor: Actor, ticket: Ticket, thing: Any) -> Verdict:
        found = verdicts(actor, ticket, thing[1])
        objection = next((one.reason for _act, one in found if one.kind == "refused"), "")
        if objection:
            return refused(objection)
        return Verdict("change") if any(one.kind == "change" for _act, one in found) else SAME

    def is_so(self, actor: Actor, ticket: Ticket, thing: Any) -> bool:
        return self.verdict(actor, ticket, thing).kind == "same"

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        return run_steps(actor, ticket, *thing)


BULK_ACTS: dict[str, Act] = {**ACTS, "merge": MergeInto(), "macro": RunMacro()}


def act_of(step: Any) -> Act:
    """Raises Invalid for what is no act."""
    found = BULK_ACTS.get(str(step.get("do"))) if isinstance(step, dict) else None
    if found is None:
        raise Invalid(_("This cannot be done to several tickets."))
    return found


@dataclass
class Effect:
    """What a run would do: how many tickets change, are so already, or are refused and why."""

    kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    # (ticket, verdict), the first ones of each kind
    named: list[tuple[Ticket, Verdict]] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return self.kinds["change"]

    @property
    def same(self) -> int:
        return self.kinds["same"]

    @property
    def refused(self) -> int:
        return self.kinds["refused"]

    @property
    def why(self) -> list[tuple[str, int]]:
        return self.reasons.most_common()


def effect_of(actor: Actor, run: BulkRun) -> Effect:
    """Looks at every row that waits: policy and present value, nothing is written."""
    act = act_of(run.act)
    thing, found = act.thing(actor, run.act["value"]), Effect()
    for ticket in _tickets(
        actor, list(run.rows.filter(state="pending").order_by("pk").values_list("ticket", flat=True))
    ):
        verdict = act.verdict(actor, ticket, thing)
        found.kinds[verdict.kind] += 1
        if verdict.kind == "refused":
            found.reasons[verdict.reason] += 1
        if len(found.named) < NAMED:
            found.named.append((ticket, verdict))
    return found


def _tickets(actor: Actor, ids: Sequence[int]) -> Iterator[Ticket]:
    for start in range(0, len(ids), BATCH):
        yield from loaded(actor, ids[start : start + BATCH])
