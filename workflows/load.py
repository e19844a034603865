"""Steps count as open work of those who hold them."""

from collections.abc import Mapping

from django.db.models import Count, F

from desk.dispatching.load import register_load
from workflows.models import WorkItem


@register_load
def open_steps(ids: list[int]) -> Mapping[int, int]:
    """Steps by person; not on tickets that are theirs already, and not decisions, which take no time to count."""
    rows = WorkItem.objects.filter(assignee__in=ids, state=WorkItem.State.CLAIMED, kind=WorkItem.Kind.FORM)
    others = rows.exclude(ticket__assignee=F("assignee"), ticket__is_open=True)
    return dict(others.order_by().values_list("assignee").annotate(number=Count("pk")))
