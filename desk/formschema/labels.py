"""The words of the form builder: names of kinds, of a field's properties, of what it may set on the ticket."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_KINDS = {
    "text": (_("Short text"), "pen"),
    "long_text": (_("Long text"), "form"),
    "number": (pgettext_lazy("kind of field", "Number"), "list"),
    "money": (_("Amount of money"), "list"),
    "date": (pgettext_lazy("kind of field", "Date"), "calendar"),
    "time": (_("Time of day"), "clock"),
    "choice": (_("One of several"), "diamond"),
    "multi_choice": (_("Some of several"), "check"),
    "yes_no": (_("Yes or no"), "check"),
    "person": (pgettext_lazy("kind of field", "Person"), "user"),
    "department": (pgettext_lazy("kind of field", "Department"), "building"),
    "file": (pgettext_lazy("kind of field", "Files"), "clip"),
    "email": (_("E-mail address"), "mail"),
    "phone": (_("Phone number"), "phone"),
    "url": (_("Web address"), "link"),
    "heading": (_("Heading between fields"), "menu"),
}
_PROPERTIES = {
    "label": pgettext_lazy("of a field", "Label"),
    "help": pgettext_lazy("of a field", "Help"),
    "kind": pgettext_lazy("of a field", "Kind"),
    "required": pgettext_lazy("of a field", "Required"),
    "internal": _("Only for the desk"),
    "default": pgettext_lazy("of a field", "Default"),
    "min": pgettext_lazy("of a field", "Smallest"),
    "max": pgettext_lazy("of a field", "Largest"),
    "pattern": pgettext_lazy("of a field", "Pattern"),
    "pattern_hint": _("What to say when it does not fit"),
    "choices": pgettext_lazy("of a field", "Choices"),
    "currencies": pgettext_lazy("of a field", "Currencies"),
    "show_when": _("Shown when"),
    "maps_to": _("Fills in on the ticket"),
}
_TARGETS = {
    "": pgettext_lazy("of a ticket", "nothing"),
    "subject": pgettext_lazy("of a ticket", "Subject"),
    "description": pgettext_lazy("of a ticket", "Description"),
    "priority": pgettext_lazy("of a ticket", "Priority"),
    "department": pgettext_lazy("of a ticket", "Department"),
    "due_at": pgettext_lazy("of a ticket", "Due date"),
}


def kind_label(kind: str) -> str:
    """The kind as people call it; an unknown one by its key."""
    return str(_KINDS[kind][0]) if kind in _KINDS else kind


def kind_icon(kind: str) -> str:
    return _KINDS[kind][1] if kind in _KINDS else "alert"


def kind_choices() -> list[tuple[str, str]]:
    return [(kind, str(label)) for kind, (label, _icon) in _KINDS.items()]


def property_label(name: str) -> str:
    return str(_PROPERTIES.get(name, name))


def target_label(target: str) -> str:
    return str(_TARGETS.get(target, target))
