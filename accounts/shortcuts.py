"""The single keys of the pages and how a person may change them (WCAG 2.1.4: off, remapped, or only with Alt)."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flowtic.core.errors import Invalid


class Mode(TextChoices):
    """When single keys work."""

    ON = "on", gettext_lazy("On")
    ALT = "alt", gettext_lazy("Only together with Alt")
    OFF = "off", gettext_lazy("Off")


@dataclass(frozen=True)
class Key:
    """One thing that a key does. `key` is the one it has of itself."""

    key: str
    label: str | Promise
    scope: str | Promise


_EVERYWHERE, _LIST, _TICKET = gettext_lazy("Everywhere"), gettext_lazy("List"), gettext_lazy("Ticket")
# The keys of UX.md section 8 that stand alone; sequences (G T) and keys with Ctrl stay as they are.
KEYS: tuple[Key, ...] = (
    Key("c", gettext_lazy("New ticket"), _EVERYWHERE),
    Key("/", gettext_lazy("Search in the page"), _EVERYWHERE),
    Key("?", gettext_lazy("Keyboard shortcuts"), _EVERYWHERE),
    Key("z", gettext_lazy("Undo"), _EVERYWHERE),
    Key("j", gettext_lazy("Next row or ticket"), _LIST),
    Key("k", gettext_lazy("Previous row or ticket"), _LIST),
    Key("o", gettext_lazy("Open the row"), _LIST),
    Key("x", gettext_lazy("Select the row"), _LIST),
    Key("f", gettext_lazy("Add a filter"), _LIST),
    Key("m", gettext_lazy("Merge"), _LIST),
    Key("u", gettext_lazy("Claim"), _TICKET),
    Key("a", gettext_lazy("Assign"), _TICKET),
    Key("s", gettext_lazy("Status"), _TICKET),
    Key("p", gettext_lazy("Priority"), _TICKET),
    Key("d", gettext_lazy("Department"), _TICKET),
    Key("r", gettext_lazy("Reply"), _TICKET),
    Key("n", gettext_lazy("Internal note"), _TICKET),
    Key("e", gettext_lazy("Do the step"), _TICKET),
    Key("i", gettext_lazy("Insert an article"), _TICKET),
    Key("y", gettext_lazy("Accept the suggestion"), _TICKET),
    Key("b", gettext_lazy("Back to the list"), _TICKET),
    Key("w", gettext_lazy("Watch"), _TICKET),
    Key("l", gettext_lazy("Checklist"), _TICKET),
)
_OWN = {entry.key for entry in KEYS}
# G begins sequences; digits open the tabs of the panel.
_RESERVED = frozenset("g0123456789")
_ONE_SIGN = re.compile(r"[^\W_]|[!#$%&'()*+,./:;<=>?@\[\]^`{|}~_-]")


def checked(mode: str, keys: dict[str, str]) -> dict[str, Any]:
    """What is stored: the mode and the keys that differ from their own. Raises Invalid with errors by key."""
    if mode not in Mode.values:
        raise Invalid(_("This choice does not exist."), fields={"mode": _("This choice does not exist.")})
    wanted = {own: (keys.get(own) or own).strip().lower() for own in sorted(_OWN)}
    errors: dict[str, str] = {}
    for own, new in wanted.items():
        if len(new) != 1 or not _ONE_SIGN.fullmatch(new):
            errors[own] = _("Please give one sign.")
        elif new in _RESERVED:
            errors[own] = _("This key is taken by the pages.")
        elif sum(other == new for other in wanted.values()) > 1:
            errors[own] = _("Two things have this key.")
    if errors:
        raise Invalid(_("Some keys cannot be used like this."), fields=errors)
    changed = {own: new for own, new in wanted.items() if own != new}
    return {"mode": mode, "keys": changed} if changed or mode != Mode.ON else {}


def mode_of(stored: dict[str, Any]) -> str:
    return str(stored.get("mode", Mode.ON))
