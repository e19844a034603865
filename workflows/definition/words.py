"""Steps in words: what happens, who does it, until when, and where it goes on; in the reader's language."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from flowtic.core import conditions, durations, localised
from workflows.definition import format as f
from workflows.definition.format import Definition, Step
from workflows.definition.known import form_specs
from workflows.definition.phrases import (
    Infos,
    Keys,
    Names,
    Telling,
    due_words,
    end_words,
    host_of,
    join_words,
    label_of,
    quorum_words,
    short_owner,
    wait_words,
)


def step_words(step: Step, definition: Definition, names: Names | None = None, tell: Telling | None = None) -> str:
    """The whole step in one or two sentences. `tell`: made once by who says many steps of one definition."""
    said = _SAY.get(step.kind, _unknown)
    return said(step, tell or Telling(definition, names or Keys()))


def kind_words(kind: str) -> str:
    """The kind of step, as lists and headings say it."""
    return {
        f.FORM: _("Task"),
        f.APPROVAL: _("Approval"),
        f.HTTP: _("HTTP call"),
        f.EXTERNAL: _("Robot task"),
        f.DECISION: _("Condition"),
        f.SPLIT: _("In parallel"),
        f.JOIN: _("Wait for branches"),
        f.WAIT: _("Timer"),
        f.SET: _("Set fields"),
        f.NOTIFY: _("Notify"),
        f.CHILD: _("Further tickets"),
        f.CLASSIFY: _("Classify"),
        f.END: pgettext("step kind", "End"),
    }.get(kind) or _("Unknown step")


def short_words(step: Step, names: Names | None = None, infos: Infos | None = None) -> str:
    """The second line of a step in lists and in the diagram."""
    spec = step.spec
    if step.kind == f.FORM:
        return short_owner(spec.get("owner") or {}, names or Keys(), infos)
    if step.kind == f.APPROVAL:
        approvers = spec.get("approvers") or []
        return (
            Telling(f.parse({}), names or Keys()).approver(approvers[0]) if len(approvers) == 1 else quorum_words(step)
        )
    if step.kind == f.HTTP:
        return f"{spec.get('method') or 'GET'} {host_of(spec.get('url') or '')}".strip()
    short = {
        f.EXTERNAL: str(spec.get("topic") or ""),
        f.JOIN: join_words(spec.get("wait", f.ALL)),
        f.WAIT: wait_words(spec, infos),
        f.END: end_words(spec.get("status") or ""),
    }.get(step.kind)
    return short or kind_words(step.kind)


# ---- one sentence per kind --------------------------------------------------------------


def _with_due(sentence: str, step: Step, tell: Telling) -> str:
    due = due_words(step.spec.get("due") or {}, tell)
    return _("%(sentence)s Due %(due)s.") % {"sentence": sentence, "due": due} if due else sentence


def _form(step: Step, tell: Telling) -> str:
    number = len(form_specs(step))
    who = tell.owner(step.spec.get("owner") or {}, tell.infos)
    said = _("Done by: %(who)s.") % {"who": who}
    if number:
        fields = ngettext("%(n)d field is filled in.", "%(n)d fields are filled in.", number) % {"n": number}
        said = f"{said} {fields}"
    return _with_due(said, step, tell)


def _approval(step: Step, tell: Telling) -> str:
    approvers = [tell.approver(one) for one in step.spec.get("approvers") or []]
    order = _(", then ") if step.spec.get("mode") == "sequence" else ", "
    said = _("Approval by: %(who)s.") % {"who": order.join(approvers) or "–"}
    if len(approvers) > 1:
        said = _("%(sentence)s %(quorum)s.") % {"sentence": said, "quorum": _upper(quorum_words(step))}
    reject = step.spec.get("reject")
    if reject:
        said += " " + _("A rejection leads to “%(step)s”.") % {"step": tell.step(reject)}
    return _with_due(said, step, tell)


def _http(step: Step, tell: Telling) -> str:
    spec = step.spec
    said = _("Calls %(host)s (%(method)s).") % {
        "host": host_of(spec.get("url") or ""),
        "method": spec.get("method") or "GET",
    }
    if spec.get("result"):
        fields = ", ".join(label_of(name, tell.infos) for name in spec["result"])
        said += " " + _("The answer fills in: %(fields)s.") % {"fields": fields}
    times = (spec.get("retries") or {}).get("times")
    if times:
        said += " " + ngettext("%(n)d further try.", "%(n)d further tries.", times) % {"n": times}
    return said + _error_words(step, tell)


def _error_words(step: Step, tell: Telling) -> str:
    target = step.spec.get("on_error")
    return " " + _("On an error it goes on with “%(step)s”.") % {"step": tell.step(target)} if target else ""


def _external(step: Step, tell: Telling) -> str:
    said = _("A robot does the task “%(topic)s”.") % {"topic": step.spec.get("topic") or "–"}
    fallback = step.spec.get("fallback") or {}
    if fallback:
        who = tell.owner(fallback.get("owner") or {}, tell.infos)
        said += " " + _("If none does it, a person does: %(who)s.") % {"who": who}
    return _with_due(said + _error_words(step, tell), step, tell)


def _decision(step: Step, tell: Telling) -> str:
    said = [
        (_("If %(condition)s: “%(step)s”.") if branch.get("when") else _("Always: “%(step)s”."))
        % {"condition": conditions.words(branch.get("when"), tell.infos), "step": tell.step(branch.get("next"))}
        for branch in step.spec.get("branches") or []
    ]
    return " ".join([*said, _("Otherwise: “%(step)s”.") % {"step": tell.step(step.spec.get("otherwise"))}])


def _split(step: Step, tell: Telling) -> str:
    names = ", ".join(localised.quoted(tell.step(key)) for key in step.spec.get("branches") or [])
    return _("At the same time: %(steps)s.") % {"steps": names or "–"}


def _set(step: Step, tell: Telling) -> str:
    labels = {name: _ticket_field(name) for name in f.TICKET_FIELDS}
    names = [labels.get(name) or label_of(name, tell.infos) for name in step.spec.get("values") or {}]
    return _("Sets: %(fields)s.") % {"fields": ", ".join(names) or "–"}


def _ticket_field(name: str) -> str:
    return {
        "ticket.priority": _("Priority"),
        "ticket.department": _("Department"),
        "ticket.subject": _("Subject"),
        "ticket.tags": _("Tags"),
    }[name]


def _notify(step: Step, tell: Telling) -> str:
    names = ", ".join(tell.receiver(one) for one in step.spec.get("to") or [])
    subject = localised.text(step.spec.get("subject"))
    return _("A message goes to: %(who)s. Subject: “%(subject)s”.") % {"who": names or "–", "subject": subject}


def _child(step: Step, tell: Telling) -> str:
    number = len(step.spec.get("tickets") or [])
    said = ngettext("Opens %(n)d further ticket.", "Opens %(n)d further tickets.", number) % {"n": number}
    if step.spec.get("wait", True):
        said += " " + _("It goes on when they are closed.")
    return said


def _classify(step: Step, tell: Telling) -> str:
    words = {"department": _("Department"), "priority": _("Priority")}
    fields = ", ".join(words.get(name, name) for name in step.spec.get("fields") or f.CLASSIFY_FIELDS)
    return _("The assistant suggests: %(fields)s.") % {"fields": fields}


def _end(step: Step, tell: Telling) -> str:
    said = end_words(step.spec.get("status") or "")
    if step.spec.get("terminate"):
        return _("%(sentence)s. Everything that still runs ends.") % {"sentence": said}
    return f"{said}."


def _wait(step: Step, tell: Telling) -> str:
    said = _upper(wait_words(step.spec, tell.infos)) + "."
    if step.spec.get("timeout"):
        span, then = durations.words(step.spec["timeout"]), step.spec.get("on_timeout") or step.spec.get("next")
        said += " " + _("After %(span)s it goes on with “%(step)s”.") % {"span": span, "step": tell.step(then)}
    return said


def _join(step: Step, tell: Telling) -> str:
    return _upper(join_words(step.spec.get("wait", f.ALL))) + "."


def _unknown(step: Step, tell: Telling) -> str:
    return _("This version of Flowtic does not know the step.")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


_SAY: dict[str, Callable[[Step, Telling], str]] = {
    f.FORM: _form,
    f.APPROVAL: _approval,
    f.HTTP: _http,
    f.EXTERNAL: _external,
    f.DECISION: _decision,
    f.SPLIT: _split,
    f.JOIN: _join,
    f.WAIT: _wait,
    f.SET: _set,
    f.NOTIFY: _notify,
    f.CHILD: _child,
    f.CLASSIFY: _classify,
    f.END: _end,
}
