"""Events, deliveries and jobs to look at; what was given up may be tried again."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from flowtic.admin_site import ReadOnlyAdmin
from flowtic.core import admin_outgoing, outbox  # noqa: F401  (registers itself)
from flowtic.core.events import event_types
from flowtic.core.models import Delivery, Event, Job
from flowtic.core.policy import require


class NameFilter(admin.SimpleListFilter):
    """By event name; offers the declared ones instead of looking through the whole table for those that occur."""

    title = _("name")
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(event_types())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(name=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("id", "created_at", "name", "actor", "machine", "via", "subject_type", "subject_id", "ticket_id")
    list_filter = (NameFilter,)
    search_fields = ("=ticket_id", "=subject_id", "=request_id")
    list_select_related = ("actor",)
    ordering = ("-id",)


class WorkAdmin(ReadOnlyAdmin):
    list_filter = ("state",)
    actions = ("try_again",)

    @admin.action(description=_("Try again what was given up"))
    def try_again(self, request: HttpRequest, queryset: Any) -> None:
        require(request.actor, "outbox.manage")  # type: ignore[attr-defined]
        for row in queryset:
            outbox.retry(row)
        self.message_user(request, _("The rows will be tried again."), messages.SUCCESS)


@admin.register(Delivery)
class DeliveryAdmin(WorkAdmin):
    list_display = ("id", "event", "subscriber", "state", "attempts", "next_try", "last_error")
    list_select_related = ("event",)
    search_fields = ("=event__id", "subscriber")
    ordering = ("-id",)


@admin.register(Job)
class JobAdmin(WorkAdmin):
    # The payload is left out: it may name addresses.
    list_display = ("id", "kind", "state", "attempts", "next_try", "started_by", "last_error")
    fields = ("kind", "state", "attempts", "next_try", "queue", "started_by", "progress", "last_error", "created_at")
    list_select_related = ("started_by",)
    search_fields = ("kind",)
    ordering = ("-id",)
