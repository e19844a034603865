"""Parts of the page frame that look the same from one request to the next: {% load frame %}."""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix, get_urlconf
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

KEPT = 256


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


def _fresh(template_name: str, _place: tuple[Any, ...], values: tuple[tuple[str, Any], ...]) -> SafeString:
    return render_to_string(template_name, dict(values))


_rendered = lru_cache(maxsize=KEPT)(_fresh)
