"""Structured answers: found in what a model writes, and checked against a JSON schema."""

import json
import re
from typing import Any

_FENCE = re.compile(r"^\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*$", re.DOTALL | re.IGNORECASE)
MOST_ERRORS = 5


class Unfit(Exception):
    """The answer is no JSON or does not fit; `errors` tell the model what to repair."""

    def __init__(self, errors: list[str]):
        self.errors = errors
        super().__init__("; ".join(errors))


def read(text: str, schema: dict[str, Any]) -> Any:
    """The value in the answer. Raises Unfit."""
    found = _FENCE.match(text)
    inner = found.group(1) if found else text
    if not found and "{" in inner:
        # Polite models put a sentence around it.
        inner = inner[inner.index("{") : inner.rindex("}") + 1 or None]
    try:
        value = json.loads(inner, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unfit([f"not valid JSON: {str(error)[:120]}"]) from error
    errors = problems(value, schema)
    if errors:
        raise Unfit(errors)
    return value


def problems(value: Any, schema: dict[str, Any]) -> list[str]:
    """What does not fit, in the words of the schema's validator; [] when all is well."""
    from jsonschema import Draft202012Validator

    found = sorted(Draft202012Validator(schema).iter_errors(value), key=lambda error: list(map(str, error.path)))
    return [f"{'/'.join(map(str, error.path)) or 'answer'}: {error.message[:150]}" for error in found[:MOST_ERRORS]]


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
