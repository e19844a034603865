"""Texts in two languages inside JSON documents: {"de": "...", "en": "..."}, or a plain string for both."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

LANGUAGES = ("de", "en")


def text(value: Any, language: str | None = None) -> str:
    """The text in `language` (default: the reader's), else English, else German, else ''."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    wanted = (language or get_language() or "en")[:2]
    for name in (wanted, "en", "de"):
        found = value.get(name)
        if isinstance(found, str) and found:
            return found
    return ""


def quoted(words: str) -> str:
    """In the quotation marks of the reader's language, for sentences that are put together."""
    return _("“%(text)s”") % {"text": words}
