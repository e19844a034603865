"""Exactly one default department."""

import pytest

from accounts.commands import save_department
from accounts.models import Department
from flowtic.core.actor import Actor
from flowtic.core.errors import Conflict, Forbidden

MACHINE = Actor.system("test")


def test_a_new_default_replaces_the_old_one(db):
    created = save_department(MACHINE, None, key="it", name_de="IT", name_en="IT", is_default=True)
    assert list(Department.objects.filter(is_default=True)) == [created]
    changed = save_department(MACHINE, Department.objects.get(key="general"), is_default=True)
    assert list(Department.objects.filter(is_default=True)) == [changed]


def test_the_default_cannot_be_retired(db):
    with pytest.raises(Conflict):
        save_department(MACHINE, Department.objects.get(is_default=True), active=False)


def test_departments_are_the_admins_matter(as_web, sven, it):
    with pytest.raises(Forbidden):
        save_department(as_web(sven), it, name_en="Mine")
