"""The pages of one workflow, the same bar on each of them: {% load workflow_places %}."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from flowtic.core.policy import allows
from workflows.models import Workflow

register = template.Library()

EDIT, CONFIGURE = "workflow.edit", "workflow.configure"
# Name of the page, its address, its words, the right that opens it.
PLACES: tuple[tuple[str, str, str | Promise, str], ...] = (
    ("workflow", "workflows:workflow", _("Definition"), ""),
    ("edit", "workflows:edit", _("Editor"), EDIT),
    ("versions", "workflows:versions", _("Versions"), ""),
    ("flow", "workflows:flow", _("Runs"), ""),
    ("try", "workflows:try", _("Test run"), EDIT),
    ("rehearsals", "workflows:rehearsals", _("Rehearsal"), EDIT),
    ("draft", "workflows:draft", _("As text"), EDIT),
    ("settings", "workflows:settings", _("Settings"), CONFIGURE),
)


@dataclass(frozen=True)
class Place:
    url: str
    label: str | Promise
    is_here: bool


@register.inclusion_tag("workflows/_nav.html", takes_context=True)
def workflow_nav(context: Any, workflow: Workflow, here: str) -> dict[str, Any]:
    """{% workflow_nav workflow "versions" %}: only the pages that the reader may open."""
    actor = context["request"].actor
    rights = {"": True, EDIT: allows(actor, EDIT, workflow), CONFIGURE: allows(actor, CONFIGURE)}
    shown = [place for place in PLACES if rights[place[3]]]
    return {
        "places": [Place(reverse(url, args=[workflow.key]), label, name == here) for name, url, label, _right in shown]
    }
