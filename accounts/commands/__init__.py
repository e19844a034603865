"""The only writers of people, departments and tokens."""

from accounts.commands.absences import record_absence, remove_absence, set_availability
from accounts.commands.avatars import remove_avatar, set_avatar
from accounts.commands.calendars import (
    import_calendar_days,
    remove_calendar,
    remove_calendar_day,
    save_calendar,
    save_calendar_day,
)
from accounts.commands.departments import save_department
from accounts.commands.domains import remove_approved_domain, save_approved_domain
from accounts.commands.inbox import mark_read, mute_ticket, save_notification_settings, unmute_ticket
from accounts.commands.logins import change_password, log_out_everywhere, record_failed_login, record_login
from accounts.commands.membership import (
    approve_person,
    reactivate_person,
    reject_person,
    set_departments,
    set_role,
    suspend_person,
)
from accounts.commands.people import change_profile, confirm_email, create_contact, create_person, register_person
from accounts.commands.registration import change_email, change_registration
from accounts.commands.shortcuts import change_shortcuts
from accounts.commands.skills import remove_skill, save_skill, set_skills
from accounts.commands.tokens import create_token, revoke_token
from accounts.commands.working import change_working

__all__ = [
    "approve_person",
    "change_email",
    "change_password",
    "change_profile",
    "change_registration",
    "change_shortcuts",
    "change_working",
    "confirm_email",
    "create_contact",
    "create_person",
    "create_token",
    "import_calendar_days",
    "log_out_everywhere",
    "mark_read",
    "mute_ticket",
    "reactivate_person",
    "record_absence",
    "record_failed_login",
    "record_login",
    "register_person",
    "reject_person",
    "remove_absence",
    "remove_approved_domain",
    "remove_avatar",
    "remove_calendar",
    "remove_calendar_day",
    "remove_skill",
    "revoke_token",
    "save_approved_domain",
    "save_calendar",
    "save_calendar_day",
    "save_department",
    "save_notification_settings",
    "save_skill",
    "set_availability",
    "set_avatar",
    "set_departments",
    "set_role",
    "set_skills",
    "suspend_person",
    "unmute_ticket",
]
