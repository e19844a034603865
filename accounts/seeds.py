"""What an empty installation starts with."""

from typing import Any

from accounts.calendars import OFFICE_HOURS, digest_of
from accounts.models import Calendar, Department


def ensure_department(**kwargs: Any) -> None:
    """One default department, so that a ticket always has a place to go."""
    if not Department.objects.exists():
        Department.objects.create(key="general", name_de="Allgemein", name_en="General", is_default=True)


def ensure_calendar(**kwargs: Any) -> None:
    """One default calendar: office hours without public holidays, until an admin says where the desk is."""
    if Calendar.objects.exists():
        return
    row = Calendar(
        key="office",
        name_de="Bürozeit",
        name_en="Office hours",
        time_zone="Europe/Berlin",
        weekly=OFFICE_HOURS,
        is_default=True,
    )
    row.digest = digest_of(row, [])
    row.save()
