"""Workflows in Django admin: documents are uploaded through the commands, what runs is only to look at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from flowtic.admin_site import CommandAdmin, CommandModelForm, ReadOnlyAdmin
from workflows.commands.definitions import change_workflow, create_workflow, publish, save_draft
from workflows.commands.rules import delete_rule, save_rule
from workflows.definition.export import UnreadableText, from_text
from workflows.definition.format import MAX_BYTES
from workflows.models import (
    AutomationRule,
    AutomationRun,
    EffectRun,
    Instance,
    StepDay,
    Timer,
    Workflow,
    WorkflowRule,
    WorkflowVersion,
    WorkItem,
)


class WorkflowForm(CommandModelForm):
    """A workflow; a file replaces its draft, and may be published at once."""

    document = forms.FileField(
        label=_("document"), required=False, help_text=_("A JSON or YAML file; it becomes the draft.")
    )
    publish_note = forms.CharField(
        label=_("publish with this note"),
        required=False,
        max_length=500,
        help_text=_("Empty: the draft is kept and not published."),
    )

    class Meta:
        model = Workflow
        fields = ("key", "name_de", "name_en", "department", "leads_publish", "active")

    def clean_document(self) -> Any:
        upload = self.cleaned_data.get("document")
        if not upload:
            return None
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        try:
            return from_text(upload.read())
        except UnreadableText as error:
            raise forms.ValidationError(str(error)) from None


@admin.register(Workflow)
class WorkflowAdmin(CommandAdmin):
    form = WorkflowForm
    fixed = ("key",)
    readonly_fields = ("live", "draft_by", "draft_at")
    list_display = ("key", "name_de", "name_en", "department", "active", "live")
    list_filter = ("active",)
    list_select_related = ("department", "live__workflow")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*WorkflowForm.Meta.fields, "document", "publish_note", *self.readonly_fields)

    def command(self, request: Any, row: Any, data: dict[str, Any]) -> models.Model:
        document, note = data.pop("document"), data.pop("publish_note").strip()
        if row is None:
            later = {name: data.pop(name) for name in ("active", "leads_publish")}
            row = create_workflow(request.actor, document=document, **data)
            row = change_workflow(request.actor, row, **later)
        else:
            data.pop("key", None)
            row = change_workflow(request.actor, row, **data)
            row = save_draft(request.actor, row, document=document) if document is not None else row
        if note:
            publish(request.actor, row, note=note)
        return Workflow.objects.get(pk=row.pk)


@admin.register(WorkflowVersion)
class WorkflowVersionAdmin(ReadOnlyAdmin):
    list_display = ("workflow", "number", "note", "author", "published_at")
    list_filter = ("workflow",)
    list_select_related = ("workflow", "author")
    ordering = ("-published_at",)


@admin.register(WorkflowRule)
class WorkflowRuleAdmin(CommandAdmin):
    removable = True
    fields = ("position", "name", "active", "condition", "workflow")
    list_display = ("position", "name", "active", "workflow")
    list_select_related = ("workflow",)

    def command(self, request: Any, row: Any, data: dict[str, Any]) -> models.Model:
        return save_rule(request.actor, row, **{**data, "condition": data.get("condition") or {}})

    def remove(self, request: Any, row: WorkflowRule) -> None:
        delete_rule(request.actor, row)


@admin.register(Instance)
class InstanceAdmin(ReadOnlyAdmin):
    list_display = ("id", "ticket", "version", "status", "has_error", "started_at", "moved_at", "ended_at")
    list_filter = ("status", "has_error")
    list_select_related = ("ticket", "version__workflow")
    search_fields = ("=ticket__number",)
    ordering = ("-id",)


@admin.register(WorkItem)
class WorkItemAdmin(ReadOnlyAdmin):
    # Without the lease token: it is the robot's own.
    fields = (
        *("instance", "ticket", "key", "step", "part", "kind", "state", "strategy", "department", "role", "skill"),
        *("level", "assignee", "assigned_reason", "outcome", "data", "note", "topic", "worker", "lease_until"),
        *("attempts", "error", "due_at", "created_at", "claimed_at", "completed_at", "completed_by", "version"),
    )
    list_display = ("id", "ticket", "step", "kind", "state", "assignee", "department", "due_at", "completed_at")
    list_filter = ("state", "kind")
    list_select_related = ("ticket", "assignee", "department")
    search_fields = ("=ticket__number",)
    ordering = ("-id",)


@admin.register(Timer)
class TimerAdmin(ReadOnlyAdmin):
    list_display = ("id", "instance", "step", "name", "due_at")
    list_select_related = ("instance",)
    ordering = ("due_at",)


@admin.register(EffectRun)
class EffectRunAdmin(ReadOnlyAdmin):
    list_display = ("id", "instance", "step", "kind", "state", "attempts", "error", "created_at")
    list_filter = ("state", "kind")
    list_select_related = ("instance",)
    ordering = ("-id",)


@admin.register(StepDay)
class StepDayAdmin(ReadOnlyAdmin):
    list_display = ("day", "workflow", "step", "person", "department", "completed")
    list_filter = ("workflow",)
    list_select_related = ("workflow", "person", "department")
    ordering = ("-day",)


@admin.register(AutomationRule)
class AutomationRuleAdmin(ReadOnlyAdmin):
    # Made and changed on their own pages: actions are checked one by one there.
    list_display = ("position", "name", "trigger", "active", "failures", "paused_at", "updated_at")
    list_filter = ("trigger", "active")


@admin.register(AutomationRun)
class AutomationRunAdmin(ReadOnlyAdmin):
    list_display = ("id", "rule_name", "ticket", "outcome", "code", "depth", "milliseconds", "created_at")
    list_filter = ("outcome",)
    list_select_related = ("ticket",)
    search_fields = ("=ticket__number",)
    ordering = ("-id",)
