"""Django admin speaks the reader's language: every name it prints of our models is translated."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.core.exceptions import FieldDoesNotExist
from django.test import RequestFactory
from django.utils.functional import Promise

from flowtic.core.actor import Actor

admin.autodiscover()
APPS = ("core", "accounts", "desk", "workflows", "knowledge")
SHOWN = {model: page for model, page in admin.site._registry.items() if model._meta.app_label in APPS}


def request():
    """Of an administrator; no database."""
    found = RequestFactory().get("/admin/")
    yes = lambda *_names: True  # noqa: E731
    person = SimpleNamespace(
        pk=1, is_active=True, is_staff=True, is_superuser=True, is_authenticated=True, has_perm=yes, has_perms=yes,
        role="admin", state="active", can_work=True,
    )  # fmt: skip
    found.user, found.actor = person, Actor(person, "admin")
    return found


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model._meta.label)
def test_names_are_translated(model):
    page, asked = SHOWN[model], request()
    names = {*flatten(page.get_fields(asked)), *page.get_readonly_fields(asked), *page.get_form(asked).base_fields}
    names |= {name for name in (*page.list_display, *page.list_filter) if isinstance(name, str)}
    plain = set()
    for name in names - {"id", "__str__"}:
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue  # a field of the form or a method: it brings a label of its own
        if not isinstance(field.verbose_name, Promise):
            plain.add(name)
    assert names
    assert plain == set()
    assert isinstance(model._meta.verbose_name, Promise)
    assert isinstance(model._meta.verbose_name_plural, Promise)
