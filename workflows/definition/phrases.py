"""The phrases that sentences about steps are made of: who, until when, how many, where to; in the reader's language."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from flowtic.core import durations, localised
from flowtic.core.conditions import FieldInfo
from workflows.definition import format as f
from workflows.definition.format import Definition, Step, Target
from workflows.definition.known import Known

Infos = Mapping[str, FieldInfo]


_WAYS = {
    f.APPROVE: gettext_noop("approved"),
    f.REJECT: gettext_noop("rejected"),
    f.OTHERWISE: gettext_noop("otherwise"),
    f.ERROR: gettext_noop("on error"),
    f.TIMEOUT: gettext_noop("time-out"),
    "due": gettext_noop("overdue"),
}


class Names(Protocol):
    """Names for keys, as the desk knows them; '' leaves the key."""

    def department(self, key: str) -> str: ...

    def person(self, email: str) -> str: ...

    def skill(self, key: str) -> str: ...


class Keys:
    """Knows no names: every key stands for itself."""

    def department(self, key: str) -> str:
        return key

    def person(self, email: str) -> str:
        return email

    def skill(self, key: str) -> str:
        return key


def due_words(due: Mapping[str, Any], tell: "Telling | None" = None) -> str:
    """Says "within 2 days of working time, then it is escalated"; '' without a deadline."""
    if not due.get("within"):
        return ""
    span = durations.words(due["within"])
    business = due.get("clock", "business") == "business"
    said = _("within %(span)s of working time") % {"span": span} if business else _("within %(span)s") % {"span": span}
    then = due.get("then")
    if then == f.ESCALATE:
        return _("%(due)s, then it is escalated") % {"due": said}
    if then:
        return _("%(due)s, then it goes on with “%(step)s”") % {"due": said, "step": tell.step(then) if tell else then}
    return said


def owner_words(owner: Mapping[str, Any], names: Names | None = None, infos: Infos | None = None) -> str:
    """Who does a step, as a part of a sentence."""
    tell = Telling(f.parse({}), names or Keys())
    return tell.owner(owner, infos)


def target_words(target: Target) -> str:
    """The label of a way out: what was chosen or what happened; '' when there is only one."""
    label = localised.text(target.label)
    word = _WAYS.get(target.role)
    return label or (_(word) if word else "")


def quorum_words(step: Step) -> str:
    """How many approvals are needed."""
    number = len(step.spec.get("approvers") or [])
    quorum = step.spec.get("quorum", f.ALL)
    if isinstance(quorum, int) and quorum < number:
        return _("%(quorum)d of %(n)d approve") % {"quorum": quorum, "n": number}
    return ngettext("%(n)d approves", "all %(n)d approve", number) % {"n": number}


def join_words(wait: Any) -> str:
    if wait == f.ANY:
        return _("waits for the first branch")
    if isinstance(wait, int):
        return ngettext("waits for %(n)d branch", "waits for %(n)d branches", wait) % {"n": wait}
    return _("waits for all branches")


def wait_words(spec: Mapping[str, Any], infos: Infos | None = None) -> str:
    """What a wait step waits for."""
    if spec.get("duration"):
        span = durations.words(spec["duration"])
        if spec.get("clock") == "business":
            return _("waits %(span)s of working time") % {"span": span}
        return _("waits %(span)s") % {"span": span}
    if spec.get("until"):
        return _("waits until %(field)s") % {"field": label_of(spec["until"], infos)}
    return _("waits for the event “%(event)s”") % {"event": spec.get("event") or "–"}


def end_words(status: str) -> str:
    return {
        "resolved": _("The ticket is resolved"),
        "rejected": _("The ticket is rejected"),
    }.get(status) or _("The ticket is closed")


def host_of(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0]


def label_of(name: str, infos: Infos | None) -> str:
    info = (infos or {}).get(name)
    return (localised.text(info.label) if info else "") or name


class Telling:
    """What the sentences need to know: labels of fields, names of steps and people."""

    def __init__(self, definition: Definition, names: Names) -> None:
        self.definition, self.names = definition, names
        self._infos: Infos | None = None

    @property
    def infos(self) -> Infos:
        if self._infos is None:
            self._infos = Known(self.definition).infos
        return self._infos

    def step(self, key: Any) -> str:
        found = self.definition.steps.get(key) if isinstance(key, str) else None
        return (localised.text(found.name) if found else "") or str(key or "–")

    def department(self, key: str) -> str:
        return self.names.department(key) or key

    def field(self, name: str, infos: Infos | None = None) -> str:
        if name == "requester":
            return _("the requester")
        if name == "requester.manager":
            return _("the requester’s manager")
        if name == "assignee":
            return _("the ticket’s assignee")
        return _("who stands in “%(field)s”") % {"field": label_of(name, infos)}

    def owner(self, owner: Mapping[str, Any], infos: Infos | None = None) -> str:
        strategy = owner.get("strategy") or ""
        key = owner.get("department") or ""
        where = self.department(key) if key else _("the ticket’s department")
        if strategy == "person":
            return self.names.person(owner.get("person") or "") or owner.get("person") or "–"
        if strategy == "role":
            return role_words(owner.get("role") or "")
        if strategy == "field":
            return self.field(owner.get("field") or "–", infos)
        if strategy == "skill":
            skill = self.names.skill(owner.get("skill") or "") or owner.get("skill") or "–"
            level = owner.get("level")
            skill = _("%(skill)s from level %(level)d") % {"skill": skill, "level": level} if level else skill
            return _("who knows %(skill)s in %(department)s") % {"skill": skill, "department": where}
        sentence = {
            "dispatcher": _("whoever a dispatcher of %(department)s chooses"),
            "round_robin": _("whose turn it is in %(department)s"),
            "least_loaded": _("whoever has least to do in %(department)s"),
        }.get(strategy) or _("whoever takes it from the queue of %(department)s")
        return sentence % {"department": where}

    def approver(self, approver: Mapping[str, Any]) -> str:
        label = localised.text(approver.get("label"))
        if label:
            return label
        if approver.get("department"):
            return self.department(approver["department"])
        for word in ("person", "role", "field"):
            if approver.get(word):
                return self.owner({"strategy": word, **approver})
        return "–"

    def receiver(self, receiver: Any) -> str:
        if isinstance(receiver, dict):
            return self.approver(receiver)
        return self.field(receiver) if isinstance(receiver, str) else "–"


def short_owner(owner: Mapping[str, Any], names: Names, infos: Infos | None = None) -> str:
    """Who does a step in a few words, for places where many steps are listed."""
    tell, strategy, key = Telling(f.parse({}), names), owner.get("strategy") or "", owner.get("department") or ""
    if strategy in ("person", "role", "field"):
        return tell.owner(owner, infos)
    if strategy == "skill":
        return names.skill(owner.get("skill") or "") or owner.get("skill") or "–"
    where = tell.department(key) if key else _("Ticket’s department")
    how = {
        "dispatcher": _("dispatcher"),
        "round_robin": _("in turn"),
        "least_loaded": _("least loaded"),
    }.get(strategy) or _("queue")
    return f"{where} · {how}"


def role_words(role: str) -> str:
    return {
        "user": _("anybody"),
        "agent": _("any agent"),
        "support": _("the support team"),
        "admin": _("an administrator"),
    }.get(role) or "–"
