"""The requester's word on a closed ticket: {% load rating %}."""

from django import template

from desk import ratings
from desk.models import Rating, Ticket

register = template.Library()


@register.simple_tag
def rating_of(ticket: Ticket) -> Rating | None:
    """{% rating_of ticket as rating %}: one query where the ticket is closed, none elsewhere."""
    return ratings.rating_of(ticket)
