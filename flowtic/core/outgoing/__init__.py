"""The only way out: HTTP calls that cannot be turned against the house, bounded in size and time, and logged."""

from flowtic.core.outgoing.client import OutgoingAnswer, OutgoingRequest, send
from flowtic.core.outgoing.errors import OutgoingError
from flowtic.core.outgoing.log import log_call
from flowtic.core.outgoing.masking import mask

__all__ = ["OutgoingAnswer", "OutgoingError", "OutgoingRequest", "log_call", "mask", "send"]
