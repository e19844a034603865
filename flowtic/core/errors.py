"""What a command refuses with. Each door translates these once (ARCHITECTURE.md section 4)."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _


class CommandError(Exception):
    """A refusal with a stable `code`, an HTTP `status`, a sentence for people and errors by field."""

    code = "refused"
    status = 422
    title = _("This cannot be done")

    def __init__(self, message: str = "", *, fields: Mapping[str, str | Sequence[str]] | None = None, **extra: object):
        self.message = message or str(self.title)
        self.fields = {
            name: [text] if isinstance(text, str) or not isinstance(text, Sequence) else list(text)
            for name, text in (fields or {}).items()
        }
        self.extra = extra
        super().__init__(self.message)


class Invalid(CommandError):
    """The input breaks a rule; `fields` says which."""

    code = "invalid"
    title = _("The input is not valid")


class Forbidden(CommandError):
    """An insider without the right. Strangers get NotFound instead."""

    code = "forbidden"
    status = 403
    title = _("You may not do this")


class NotFound(CommandError):
    code = "not_found"
    status = 404
    title = _("Not found")


class Conflict(CommandError):
    """Somebody else was faster; `extra` carries the newer state."""

    code = "conflict"
    status = 409
    title = _("Somebody changed this in the meantime")


class Stale(Conflict):
    """A save that rests on an older version of the same field."""

    code = "stale"


class PreconditionFailed(CommandError):
    """`If-Match` names a version that is no longer the current one."""

    code = "stale_version"
    status = 412
    title = _("The object has a newer version")


class BadRequest(CommandError):
    code = "bad_request"
    status = 400
    title = _("The request cannot be understood")


class TooMany(CommandError):
    """A rate limit; `extra["retry_after"]` in seconds."""

    code = "too_many_requests"
    status = 429
    title = _("Too many requests")


class Busy(CommandError):
    """The database could not take the change now; repeating later is safe."""

    code = "busy"
    status = 503
    title = _("The system is busy, please try again")
