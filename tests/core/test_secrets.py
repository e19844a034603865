"""Secrets: only administrators save them, nobody reads them back, old keys still open them."""

from datetime import timedelta

import pytest

from flowtic.core import clock, secrets
from flowtic.core.actor import Actor
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Event, Secret
from flowtic.core.secrets import delete_secret, reveal, save_secret


@pytest.fixture
def admin(ada):
    return Actor(ada, "web")


def test_saved_encrypted_and_revealed(admin):
    row = save_secret(admin, "API_KEY", value="s3cret ä", note="Shop")
    assert "s3cret" not in row.value_encrypted
    assert reveal(["API_KEY", "OTHER"]) == {"API_KEY": "s3cret ä"}
    assert reveal([]) == {}
    again = save_secret(admin, "API_KEY", value="new", note="Shop")
    assert again.pk == row.pk
    assert reveal({"API_KEY"}) == {"API_KEY": "new"}


def test_events_tell_who_but_never_the_value(admin, ada):
    save_secret(admin, "KEY", value="s3cret", note="a")
    save_secret(admin, "KEY", value=None, note="b")
    save_secret(admin, "KEY", value=None, note="b")
    delete_secret(admin, "KEY")
    delete_secret(admin, "KEY")
    events = list(Event.objects.filter(name__startswith="secret.").order_by("id"))
    assert [event.name for event in events] == ["secret.saved", "secret.saved", "secret.deleted"]
    assert [event.data.get("value_changed") for event in events] == [True, False, None]
    assert all(event.actor == ada for event in events)
    assert "s3cret" not in str([(event.data, event.changes) for event in events])
    assert not Secret.objects.exists()


def test_keeping_the_value_while_the_note_changes(admin):
    save_secret(admin, "KEY", value="s3cret", note="a")
    assert save_secret(admin, "KEY", value=None, note="b").note == "b"
    assert reveal(["KEY"]) == {"KEY": "s3cret"}


@pytest.mark.parametrize("role", ["rita", "alan", "lea", "sven"])
def test_nobody_else_may(request, role, admin):
    save_secret(admin, "KEY", value="s3cret", note="")
    actor = Actor(request.getfixturevalue(role), "web")
    for attempt in (lambda: save_secret(actor, "KEY", value="x", note=""), lambda: delete_secret(actor, "KEY")):
        with pytest.raises(Forbidden):
            attempt()
    assert reveal(["KEY"]) == {"KEY": "s3cret"}


def test_a_token_needs_the_admin_scope(ada):
    with pytest.raises(Forbidden):
        save_secret(Actor(ada, "api", scopes=frozenset({"tickets:write"})), "KEY", value="x", note="")
    save_secret(Actor(ada, "api", scopes=frozenset({"admin"})), "KEY", value="x", note="")


@pytest.mark.parametrize(
    ("name", "value", "note", "field"),
    [
        ("1KEY", "x", "", "name"),
        ("A-B", "x", "", "name"),
        ("", "x", "", "name"),
        ("K" * 61, "x", "", "name"),
        ("KEY", "", "", "value"),
        ("KEY", None, "", "value"),
        ("KEY", "a\r\nb", "", "value"),
        ("KEY", "x" * 4001, "", "value"),
        ("KEY", "x", "n" * 201, "note"),
    ],
)
def test_wrong_input_is_named(admin, name, value, note, field):
    with pytest.raises(Invalid) as refused:
        save_secret(admin, name, value=value, note=note)
    assert list(refused.value.fields) == [field]
    assert not Secret.objects.exists()


def test_names_differ_by_case_on_every_database(admin):
    save_secret(admin, "KEY", value="upper", note="")
    save_secret(admin, "key", value="lower", note="")
    assert reveal(["KEY", "key"]) == {"KEY": "upper", "key": "lower"}


def test_the_key_of_the_installation_can_change(admin, settings):
    save_secret(admin, "KEY", value="s3cret", note="")
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key-of-fifty-signs", [old]
    assert reveal(["KEY"]) == {"KEY": "s3cret"}
    settings.SECRET_KEY_FALLBACKS = []
    assert reveal(["KEY"]) == {}


def test_use_is_noted_but_not_every_time(admin):
    save_secret(admin, "KEY", value="s3cret", note="")
    start = clock.now()
    seen = []
    for minutes in (0, 0.5, 2):
        with clock.travel(start + timedelta(minutes=minutes)):
            reveal(["KEY"])
        seen.append(Secret.objects.get(name="KEY").last_used_at - start)
    assert seen == [timedelta(), timedelta(), timedelta(minutes=2)]
    assert secrets.LONGEST_VALUE == 4000
