"""When what Flowtic stands on gives way: the database is locked or away, a disk is full. What is said then."""

import errno

import structlog
from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flowtic.core.command import is_lock_error
from flowtic.core.errors import Busy, CommandError

log = structlog.get_logger("flowtic.outages")

# MySQL: too many connections, going down, not reachable, gone in the middle of it.
_AWAY = {1040, 1053, 2002, 2003, 2006, 2013}
_DISK = ("disk is full", "disk I/O error", "unable to open database file")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageFull(CommandError):
    """A file found no room; nothing of the request was kept."""

    code = "storage_full"
    status = 507
    title = gettext_lazy("There is no room left for files")


def outage_of(error: Exception) -> CommandError | None:
    """The refusal that tells a person what gave way; None for everything that is a mistake of the program."""
    if isinstance(error, OperationalError):
        code = error.args[0] if error.args else None
        if is_lock_error(error) or code in _AWAY or any(text in str(error) for text in _DISK):
            log.warning("database_unavailable", error=str(error))
            return Busy(retry_after=2)
    if isinstance(error, OSError) and error.errno in _FULL:
        log.error("storage_full", error=str(error))
        return StorageFull(
            _("The server has no room left for files. Nothing was sent: your text is still here. Please tell an admin.")
        )
    return None
