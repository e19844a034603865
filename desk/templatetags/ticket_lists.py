from django import template

register = template.Library()


@register.filter
def first_value(values: list[str] | None) -> str:
    """The only value of a filter that takes one; '' when it is not set."""
    return values[0] if values else ""
