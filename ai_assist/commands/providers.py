"""Administration of language models: where they are, which feature asks which one, what it may cost, what it masks."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Department
from ai_assist import breaker
from ai_assist.events import DEPARTMENT_SAVED, FEATURE_SAVED, PROVIDER_DELETED, PROVIDER_SAVED
from ai_assist.models import AssistSettings, DepartmentSetting, FeatureSetting, Provider, Suggestion
from ai_assist.models.settings import default_masking
from ai_assist.providers.address import parse, reach
from ai_assist.providers.base import LONGEST_TIMEOUT
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.outgoing import OutgoingError
from flowtic.core.policy import require
from flowtic.core.secrets import encrypt

LONGEST_KEY = 500
MOST_WORDS, LONGEST_WORD = 200, 100
MOST_OUTPUT = 8000


@command
def save_provider(
    actor: Actor,
    provider: Provider | None,
    *,
    name: str,
    base_url: str,
    api_key: str | None,
    active: bool,
    timeout: int,
) -> Provider:
    """A new provider (None) or a changed one. `api_key`: None keeps the one there is, "" removes it.

    A changed address drops the old key: it was given for another host.
    """
    require(actor, "assist.configure")
    row = Provider.objects.select_for_update().get(pk=provider.pk) if provider is not None else None
    _check_provider(row, name, base_url, api_key, timeout)
    url = parse(base_url).url
    now = clock.now()
    old = {"name": row.name, "base_url": row.base_url, "active": row.active, "timeout": row.timeout} if row else {}
    if row is None:
        row = Provider(key=_free_key(name), created_at=now)
    moved = row.base_url != url
    row.name, row.base_url, row.active, row.timeout, row.updated_at = name.strip(), url, active, timeout, now
    if api_key is not None:
        row.api_key_encrypted = encrypt(api_key.strip())
    elif moved:
        row.api_key_encrypted = ""
    row.save()
    breaker.succeeded(row)
    new = {"name": row.name, "base_url": row.base_url, "active": row.active, "timeout": row.timeout}
    changes = [change(field, old.get(field), value) for field, value in new.items() if old.get(field) != value]
    data = {"name": row.name, "key_changed": api_key is not None or (moved and bool(old))}
    record(actor, PROVIDER_SAVED, row, changes=changes, data=data)
    return row


@command
def remove_provider(actor: Actor, provider: Provider) -> None:
    """Deletes a provider that no feature asks any more; the log of its calls stays."""
    require(actor, "assist.configure")
    row = Provider.objects.select_for_update().get(pk=provider.pk)
    if row.features.exists():
        raise Conflict(_("Features still use this provider. Give them another one first."))
    record(actor, PROVIDER_DELETED, row, data={"name": row.name})
    row.delete()


@command
def save_feature(
    actor: Actor,
    feature: str,
    *,
    provider: Provider | None,
    model: str,
    enabled: bool,
    max_output_tokens: int,
    price_in: Decimal | int,
    price_out: Decimal | int,
) -> FeatureSetting:
    """Which model answers the feature; no provider: the local result."""
    require(actor, "assist.configure")
    _check_feature(feature, provider, model, max_output_tokens, min(price_in, price_out))
    row = FeatureSetting.objects.select_for_update().filter(feature=feature).first() or FeatureSetting(feature=feature)
    values = {
        "provider": provider,
        "model": model.strip() if provider else "",
        "enabled": enabled,
        "max_output_tokens": max_output_tokens,
        "price_in": Decimal(price_in),
        "price_out": Decimal(price_out),
    }
    if row.pk and all(getattr(row, name) == value for name, value in values.items()):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    data = {"feature": feature, "provider": provider.name if provider else "", "model": row.model, "enabled": enabled}
    record(actor, FEATURE_SAVED, row, data=data)
    return row


@command
def save_budget(
    actor: Actor,
    *,
    tokens_per_day: int,
    tokens_per_person: int,
    cost_per_day: Decimal,
    currency: str,
    keep_texts_days: int,
) -> AssistSettings:
    """What a day may cost (0: no limit), and how long texts of calls are kept."""
    fields = {}
    for name, value in (("tokens_per_day", tokens_per_day), ("tokens_per_person", tokens_per_person)):
        if not 0 <= value <= 2_000_000_000:
            fields[name] = _("Between 0 (no limit) and 2,000,000,000.")
    if not 0 <= cost_per_day < 10_000_000:
        fields["cost_per_day"] = _("0 is no limit.")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        fields["currency"] = _("Three capital letters such as EUR.")
    if not 0 <= keep_texts_days <= 3650:
        fields["keep_texts_days"] = _("Between 0 and 3650 days.")
    if fields:
        raise Invalid(fields=fields)
    return _save_settings(
        actor,
        {
            "tokens_per_day": tokens_per_day,
            "tokens_per_person": tokens_per_person,
            "cost_per_day": cost_per_day,
            "currency": currency,
            "keep_texts_days": keep_texts_days,
        },
    )


@command
def save_masking(actor: Actor, *, kinds: Sequence[str], words: Sequence[str]) -> AssistSettings:
    """What is replaced before a text leaves: names, emails, phones, ibans; and words of one's own."""
    own = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    fields = {}
    if set(kinds) - set(default_masking()):
        fields["kinds"] = _("There is no such kind.")
    if len(own) > MOST_WORDS or any(not 2 <= len(word) <= LONGEST_WORD or not word.isprintable() for word in own):
        fields["words"] = _("At most %(most)d words of 2 to %(longest)d characters.") % {
            "most": MOST_WORDS,
            "longest": LONGEST_WORD,
        }
    if fields:
        raise Invalid(fields=fields)
    return _save_settings(
        actor, {"masking": [kind for kind in default_masking() if kind in kinds], "masked_words": own}
    )


@command
def save_department(actor: Actor, department: Department, *, language_model: bool, masking: bool) -> DepartmentSetting:
    """Whether tickets of the department may be sent to a language model, and whether personal data is masked then."""
    require(actor, "assist.configure")
    row = DepartmentSetting.objects.select_for_update().filter(department=department).first()
    row = row or DepartmentSetting(department=department)
    if row.language_model == language_model and row.masking == masking:
        return row
    row.language_model, row.masking = language_model, masking
    row.save()
    data = {"department": department.key, "language_model": language_model, "masking": masking}
    record(actor, DEPARTMENT_SAVED, department, data=data)
    return row


def _save_settings(actor: Actor, values: dict[str, Any]) -> AssistSettings:
    from ai_assist.events import SETTINGS_CHANGED

    require(actor, "assist.configure")
    row = AssistSettings.objects.select_for_update().filter(pk=1).first() or AssistSettings(pk=1)
    changes = [
        change(name, _shown(getattr(row, name)), _shown(value))
        for name, value in values.items()
        if getattr(row, name) != value
    ]
    if row.pk and not changes and not row._state.adding:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    record(actor, SETTINGS_CHANGED, row, changes=changes)
    return row


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _check_feature(
    feature: str, provider: Provider | None, model: str, max_output_tokens: int, least_price: Decimal | int
) -> None:
    fields = {}
    if feature not in Suggestion.Feature.values:
        fields["feature"] = _("There is no such feature.")
    if provider is not None and not model.strip():
        fields["model"] = _("Give the model's name as the service calls it.")
    if len(model) > 120 or not model.isprintable():
        fields["model"] = _("At most 120 characters.")
    if not 16 <= max_output_tokens <= MOST_OUTPUT:
        fields["max_output_tokens"] = _("Between 16 and %(most)d.") % {"most": MOST_OUTPUT}
    if least_price < 0:
        fields["price_in"] = _("Prices are not negative.")
    if fields:
        raise Invalid(fields=fields)


def _check_provider(row: Provider | None, name: str, base_url: str, api_key: str | None, timeout: int) -> None:
    fields = {}
    if not name.strip() or len(name) > 100 or not name.isprintable():
        fields["name"] = _("Give a name of at most 100 characters.")
    if api_key is not None and (len(api_key) > LONGEST_KEY or not api_key.isprintable() or not api_key.isascii()):
        fields["api_key"] = _("The key has characters that do not belong there.")
    if not 1 <= timeout <= LONGEST_TIMEOUT:
        fields["timeout"] = _("Between 1 and %(most)d seconds.") % {"most": LONGEST_TIMEOUT}
    try:
        parse(base_url)
        if row is None or row.base_url != base_url.strip().rstrip("/"):
            reach(base_url, 3.0)
    except OutgoingError as error:
        # A name that cannot be found at the moment may be right; the address is judged again at every call.
        if error.code == "refused":
            fields["base_url"] = str(error)
    if fields:
        raise Invalid(fields=fields)


def _free_key(name: str) -> str:
    base = slugify(name)[:34] or "provider"
    key, number = base, 2
    while Provider.objects.filter(key=key).exists():
        key, number = f"{base}-{number}", number + 1
    return key
