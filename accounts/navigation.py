"""Places of accounts in the menus; those of flowtic.core.shell that count something are registered anew here."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import waiting_count
from flowtic.core.shell import nav_item


def _administers(actor: Any) -> bool:
    return bool(actor.is_admin)


def _everybody(actor: Any) -> bool:
    return True


def register() -> None:
    # Under /settings itself, so that the place is marked on every page below it.
    nav_item("settings", _("Administration"), "gear", "accounts:settings", _administers, order=90)
    nav_item("settings_home", _("Overview"), "work", "accounts:settings", _administers, area="settings", order=1)
    nav_item(
        "people_pending", _("Pending people"), "clock", "accounts:people_pending", _administers,
        area="settings", order=10, count=waiting_count,
    )  # fmt: skip
    nav_item("people", _("People"), "users", "accounts:settings_people", _administers, area="settings", order=15)
    nav_item(
        "departments", _("Departments"), "building", "accounts:settings_departments", _administers,
        area="settings", order=20,
    )  # fmt: skip
    nav_item(
        "domains", _("Approved domains"), "globe", "accounts:settings_domains", _administers, area="settings", order=25
    )
    nav_item(
        "calendars", _("Working hours"), "calendar", "accounts:settings_calendars", _administers,
        area="settings", order=30,
    )  # fmt: skip
    nav_item("skills", _("Skills"), "star", "accounts:settings_skills", _administers, area="settings", order=35)
    nav_item("notifications", _("Notifications"), "bell", "accounts:notifications", _everybody, area="me", order=5)
    nav_item(
        "notification_settings", _("What is told"), "mail", "accounts:notification_settings", _everybody,
        area="me", order=11,
    )  # fmt: skip
    nav_item("email", _("E-mail address"), "mail", "account_email", _everybody, area="me", order=12)
    nav_item("password", _("Password"), "lock", "account_change_password", _everybody, area="me", order=14)
