"""Why somebody got something, in the reader's language. Reasons hold ids and dates, never names."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Skill, User
from flowtic.core import durations, localised

Reason = Mapping[str, Any]
Params = dict[str, Any]


@dataclass(frozen=True)
class Names:
    """What ids and keys in reasons are called."""

    people: Mapping[int, str]
    skills: Mapping[str, str]
    fields: Mapping[str, str] = dataclass_field(default_factory=dict)  # labels; an unknown key is said itself

    def field(self, key: Any) -> str:
        return localised.quoted(self.fields[key]) if isinstance(key, str) and key in self.fields else str(key)


def people_in(reason: Any) -> set[int]:
    """Ids of everybody whom the words of the reason name."""
    params = _params(reason)
    return {params[name] for name in ("absent", "person", "previous") if isinstance(params.get(name), int)}


def names_for(reasons: Iterable[Any], people: Mapping[int, str] | None = None) -> Names:
    """Names for all these reasons in at most two queries; `people`: where the caller has fetched those already."""
    known = list(reasons)
    if people is None:
        ids = {pk for reason in known for pk in people_in(reason)}
        people = dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    keys = {skill for reason in known if isinstance(skill := _params(reason).get("skill"), str)}
    found = Skill.objects.filter(key__in=keys) if keys else ()
    return Names(people, {skill.key: skill.name for skill in found})


def reason_words(reason: Reason, names: Names | None = None) -> str:
    """A short phrase such as "least loaded: 3 of 8 open"; "" for a reason without words.

    `names`: from `names_for`, where many reasons are said at once.
    """
    code = reason.get("code") if isinstance(reason, Mapping) else None
    write = _WORDS.get(code) if isinstance(code, str) else None
    if write is None:
        return ""
    params = _params(reason)
    said = write(params, names or names_for([reason]))
    if params.get("over"):
        over = _("above the limit: %(load)s of %(cap)s open") % {"load": params.get("load"), "cap": params.get("cap")}
        return f"{said}; {over}" if said else over
    return said


def _params(reason: Any) -> Params:
    params = reason.get("params") if isinstance(reason, Mapping) else None
    return dict(params) if isinstance(params, Mapping) else {}


def _name(params: Params, field: str, names: Names) -> str:
    return names.people.get(params.get(field), f"#{params.get(field)}")  # type: ignore[arg-type]


def _open_work(params: Params) -> str:
    load, cap = params.get("load"), params.get("cap")
    if not isinstance(load, int):
        return ""
    if cap is not None:
        return _("%(load)s of %(cap)s open") % {"load": load, "cap": cap}
    return ngettext("%(load)d open", "%(load)d open", load) % {"load": load}


def _with_open_work(text: str, params: Params) -> str:
    counted = _open_work(params)
    return f"{text}: {counted}" if counted else text


def _day(params: Params) -> str:
    """The last day of an absence; the year only when it is another one."""
    try:
        until = datetime.fromisoformat(params["until"])
    except (KeyError, TypeError, ValueError):
        return "?"
    # An absence that ends at midnight lasts until the day before.
    last = timezone.localtime(until - timedelta(seconds=1))
    this_year = last.year == timezone.localtime().year
    return date_format(last, "MONTH_DAY_FORMAT" if this_year else "DATE_FORMAT")


def _skill_words(params: Params, names: Names) -> str:
    key = params.get("skill", "")
    said = {"skill": names.skills.get(key, key), "level": params.get("level")}
    return _("%(skill)s, level %(level)s or higher") % said


def _skill(params: Params, names: Names) -> str:
    return _with_open_work(_skill_words(params, names), params)


def _nobody_has_skill(params: Params, names: Names) -> str:
    return _("nobody has the skill: %(skill)s") % {"skill": _skill_words(params, names)}


def _person_excluded(params: Params, names: Names) -> str:
    return _("%(name)s must not do this step") % {"name": _name(params, "person", names)}


def _substitute(params: Params, names: Names) -> str:
    return _("stands in for %(name)s until %(day)s") % {"name": _name(params, "absent", names), "day": _day(params)}


def _absent_alone(params: Params, names: Names) -> str:
    return _("away until %(day)s, nobody stands in") % {"day": _day(params)}


def _field(params: Params, names: Names) -> str:
    field = params.get("field")
    if field == "requester":
        return _("the requester")
    if field == "requester.manager":
        return _("the requester's manager")
    return _("named in the field %(field)s") % {"field": names.field(field)}


def _field_empty(params: Params, names: Names) -> str:
    if params.get("field") == "requester.manager":
        return _("the requester has no manager")
    return _("the field %(field)s names nobody") % {"field": names.field(params.get("field"))}


def _role(params: Params, names: Names) -> str:
    label = dict(User.Role.choices).get(params.get("role"), params.get("role"))  # type: ignore[arg-type]
    return _("for everybody with the role %(role)s") % {"role": label}


def _handed_over(params: Params, names: Names) -> str:
    said = _("taken over from %(name)s") % {"name": _name(params, "previous", names)}
    return _with_open_work(said, params)


def _untouched(params: Params, names: Names) -> str:
    return _("untouched for %(length)s of working time") % {"length": durations.words(str(params.get("after", "")))}


_WORDS: dict[str, Callable[[Params, Names], str]] = {
    "pull": lambda params, names: _("waits for somebody of the department to take it"),
    "dispatcher": lambda params, names: _("waits to be handed out"),
    "named": lambda params, names: _("named in the rule"),
    "field": _field,
    "field_empty": _field_empty,
    "role_pool": _role,
    "role_unknown": lambda params, names: _("the role of the rule does not exist"),
    "round_robin": lambda params, names: _with_open_work(_("next in turn"), params),
    "least_loaded": lambda params, names: _with_open_work(_("least loaded"), params),
    "skill": _skill,
    "substitute": _substitute,
    "absent_alone": _absent_alone,
    "all_full": lambda params, names: _("everybody has reached the limit of open work"),
    "nobody_has_skill": _nobody_has_skill,
    "nobody_available": lambda params, names: _("nobody is available"),
    "person_unknown": lambda params, names: _("the person named does not exist or is not active"),
    "person_excluded": _person_excluded,
    "next_one": lambda params, names: _("the next one of the queue"),
    "handed_over": _handed_over,
    "untouched": _untouched,
    "by_hand": lambda params, names: _("chosen on the board"),
    "distributed": lambda params, names: _("shared out on the board"),
}
