"""Keeps secrets out of everything that is stored or shown."""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

MASK = "•••"

_TELLING = re.compile(r"auth|cookie|token|secret|password|api-?key|signature|credential", re.IGNORECASE)


def mask(text: str, secrets: Mapping[str, str] | Iterable[str]) -> str:
    """The text with every secret value replaced, also where it stands quoted for an address, in JSON or in base64."""
    values = secrets.values() if isinstance(secrets, Mapping) else secrets
    spellings = {spelling for value in values if value for spelling in _spellings(value)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return text


def mask_headers(headers: Mapping[str, str], secrets: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    """The headers with values masked, wholly where the name says that they are nobody's business."""
    known = list(secrets.values() if isinstance(secrets, Mapping) else secrets)
    return {
        mask(name, known): MASK if _TELLING.search(name) else mask(str(value), known) for name, value in headers.items()
    }


def _spellings(value: str) -> set[str]:
    encoded = base64.b64encode(value.encode("utf-8", "replace")).decode()
    spellings = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    spellings |= {quote(value, errors="replace"), quote(value, safe="", errors="replace")}
    spellings |= {quote_plus(value, errors="replace"), encoded, encoded.rstrip("=")}
    return spellings
