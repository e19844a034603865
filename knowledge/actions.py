"""Links that other apps put on the overview of the knowledge base."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from flowtic.core.actor import Actor


@dataclass(frozen=True)
class Action:
    """A link at the head of the overview. `url_name` gets what was searched for as `?q=`."""

    key: str
    label: str | Promise
    icon: str
    url_name: str
    visible: Callable[[Actor], bool]


_actions: dict[str, Action] = {}


def register(action: Action) -> None:
    """Adds a link in AppConfig.ready(); the same key again replaces it."""
    _actions[action.key] = action


def actions_for(actor: Actor) -> list[Action]:
    return [action for action in _actions.values() if action.visible(actor)]
