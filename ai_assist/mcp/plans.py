"""Writing tools answer with a plan first and act only when called again with its confirmation."""

import hashlib
import json
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid

SALT = "flowtic.mcp.plan"
SECONDS = 600


def planned(
    actor: Actor, tool: str, state: Any, arguments: dict[str, Any], confirmation: str, plan: str
) -> dict[str, Any] | None:
    """The plan as the tool's answer, or None when `confirmation` belongs to exactly this one.

    `state`: what the plan rests on (a version). It differs: the plan is out of date. Raises Invalid then.
    """
    mark = _digest(actor, tool, state, arguments)
    if not confirmation:
        return {
            "plan": plan,
            "confirmation": signing.dumps(mark, salt=SALT),
            "next": _("Nothing was done yet. Call the tool again with the same values and this confirmation."),
        }
    try:
        given = signing.loads(confirmation, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        given = None
    if given != mark:
        raise Invalid(
            _("This confirmation belongs to another plan, or something changed since. Ask for a new plan."),
            fields={"confirmation": _("is not valid any more")},
        )
    return None


def _digest(actor: Actor, tool: str, state: Any, arguments: dict[str, Any]) -> str:
    text = json.dumps([actor.user.pk, tool, state, arguments], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
