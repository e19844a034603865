"""Which model answers a feature, and whether it may be asked about a ticket."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ai_assist import breaker
from ai_assist.models import AssistSettings, DepartmentSetting, FeatureSetting, Provider
from ai_assist.queries import settings
from desk.models import Ticket
from flowtic.core.secrets import decrypt


class LlmError(Exception):
    """No answer of a language model: a stable `code` and a sentence for people."""

    def __init__(self, code: str, sentence: str):
        self.code, self.sentence = code, sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Route:
    """Where a feature's calls go. `kinds`: what is masked on the way."""

    feature: FeatureSetting
    provider: Provider
    kinds: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def model(self) -> str:
        return self.feature.model

    def key(self) -> str:
        """The provider's key in clear. Raises LlmError when it cannot be read any more."""
        key = decrypt(self.provider.api_key_encrypted)
        if key is None:
            raise LlmError("unauthorized", _("The key of the language model cannot be read any more; enter it again."))
        return key


def route(feature: str, ticket: Ticket | None = None) -> Route:
    """The way for that feature. Raises LlmError with what is missing."""
    limits = settings()
    if not limits.enabled:
        raise LlmError("off", _("The assistant is off."))
    row = FeatureSetting.objects.select_related("provider").filter(feature=feature).first()
    if row is None or row.provider is None or not row.model:
        raise LlmError("no_model", _("No language model is set up for this."))
    if not row.enabled or not row.provider.active:
        raise LlmError("feature_off", _("The language model is switched off for this."))
    own = _department(ticket)
    if own is not None and not own.language_model:
        raise LlmError("department_off", _("Tickets of this department are not sent to a language model."))
    return Route(row, row.provider, _kinds(limits, own), tuple(map(str, limits.masked_words)))


def available(feature: str, ticket: Ticket | None = None) -> bool:
    """Whether a language model can be asked now: set up, allowed for the ticket, and not known to be down."""
    return not why_not(feature, ticket)


def why_not(feature: str, ticket: Ticket | None = None) -> str:
    """What is missing, in a sentence; "" when nothing is."""
    try:
        found = route(feature, ticket)
    except LlmError as error:
        return error.sentence
    return breaker.why(found.provider)


def is_set_up(feature: str, ticket: Ticket | None = None) -> bool:
    """Whether there is a model for it at all; it may be down at the moment."""
    try:
        route(feature, ticket)
    except LlmError:
        return False
    return True


def _department(ticket: Ticket | None) -> Any:
    return DepartmentSetting.objects.filter(department=ticket.department_id).first() if ticket is not None else None


def _kinds(limits: AssistSettings, own: DepartmentSetting | None) -> tuple[str, ...]:
    return () if own is not None and not own.masking else tuple(map(str, limits.masking))
