"""Parts of the page frame that look the same from one request to the next: {% load frame %}."""

import re
import secrets
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix, get_urlconf
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

KEPT = 512
# Indentation is for those who write templates; kept parts hold no text whose lines count.
_BETWEEN_LINES = re.compile(r"\s*\n\s*")


@register.simple_tag
def kept(template_name: str, **values: Any) -> SafeString:
    """{% kept "components/tabbar.html" links=shell.places %}: the template rendered once for these values.

    It sees nothing but the values: whatever it prints is part of what it is kept under, so it is never out of date.
    Values that cannot be told from others by hash are rendered anew each time.
    """
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    try:
        key = tuple(given.items())
        hash(key)
    except TypeError:
        return render_to_string(template_name, given)
    place = (get_language(), get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF)
    return _fresh(template_name, place, key) if settings.DEBUG else _rendered(template_name, place, key)


class _AnyRequest:
    """What a kept part sees instead of the request: marks, in whose place its values are put afterwards."""

    _mark = secrets.token_hex(12)
    csrf_token, csp_nonce, get_full_path = f"csrf-{_mark}", f"nonce-{_mark}", f"here-{_mark}"


_any = _AnyRequest()


@register.simple_tag(takes_context=True)
def kept_frame(context: template.Context, template_name: str, **values: Any) -> SafeString:
    """The same for parts that also print of the request its CSRF token, its nonce or its own address."""
    request = context.get("request")
    if request is None:
        return kept(template_name, **values)
    text = str(kept(template_name, **values, request=_any, csrf_token=_any.csrf_token))
    if _any.csrf_token in text:
        text = text.replace(_any.csrf_token, conditional_escape(str(context.get("csrf_token", ""))))
    if _any.csp_nonce in text:
        text = text.replace(_any.csp_nonce, conditional_escape(str(getattr(request, "csp_nonce", ""))))
    if _any.get_full_path in text:
        text = text.replace(_any.get_full_path, conditional_escape(request.get_full_path()))
    return mark_safe(text)  # noqa: S308  (a rendered template; what is put in was escaped)


def _fresh(template_name: str, _place: tuple[Any, ...], values: tuple[tuple[str, Any], ...]) -> SafeString:
    return mark_safe(_BETWEEN_LINES.sub("\n", render_to_string(template_name, dict(values)).strip()))  # noqa: S308


_rendered = lru_cache(maxsize=KEPT)(_fresh)
