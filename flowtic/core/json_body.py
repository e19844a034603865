"""JSON bodies as the standard has them: no NaN, no lone surrogates, no NUL, no endless depth."""

import json
import math
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from flowtic.core.errors import BadRequest


class StrictParser(Parser):
    """What every operation reads its body with. Raises BadRequest for what is no JSON."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            text = request.body.decode()
            value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
            if "\\u" in text:
                _check_texts(value)
        except (ValueError, RecursionError):
            raise BadRequest(_("The body is not valid JSON.")) from None
        return value


def _finite(text: str) -> float:
    """JSON has no infinity, and 1e999 is none either."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _check_texts(value: Any) -> None:
    """Raises ValueError for texts that no database and no UTF-8 answer can hold."""
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("NUL")
        value.encode()
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_texts(key)
            _check_texts(item)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item)
