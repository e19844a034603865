"""Secrets, of which the value can be set and never read, and the log of outgoing calls."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from flowtic.admin_site import CommandAdmin, CommandModelForm, ReadOnlyAdmin
from flowtic.core.models import OutgoingCall, Secret
from flowtic.core.secrets import delete_secret, save_secret


class SecretForm(CommandModelForm):
    value = forms.CharField(
        label=_("Value"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It cannot be shown again. Empty keeps the value there is."),
    )

    class Meta:
        model = Secret
        fields = ("name", "note")


@admin.register(Secret)
class SecretAdmin(CommandAdmin):
    form = SecretForm
    fixed = ("name",)
    removable = True
    list_display = ("name", "note", "updated_at", "last_used_at")
    search_fields = ("name",)

    def command(self, request: HttpRequest, row: Any, data: dict[str, Any]) -> models.Model:
        name = row.name if row else data["name"]
        return save_secret(
            request.actor,  # type: ignore[attr-defined]
            name,
            value=data.get("value") or (None if row else ""),
            note=data.get("note") or "",
        )

    def remove(self, request: HttpRequest, row: Any) -> None:
        delete_secret(request.actor, row.name)  # type: ignore[attr-defined]


@admin.register(OutgoingCall)
class OutgoingCallAdmin(ReadOnlyAdmin):
    list_display = ("id", "created_at", "kind", "method", "url", "status", "error", "attempt", "milliseconds")
    list_filter = ("kind",)
    search_fields = ("=subject_id",)
    ordering = ("-id",)
