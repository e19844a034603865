"""Buttons that other apps add to the pages of workflows and forms."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from desk.models import RequestType
from flowtic.core.actor import Actor
from workflows.models import Workflow

Visible = Callable[[Actor, Workflow | None], bool]
FormVisible = Callable[[Actor, RequestType], bool]


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


@dataclass(frozen=True)
class FormAction:
    """In the form builder: a field for words that goes to `url_name` as `?form=<key>&wish=<words>`."""

    label: str | Promise
    hint: str | Promise
    url_name: str
    visible: FormVisible


_form_actions: dict[str, FormAction] = {}


def form_action(key: str, label: str | Promise, hint: str | Promise, url_name: str, visible: FormVisible) -> None:
    """Adds a field for words in AppConfig.ready(); the same key again replaces it."""
    _form_actions[key] = FormAction(label, hint, url_name, visible)


def form_actions_for(actor: Actor, form: RequestType) -> list[tuple[FormAction, str]]:
    """Those for this person, with their addresses."""
    return [(row, reverse(row.url_name)) for row in _form_actions.values() if row.visible(actor, form)]
