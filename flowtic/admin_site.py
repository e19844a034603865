"""Django admin for what has no page of its own; its writes go through the same commands.

A model gets in only by one of the two classes below: what a library registers by itself would bypass the events.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from flowtic.core.errors import CommandError


class CommandModelForm(forms.ModelForm):
    """Runs the command as the last step of checking the input, so that its refusals are errors of the form."""

    def run_command(self, data: dict[str, Any]) -> models.Model:
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            with transaction.atomic():  # the admin's own transaction must outlive a refusal
                self.instance = self.run_command(dict(self.cleaned_data))
        except CommandError as error:
            for name, texts in (error.fields or {"": [error.message]}).items():
                self.add_error(name if name in self.fields else None, texts)


class ReadOnlyAdmin(ModelAdmin):
    """Rows to look at."""

    show_full_result_count = False
    list_per_page = 50
    actions: Any = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CommandAdmin(ModelAdmin):
    """Rows that `command` makes and changes and, where `removable`, `remove` deletes. Nothing else writes."""

    form = CommandModelForm
    removable = False
    fixed: tuple[str, ...] = ()  # fields that stay once the row exists
    save_as = False

    def command(self, request: HttpRequest, row: Any, data: dict[str, Any]) -> models.Model:
        """Makes (row None) or changes the row through commands; returns it as stored."""
        raise NotImplementedError

    def remove(self, request: HttpRequest, row: Any) -> None:
        raise NotImplementedError

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        # Not `obj` itself: while the form is checked it takes on the new values.
        stored = self.model._default_manager.get(pk=obj.pk) if obj else None
        return type(form.__name__, (form,), {"run_command": lambda _form, data: self.command(request, stored, data)})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(self.fixed if obj else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.removable and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing: the form has run the command."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: the command wrote these, too."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes along with the row is the command's affair, not a matter of further permissions."""
        deleted, counts, _missing, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            self.remove(request, row)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except CommandError as error:
            return self._refused(
                request, error, f"admin:{self.opts.app_label}_{self.opts.model_name}_change", object_id
            )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        try:
            return super().changelist_view(request, extra_context)
        except CommandError as error:
            return self._refused(request, error, f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def each(self, request: HttpRequest, queryset: Any, command: Any, done: Any) -> None:
        """For bulk actions: the command on every row, with a message for each refusal."""
        worked = 0
        for row in queryset:
            try:
                command(row)
                worked += 1
            except CommandError as error:
                self.message_user(request, f"{row}: {error.message}", messages.ERROR)
        if worked:
            self.message_user(request, f"{done} ({worked})", messages.SUCCESS)

    def _refused(self, request: HttpRequest, error: CommandError, to: str, *args: str) -> HttpResponse:
        self.message_user(request, error.message, messages.ERROR)
        return redirect(to, *args)


class FlowticAdminSite(AdminSite):
    site_header = "Flowtic"
    site_title = "Flowtic"
    index_title = _("Administration")
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if admin_class and issubclass(admin_class, CommandAdmin | ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one login, with one set of limits."""
        if request.user.is_authenticated:
            raise PermissionDenied
        target = request.GET.get("next") or reverse("admin:index", current_app=self.name)
        return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


class FlowticAdminConfig(AdminConfig):
    default_site = "flowtic.admin_site.FlowticAdminSite"
