"""Every address of Flowtic, filled in with what a world of a test has: new addresses are tried without being named."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import get_resolver

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# An operation that nobody made; filled in where an address takes nothing but such a key.
_OPERATION = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
_REGEX_PARAMETER = re.compile(r"\(\?P<(\w+)>[^()]*\)")


def routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """All address patterns, parameters as `<name>`."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = _REGEX_PARAMETER.sub(r"<\1>", str(entry.pattern))
        route = prefix + pattern.replace("^", "").replace("\\Z", "").replace("$", "").replace("\\", "")
        if hasattr(entry, "url_patterns"):
            yield from routes(entry, route)
        else:
            yield route


def addresses(values: Mapping[str, Sequence[Any]], *, api: bool | None = None) -> list[str]:
    """Every pattern with every combination of `values` ({parameter: candidates}); `api`: only these, only others."""
    found: dict[str, None] = {}
    for route in routes():
        if api is not None and route.startswith("api/") is not api:
            continue
        names = [match.group(1) for match in _PARAMETER.finditer(route)]
        for chosen in itertools.product(*(values.get(name, ("x",)) for name in names)):
            filled = iter(chosen)
            path = _PARAMETER.sub(lambda match, filled=filled: _filled(match, next(filled)), route)
            found["/" + path] = None
    return list(found)


def _filled(match: re.Match[str], value: Any) -> str:
    return _OPERATION if match.group().startswith("<uuid:") else str(value)


def everything(answer: Any) -> str:
    """Body and headers of an answer as one text."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "\n".join([*(f"{name}: {value}" for name, value in answer.headers.items()), body.decode(errors="replace")])
