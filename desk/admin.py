"""What admins set up for the desk, written by desk.commands.configuration; tickets only to look at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.commands.configuration import remove_configuration, save_configuration, set_transitions
from desk.models import Priority, RequestType, Status, StatusTransition, Tag, Ticket
from flowtic.admin_site import CommandAdmin, CommandModelForm, ReadOnlyAdmin


class ConfigurationAdmin(CommandAdmin):
    """One of the four configurable kinds of rows."""

    removable = True

    def command(self, request: Any, row: Any, data: dict[str, Any]) -> models.Model:
        return save_configuration(request.actor, row or self.model(), **data)

    def remove(self, request: Any, row: Any) -> None:
        remove_configuration(request.actor, row)


def _ways(label: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        label=label, queryset=Status.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )


class StatusForm(CommandModelForm):
    """A status with, for each role, the statuses a ticket may be taken to from here."""

    ways_of_user = _ways(_("Users may go on to"))
    ways_of_agent = _ways(_("Agents may go on to"))
    ways_of_support = _ways(_("Support may go on to"))
    ways_of_admin = _ways(_("Admins may go on to"))

    class Meta:
        model = Status
        fields = ("key", "name_de", "name_en", "category", "kind", "position", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = StatusTransition.objects.filter(source=self.instance.pk).values_list("role", "target_id")
        for role in User.Role.values:
            self.initial[f"ways_of_{role}"] = [target for other, target in rows if other == role]


@admin.register(Status)
class StatusAdmin(ConfigurationAdmin):
    form = StatusForm
    fixed = ("key",)
    list_display = ("key", "name_de", "name_en", "category", "kind", "position", "active")
    list_filter = ("category", "active")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*StatusForm.Meta.fields, *(f"ways_of_{role}" for role in User.Role.values))

    def command(self, request: Any, row: Any, data: dict[str, Any]) -> models.Model:
        targets = {role: list(data.pop(f"ways_of_{role}")) for role in User.Role.values}
        status = save_configuration(request.actor, row or Status(), **data)
        assert isinstance(status, Status)  # noqa: S101
        return set_transitions(request.actor, status, targets=targets)


@admin.register(StatusTransition)
class StatusTransitionAdmin(ReadOnlyAdmin):
    """The whole table at a glance; changed on the page of the status that is left."""

    list_display = ("source", "target", "role")
    list_filter = ("role", "source")
    list_select_related = ("source", "target")


@admin.register(Priority)
class PriorityAdmin(ConfigurationAdmin):
    """Four rows with a fixed key and rank; only their names and colours are the admin's."""

    removable = False
    fields = ("rank", "key", "name_de", "name_en", "color")
    readonly_fields = ("rank", "key")
    list_display = ("rank", "key", "name_de", "name_en", "color")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Tag)
class TagAdmin(ConfigurationAdmin):
    fields = ("name",)
    list_display = ("name",)
    search_fields = ("name",)


@admin.register(RequestType)
class RequestTypeAdmin(ConfigurationAdmin):
    fixed = ("key",)
    fields = ("key", "name_de", "name_en", "active", "department", "schema")
    list_display = ("key", "name_de", "name_en", "active", "department")
    list_filter = ("active",)
    list_select_related = ("department",)


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ("number", "subject", "status", "priority", "department", "requester", "assignee", "created_at")
    list_filter = ("status", "department")
    list_select_related = ("status", "priority", "department", "requester", "assignee")
    search_fields = ("=number",)
    ordering = ("-id",)
