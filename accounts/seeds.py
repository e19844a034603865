"""What an empty installation starts with."""

from typing import Any

from accounts.models import Department


def ensure_department(**kwargs: Any) -> None:
    """One default department, so that a ticket always has a place to go."""
    if not Department.objects.exists():
        Department.objects.create(key="general", name_de="Allgemein", name_en="General", is_default=True)
