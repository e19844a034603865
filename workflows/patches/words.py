"""Operations as sentences for whoever decides about them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from desk.formschema.labels import kind_label, property_label
from flowtic.core import localised
from flowtic.core.condition_words import words as in_words
from flowtic.core.conditions import FieldInfo
from workflows.definition.property_words import property_name
from workflows.definition.words import kind_words

Change = Mapping[str, Any]


class Naming:
    """Names of steps, fields and pages in the old and the new document."""

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        self.names: dict[tuple[str, str], str] = {}
        for document in documents:
            for step in _items(document.get("steps")):
                self._add("step", step, "name")
            for field in _items(document.get("fields")):
                self._add("field", field, "label")
            for page in _items(document.get("pages")):
                self._add("page", page, "title")
                for field in _items(page.get("fields")):
                    self._add("field", field, "label")

    def _add(self, kind: str, item: Mapping[str, Any], name: str) -> None:
        key = item.get("key")
        if isinstance(key, str):
            self.names[kind, key] = localised.text(item.get(name)) or key

    def step(self, key: Any) -> str:
        return self.names.get(("step", str(key)), str(key))

    def field(self, key: Any) -> str:
        return self.names.get(("field", str(key)), str(key))

    def page(self, key: Any) -> str:
        return self.names.get(("page", str(key)), str(key))

    def infos(self) -> dict[str, FieldInfo]:
        return {key: FieldInfo(key, name, "text", {}) for (kind, key), name in self.names.items() if kind == "field"}


def sentence(change: Change, names: Naming) -> str:
    """What the operation does, in one sentence of the reader's language."""
    say = _SAY.get(str(change.get("op")))
    try:
        return say(change, names) if say else str(change.get("op"))
    except (KeyError, TypeError, AttributeError):
        return str(change.get("op"))


def _add_step(change: Change, names: Naming) -> str:
    step = change["step"]
    said = {
        "kind": kind_words(str(step.get("kind"))),
        "step": localised.text(step.get("name")) or step.get("key"),
        "other": names.step(change.get("after") or change.get("before")),
    }
    if change.get("after"):
        return _("New step “%(step)s” (%(kind)s) after “%(other)s”") % said
    if change.get("before"):
        return _("New step “%(step)s” (%(kind)s) before “%(other)s”") % said
    return _("New step “%(step)s” (%(kind)s)") % said


def _set_kind(change: Change, names: Naming) -> str:
    return _("“%(step)s” becomes: %(kind)s") % {"step": names.step(change["key"]), "kind": kind_words(change["kind"])}


def _place(change: Change, names: Naming) -> str:
    said = {"step": names.step(change["key"]), "other": names.step(change.get("after") or change.get("before"))}
    if change.get("after"):
        return _("“%(step)s” comes after “%(other)s”") % said
    return _("“%(step)s” comes before “%(other)s”") % said


def _connect(change: Change, names: Naming) -> str:
    said = {"step": names.step(change["key"]), "to": names.step(change["to"]), "way": change["way"]}
    if change["way"] == "next":
        return _("“%(step)s” goes on with “%(to)s”") % said
    return _("“%(step)s” goes on with “%(to)s” (%(way)s)") % said


def _add_branch(change: Change, names: Naming) -> str:
    said = {"step": names.step(change["key"]), "to": names.step(change["to"])}
    if not change.get("when"):
        return _("“%(step)s” gets a branch to “%(to)s”") % said
    said["when"] = in_words(change["when"], names.infos())
    return _("“%(step)s” gets a branch to “%(to)s” when %(when)s") % said


def _branch_condition(change: Change, names: Naming) -> str:
    return _("Branch %(number)s of “%(step)s” is taken when %(when)s") % {
        "number": change["at"] + 1,
        "step": names.step(change["key"]),
        "when": in_words(change["when"], names.infos()),
    }


def _add_field(change: Change, names: Naming) -> str:
    field = change["field"]
    label = localised.text(field.get("label")) or field.get("key")
    more = "; ".join(_field_facts(field, names))
    if change.get("page"):
        where = _("New field “%(field)s” on the page “%(page)s”")
        return f"{where % {'field': label, 'page': names.page(change['page'])}}: {more}"
    return f"{_('New field “%(field)s”') % {'field': label}}: {more}"


def _field_facts(field: Mapping[str, Any], names: Naming) -> Iterator[str]:
    """Kind, choices, required and condition of a field, as far as they are said."""
    yield kind_label(str(field.get("kind")))
    if choices := [localised.text(one.get("label")) or str(one.get("value")) for one in _items(field.get("choices"))]:
        yield ", ".join(choices[:12])
    if field.get("required"):
        yield property_label("required")
    if field.get("show_when"):
        yield _("if %(condition)s") % {"condition": in_words(field["show_when"], names.infos())}


def _set_condition(change: Change, names: Naming) -> str:
    said = {"field": names.field(change["key"])}
    if not change.get("when"):
        return _("The field “%(field)s” is always shown") % said
    said["when"] = in_words(change["when"], names.infos())
    return _("The field “%(field)s” is shown when %(when)s") % said


def _changed(template: Callable[[], str], name: Callable[[Naming, Any], str]) -> Callable[[Change, Naming], str]:
    def say(change: Change, names: Naming) -> str:
        what = ", ".join(dict.fromkeys(property_name(one) for one in sorted(change["values"])))
        return template() % {"name": name(names, change["key"]), "what": what}

    return say


def _named(template: Callable[[], str], name: Callable[[Naming, Any], str]) -> Callable[[Change, Naming], str]:
    return lambda change, names: template() % {"name": name(names, change["key"])}


_SAY: dict[str, Callable[[Change, Naming], str]] = {
    "add_step": _add_step,
    "remove_step": _named(lambda: _("The step “%(name)s” goes"), Naming.step),
    "change_step": _changed(lambda: _("“%(name)s” changes: %(what)s"), Naming.step),
    "set_kind": _set_kind,
    "rename_step": _named(lambda: _("“%(name)s” gets another key"), Naming.step),
    "move_step": _named(lambda: _("“%(name)s” moves in the list"), Naming.step),
    "place_step": _place,
    "connect": _connect,
    "set_start": _named(lambda: _("It begins with “%(name)s”"), Naming.step),
    "change_workflow": lambda change, _names: (
        _("The workflow changes: %(what)s") % {"what": ", ".join(sorted(change["values"]))}
    ),
    "add_branch": _add_branch,
    "remove_branch": lambda change, names: (
        _("Branch %(number)s of “%(step)s” goes") % {"number": change["at"] + 1, "step": names.step(change["key"])}
    ),
    "set_branch_condition": _branch_condition,
    "add_field": _add_field,
    "remove_field": _named(lambda: _("The field “%(name)s” goes"), Naming.field),
    "change_field": _changed(lambda: _("The field “%(name)s” changes: %(what)s"), Naming.field),
    "set_condition": _set_condition,
    "move_field": _named(lambda: _("The field “%(name)s” moves"), Naming.field),
    "add_page": lambda change, _names: (
        _("New page “%(page)s”") % {"page": localised.text(change["page"].get("title")) or change["page"].get("key")}
    ),
    "make_pages": lambda change, _names: _("The form gets pages"),
    "remove_page": _named(lambda: _("The page “%(name)s” goes with its fields"), Naming.page),
    "change_page": _named(lambda: _("The page “%(name)s” gets another title"), Naming.page),
    "move_page": _named(lambda: _("The page “%(name)s” moves"), Naming.page),
    "change_form": lambda _change, _names: _("The subject of tickets changes"),
}


def _items(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
