"""What `up` does before the first process starts."""

from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import OperationalError

from flowtic.core import first_start


@pytest.fixture
def calls(monkeypatch, settings, tmp_path):
    """The management commands that were called, in place of running them."""
    settings.WHITENOISE_USE_FINDERS = False
    settings.STATIC_ROOT = str(tmp_path)
    made = []
    monkeypatch.setattr(first_start, "call_command", lambda name, **options: made.append(name))
    monkeypatch.setattr(first_start, "get_commands", lambda: {"demo": "desk"})
    return made


@pytest.mark.django_db
def test_first_start_loads_the_demo(calls, django_user_model):
    django_user_model.objects.all().delete()
    first_start.prepare(demo=True)
    assert calls == ["check", "migrate", "collectstatic", "demo"]


@pytest.mark.django_db
def test_demo_is_not_loaded_when_nobody_wants_it(calls, settings):
    first_start.prepare(demo=False)
    settings.FLOWTIC_DEMO = False
    first_start.prepare(demo=True)
    assert "demo" not in calls


@pytest.mark.django_db
def test_demo_is_not_loaded_into_a_desk_with_people(calls, django_user_model):
    django_user_model.objects.create(email="someone@example.org")
    first_start.prepare(demo=True)
    assert "demo" not in calls


def test_static_files_are_collected_again_only_after_a_change(calls, settings, tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.css").write_text("a{}")
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    first_start.get_finders.__globals__["get_finder"].cache_clear()

    first_start.collect_static()
    first_start.collect_static()
    assert calls == ["collectstatic"]
    (folder / "a.css").write_text("a{color:red}")
    first_start.collect_static()
    assert calls == ["collectstatic", "collectstatic"]
    first_start.get_finders.__globals__["get_finder"].cache_clear()


def test_collected_files_of_a_container_image_are_served_as_they_are(calls, monkeypatch, settings):
    """Its file system is read-only, and other times of its files do not mean other files."""
    writable = []
    monkeypatch.setattr(first_start.os, "access", lambda path, mode: bool(writable))
    first_start.collect_static()
    assert calls == ["collectstatic"], "an empty folder holds nothing to serve: the attempt says what is wrong"

    Path(settings.STATIC_ROOT, first_start.MANIFEST).write_text("{}")
    Path(settings.STATIC_ROOT, first_start.STATIC_STAMP).unlink()
    first_start.collect_static()
    assert calls == ["collectstatic"]
    writable.append(True)
    first_start.collect_static()
    assert calls == ["collectstatic", "collectstatic"]


@pytest.mark.parametrize("error", [CommandError("wrong setting"), OperationalError("no such host")])
def test_trouble_ends_in_a_sentence(calls, monkeypatch, error):
    def fail(name, **options):
        raise error

    monkeypatch.setattr(first_start, "call_command", fail)
    with pytest.raises(SystemExit) as stopped:
        first_start.prepare(demo=True)
    assert str(error) in str(stopped.value)


@pytest.mark.django_db
def test_only_logins_of_people_who_exist_are_printed(monkeypatch, django_user_model):
    django_user_model.objects.create(email="ada@example.org")
    logins = [("admin", "ada@example.org", "one"), ("agent", "gone@example.org", "two")]
    monkeypatch.setattr(first_start, "import_string", lambda path: lambda: logins)
    assert first_start.demo_logins() == logins[:1]


def test_installation_without_demo_has_no_logins(monkeypatch):
    monkeypatch.setattr(first_start, "DEMO_LOGINS", "accounts.nowhere.logins")
    assert first_start.demo_logins() == []
