"""What other apps add to the composer: {% load composer %}."""

from typing import Any

from django import template

from desk.composer_tools import Tool, tools_beside

register = template.Library()


@register.simple_tag(takes_context=True)
def composer_tools(context: Any) -> list[Tool]:
    """{% composer_tools as tools %}: those for the reader of this ticket; needs view (desk.ticket_page.TicketPage)."""
    return tools_beside(context["view"].panels)
