"""What admins set up for the desk, written by desk.commands.configuration; tickets only to look at."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.commands import save_template
from desk.commands.configuration import remove_configuration, save_configuration
from desk.commands.sla_policies import remove_sla_policy, save_sla_policy
from desk.commands.transitions import set_transitions
from desk.models import (
    FormVersion,
    Priority,
    RequestType,
    SlaPolicy,
    Status,
    StatusTransition,
    Tag,
    Ticket,
    TicketTemplate,
)
from flowtic.admin_site import CommandAdmin, CommandModelForm, ReadOnlyAdmin

MAX_SCHEMA_FILE = 1_000_000


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


class RequestTypeForm(CommandModelForm):
    """A request type; a changed form is published as its next version, pasted or uploaded as JSON."""

    schema_file = forms.FileField(
        label=_("form as a file"), required=False, help_text=_("A JSON document; it replaces the form above.")
    )
    note = forms.CharField(label=_("note"), required=False, max_length=500, help_text=_("What this version changes."))

    class Meta:
        model = RequestType
        fields = (
            *("key", "name_de", "name_en", "active", "department", "description_de", "description_en"),
            *("icon", "category", "position", "public_link", "leads_publish", "schema"),
        )

    def clean_schema_file(self) -> Any:
        upload = self.cleaned_data.get("schema_file")
        if not upload:
            return None
        if upload.size > MAX_SCHEMA_FILE:
            raise forms.ValidationError(_("The form is too large."))
        try:
            return json.loads(upload.read().decode("utf-8"))
        except (UnicodeDecodeError, ValueError, RecursionError):
            raise forms.ValidationError(_("This file is no JSON document.")) from None


@admin.register(RequestType)
class RequestTypeAdmin(ConfigurationAdmin):
    form = RequestTypeForm
    fixed = ("key",)
    readonly_fields = ("live_version", "public_address")
    list_display = ("key", "name_de", "name_en", "category", "position", "active", "department", "live_version")
    list_filter = ("active", "category")
    list_select_related = ("department", "live_version")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*RequestTypeForm.Meta.fields, "schema_file", "note", "live_version", "public_address")

    @admin.display(description=_("public address"))
    def public_address(self, row: RequestType) -> str:
        return f"{settings.BASE_URL}/request/{row.public_key}" if row.public_link else "–"

    def command(self, request: Any, row: Any, data: dict[str, Any]) -> models.Model:
        uploaded, pasted = data.pop("schema_file"), data.pop("schema")
        schema = pasted if uploaded is None else uploaded
        return save_configuration(request.actor, row or RequestType(), **data, schema=schema or {})


@admin.register(FormVersion)
class FormVersionAdmin(ReadOnlyAdmin):
    list_display = ("request_type", "number", "note", "author", "published_at")
    list_filter = ("request_type",)
    list_select_related = ("request_type", "author")
    ordering = ("-published_at",)


@admin.register(TicketTemplate)
class TicketTemplateAdmin(CommandAdmin):
    fixed = ("key",)
    fields = (
        *("key", "name_de", "name_en", "active", "department", "request_type"),
        *("subject", "description", "fields", "priority", "tags"),
    )
    list_display = ("key", "name_de", "name_en", "department", "request_type", "active")
    list_filter = ("active", "department")
    list_select_related = ("department", "request_type")

    def command(self, request: Any, row: Any, data: dict[str, Any]) -> models.Model:
        values = {**data, "fields": data.get("fields") or {}, "tags": data.get("tags") or []}
        return save_template(request.actor, row or TicketTemplate(), **values)


@admin.register(SlaPolicy)
class SlaPolicyAdmin(CommandAdmin):
    removable = True
    fixed = ("key",)
    fields = ("key", "name_de", "name_en", "position", "active", "condition", "calendar", "targets")
    list_display = ("key", "name_de", "name_en", "position", "active")
    list_filter = ("active",)

    def command(self, request: Any, row: SlaPolicy | None, data: dict[str, Any]) -> SlaPolicy:
        return save_sla_policy(request.actor, row, **data)

    def remove(self, request: Any, row: SlaPolicy) -> None:
        remove_sla_policy(request.actor, row)


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ("number", "subject", "status", "priority", "department", "requester", "assignee", "created_at")
    list_filter = ("status", "department")
    list_select_related = ("status", "priority", "department", "requester", "assignee")
    search_fields = ("=number",)
    ordering = ("-id",)
