"""The forms inside a workflow, seen through desk.formschema: what is wrong in one, and which fields it has."""

from collections.abc import Iterator, Mapping
from typing import Any

from desk.formschema import schema as formschema
from desk.formschema.pages import fields_of, kind_of
from flowtic.core import conditions
from flowtic.core.conditions import FieldInfo

NO_VALUE = ("heading",)
info = formschema.field_info


def problems(form: Mapping[str, Any], known: Mapping[str, FieldInfo] | None = None) -> list[tuple[str, str]]:
    """(path inside the form, sentence) for what is wrong with it. `known`: values of the workflow that its conditions
    may look at."""
    return [(problem.path.replace(".", "/"), problem.message) for problem in formschema.check(form, known)]


def specs(form: Any) -> Iterator[Mapping[str, Any]]:
    """The field specs of a form that have a value; those in a wrong shape are left out."""
    for spec in fields_of(form):
        if kind_of(spec) not in NO_VALUE:
            yield spec


def reads(form: Any) -> set[str]:
    """The names that the form's conditions look at beside its own fields."""
    own = {spec["key"] for spec in specs(form)}
    found: set[str] = set()
    for spec in fields_of(form):
        found |= conditions.names(spec.get("show_when"))
    return {name for name in found if name.split(".")[0] not in own}


def is_sure(spec: Mapping[str, Any]) -> bool:
    """Whether whoever fills the form cannot leave the field empty."""
    return bool(spec.get("required")) and not spec.get("show_when")
