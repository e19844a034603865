"""People, departments and approved domains in Django admin, written by the commands."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.commands import (
    change_profile,
    create_person,
    log_out_everywhere,
    reactivate_person,
    remove_approved_domain,
    remove_calendar,
    remove_skill,
    save_approved_domain,
    save_calendar,
    save_department,
    save_skill,
    set_departments,
    set_role,
    suspend_person,
)
from accounts.forms import LANGUAGES, time_zone_choices
from accounts.models import ApprovedDomain, Calendar, Department, Skill, User
from flowtic.admin_site import CommandAdmin, CommandModelForm

PROFILE = ("name", "phone", "language", "time_zone", "theme", "density")


class PersonForm(CommandModelForm):
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    departments = forms.ModelMultipleChoiceField(
        label=_("Departments"), queryset=Department.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    leads = forms.ModelMultipleChoiceField(
        label=_("Leads"), queryset=Department.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ("email", "role", *PROFILE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            self.fields["time_zone"].choices = time_zone_choices(self.instance.time_zone)  # type: ignore[attr-defined]
        if self.instance.pk:
            works = list(self.instance.memberships.values_list("department_id", "is_lead"))
            self.initial["departments"] = [pk for pk, _lead in works]
            self.initial["leads"] = [pk for pk, lead in works if lead]
        else:
            self.fields["email"].required = True


@admin.register(User)
class PersonAdmin(CommandAdmin):
    """No deleting: what people did stays. A new person sets the password by “Forgot your password?”."""

    form = PersonForm
    fixed = ("email",)
    list_display = ("name", "email", "role", "state", "last_active_at")
    list_filter = ("role", "state")
    search_fields = ("name", "email")
    ordering = ("name",)
    readonly_fields = ("state", "reason", "decision_reason", "created_at", "last_active_at")
    actions = ("suspend", "reactivate", "log_out")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("email", "name", "role", "departments", "leads")
        return ("email", "state", "role", "departments", "leads", *PROFILE, *self.readonly_fields[1:])

    def command(self, request: Any, row: User | None, data: dict[str, Any]) -> User:
        leads = set(data["leads"])
        departments = {department: department in leads for department in {*data["departments"], *leads}}
        if row is None:
            return create_person(
                request.actor,
                email=data["email"],
                name=data["name"],
                role=data["role"],
                departments=departments,
                password=None,
            )
        change_profile(request.actor, row, **{name: data[name] for name in PROFILE})
        if row.role != data["role"]:
            set_role(request.actor, row, role=data["role"])
        set_departments(request.actor, row, departments=departments)
        return User.objects.get(pk=row.pk)

    @admin.action(description=_("Suspend: sessions and tokens end at once"))
    def suspend(self, request: Any, queryset: Any) -> None:
        self.each(request, queryset, lambda row: suspend_person(request.actor, row, reason=""), _("Suspended."))

    @admin.action(description=_("Log out everywhere"))
    def log_out(self, request: Any, queryset: Any) -> None:
        self.each(request, queryset, lambda row: log_out_everywhere(request.actor, row), _("Logged out."))

    @admin.action(description=_("Reactivate"))
    def reactivate(self, request: Any, queryset: Any) -> None:
        self.each(request, queryset, lambda row: reactivate_person(request.actor, row), _("Reactivated."))


@admin.register(Department)
class DepartmentAdmin(CommandAdmin):
    """No deleting: a department is retired by taking “active” away."""

    fixed = ("key",)
    fields = ("key", "name_de", "name_en", "active", "is_default", "position", "calendar")
    list_display = ("key", "name_de", "name_en", "active", "is_default", "position")
    list_filter = ("active",)
    search_fields = ("key", "name_de", "name_en")

    def command(self, request: Any, row: Department | None, data: dict[str, Any]) -> Department:
        return save_department(request.actor, row, **data)


@admin.register(Calendar)
class CalendarAdmin(CommandAdmin):
    """Own days are changed on the page of working hours."""

    removable = True
    fixed = ("key",)
    fields = ("key", "name_de", "name_en", "time_zone", "weekly", "holiday_region", "is_default")
    list_display = ("key", "name_de", "name_en", "time_zone", "holiday_region", "is_default")

    def command(self, request: Any, row: Calendar | None, data: dict[str, Any]) -> Calendar:
        return save_calendar(request.actor, row, **data)

    def remove(self, request: Any, row: Calendar) -> None:
        remove_calendar(request.actor, row)


@admin.register(Skill)
class SkillAdmin(CommandAdmin):
    removable = True
    fixed = ("key",)
    fields = ("key", "name_de", "name_en", "active")
    list_display = ("key", "name_de", "name_en", "active")
    list_filter = ("active",)

    def command(self, request: Any, row: Skill | None, data: dict[str, Any]) -> Skill:
        return save_skill(request.actor, row, **data)

    def remove(self, request: Any, row: Skill) -> None:
        remove_skill(request.actor, row)


@admin.register(ApprovedDomain)
class ApprovedDomainAdmin(CommandAdmin):
    removable = True
    fixed = ("domain",)
    fields = ("domain", "role", "departments")
    list_display = ("domain", "role")
    search_fields = ("domain",)

    def command(self, request: Any, row: ApprovedDomain | None, data: dict[str, Any]) -> ApprovedDomain:
        domain = row.domain if row else data["domain"]
        departments = list(data["departments"])
        return save_approved_domain(request.actor, domain=domain, role=data["role"], departments=departments)

    def remove(self, request: Any, row: ApprovedDomain) -> None:
        remove_approved_domain(request.actor, row)
