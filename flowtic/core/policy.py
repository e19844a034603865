"""The policy registry: one named rule per action, nothing is allowed that has no rule."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from flowtic.core.actor import Actor
from flowtic.core.errors import Forbidden

Check = Callable[[Actor, Any], bool]


class UnknownAction(LookupError):
    """Raised for an action without a rule: forgetting a rule denies."""


@dataclass(frozen=True)
class Rule:
    action: str
    check: Check
    scope: str  # what an API token must carry to use it


_rules: dict[str, Rule] = {}
# Doors through which only some actions are possible at all, whoever stands there.
_limits: dict[str, set[str]] = {}


def rule(action: str, *, scope: str) -> Callable[[Check], Check]:
    """Declares who may do `action`. The function gets (actor, object) and says yes or no.

    The machine (`Actor.system`) passes every rule; people pass only when active, with a token only within its scopes.
    """

    def declare(check: Check) -> Check:
        if action in _rules:
            raise ValueError(f"{action} has a rule already")
        _rules[action] = Rule(action, check, scope)
        return check

    return declare


def limit_door(via: str, *actions: str) -> None:
    """Through the door `via` nothing but these actions (and those of further calls) is allowed."""
    _limits.setdefault(via, set()).update(actions)


def allows(actor: Actor, action: str, subject: Any = None) -> bool:
    """Whether the actor may do that to the subject; raises UnknownAction for an undeclared action."""
    try:
        found = _rules[action]
    except KeyError:
        raise UnknownAction(action) from None
    if actor.is_system:
        return True
    if actor.via in _limits and action not in _limits[actor.via]:
        return False
    return actor.is_person and actor.may_use(found.scope) and bool(found.check(actor, subject))


def require(actor: Actor, action: str, subject: Any = None) -> None:
    """Raises Forbidden unless `allows`."""
    if not allows(actor, action, subject):
        raise Forbidden(_("Your role does not allow this: %(action)s.") % {"action": action}, action=action)


def actions() -> dict[str, Rule]:
    """All declared rules by action, for the rights matrix and its test."""
    return dict(_rules)


def autodiscover() -> None:
    """Imports the policy module of every app that has one."""
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.policy") and config.name != "flowtic.core":
            import_module(f"{config.name}.policy")
