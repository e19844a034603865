"""Buttons that other apps add to the pages of workflows."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from flowtic.core.actor import Actor
from workflows.models import Workflow

Visible = Callable[[Actor, Workflow | None], bool]


@dataclass(frozen=True)
class PageAction:
    """`url_name` gets `?workflow=<key>` on the page of one workflow."""

    label: str | Promise
    icon: str
    url_name: str
    visible: Visible


_actions: dict[str, PageAction] = {}


def page_action(key: str, label: str | Promise, icon: str, url_name: str, visible: Visible) -> None:
    """Adds a button in AppConfig.ready(); the same key again replaces it."""
    _actions[key] = PageAction(label, icon, url_name, visible)


def actions_for(actor: Actor, workflow: Workflow | None = None) -> list[tuple[PageAction, str]]:
    """The buttons for this person, with their addresses."""
    query = f"?workflow={workflow.key}" if workflow else ""
    return [(row, reverse(row.url_name) + query) for row in _actions.values() if row.visible(actor, workflow)]
