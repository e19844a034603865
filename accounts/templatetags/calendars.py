"""Working hours and holidays in templates: {% load calendars %}."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from flowtic.core import localised, working_hours

register = template.Library()


@register.simple_tag
def hours_of(hours: Any) -> str:
    """{% hours_of day.hours %}: 09:00-12:00, or that it is closed."""
    return working_hours.words(hours) or _("closed")


@register.simple_tag
def in_words(text: Any) -> str:
    """{% in_words names %}: a text in two languages, in the reader's."""
    return localised.text(text)
