"""The only writers of people, departments and tokens."""

from accounts.commands.avatars import remove_avatar, set_avatar
from accounts.commands.departments import save_department
from accounts.commands.domains import remove_approved_domain, save_approved_domain
from accounts.commands.logins import change_password, record_failed_login, record_login
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
from accounts.commands.tokens import create_token, revoke_token

__all__ = [
    "approve_person",
    "change_email",
    "change_password",
    "change_profile",
    "change_registration",
    "confirm_email",
    "create_contact",
    "create_person",
    "create_token",
    "reactivate_person",
    "record_failed_login",
    "record_login",
    "register_person",
    "reject_person",
    "remove_approved_domain",
    "remove_avatar",
    "revoke_token",
    "save_approved_domain",
    "save_department",
    "set_avatar",
    "set_departments",
    "set_role",
    "suspend_person",
]
