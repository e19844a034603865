"""The actions there are, in the order in which menus offer them."""

from typing import Any

from django.utils.translation import gettext as _

from flowtic.core.errors import Invalid
from workflows.automation.actions.base import Action
from workflows.automation.actions.fields import FIELD_ACTIONS
from workflows.automation.actions.people import PEOPLE_ACTIONS
from workflows.automation.actions.webhook import Webhook
from workflows.automation.actions.work import WORK_ACTIONS

MOST = 12
ACTIONS: dict[str, Action] = {
    action.key: action for action in (*FIELD_ACTIONS, *PEOPLE_ACTIONS, *WORK_ACTIONS, Webhook())
}


def clean(listed: Any) -> list[dict[str, Any]]:
    """The actions as they are stored. Raises Invalid with "actions.<number>.<parameter>" for what is wrong."""
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST:
        raise Invalid(fields={"actions": _("A rule needs 1 to %(n)d actions.") % {"n": MOST}})
    found: list[dict[str, Any]] = []
    wrong: dict[str, Any] = {}
    for number, spec in enumerate(listed):
        action = ACTIONS.get(str(spec.get("do"))) if isinstance(spec, dict) else None
        if action is None:
            wrong[f"actions.{number}"] = _("This action does not exist.")
            continue
        try:
            found.append({"do": action.key, **action.clean(spec)})
        except Invalid as error:
            named = error.fields or {"": [error.message]}
            wrong |= {f"actions.{number}.{name}".rstrip("."): texts for name, texts in named.items()}
    if wrong:
        raise Invalid(_("Please check the marked fields."), fields=wrong)
    return found


def words(spec: dict[str, Any]) -> str:
    """One action in words."""
    action = ACTIONS.get(str(spec.get("do")))
    return action.words(spec) if action else _("(not there any more)")
