"""From a tool's call to a function of Flowtic: as the token's owner, in their language, noted in the audit log."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.utils import translation

from ai_assist.mcp.audit import note_call
from ai_assist.mcp.door import actor_at_door, on_thread
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, Forbidden

log = structlog.get_logger("flowtic.mcp")


def tool_function(function: Callable[..., Any], *, scope: str) -> Callable[..., Any]:
    """The asynchronous twin of `function(actor, ...)` without its first parameter. The token must carry `scope`."""

    @functools.wraps(function)
    async def call(**arguments: Any) -> dict[str, Any]:
        actor = actor_at_door.get()
        return await on_thread(_run, function, scope, actor, arguments)

    signature = inspect.signature(function, eval_str=True)
    own = [parameter for parameter in signature.parameters.values() if parameter.name != "actor"]
    call.__signature__ = signature.replace(parameters=own)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in own}
    call.__annotations__["return"] = signature.return_annotation
    return call


def _run(function: Callable[..., Any], scope: str, actor: Actor, arguments: dict[str, Any]) -> Any:
    from mcp.server.mcpserver.exceptions import ToolError

    outcome = "ok"
    with translation.override(actor.user.language or settings.LANGUAGE_CODE):
        try:
            if not actor.may_use(scope):
                raise Forbidden(translation.gettext("The token lacks the scope %(scope)s.") % {"scope": scope})
            return function(actor, **arguments)
        except CommandError as error:
            outcome = error.code
            raise ToolError(_in_words(error)) from None
        except Exception:
            outcome = "failed"
            log.exception("tool_failed", tool=function.__name__)
            raise ToolError(translation.gettext("This failed unexpectedly. Nothing was changed.")) from None
        finally:
            note_call(actor, tool=function.__name__, arguments=arguments, outcome=outcome)


def _in_words(error: CommandError) -> str:
    lines = [f"{error.code}: {error.message}"]
    lines += [f"{name}: {' '.join(map(str, texts))}" for name, texts in error.fields.items()]
    return "\n".join(lines)
