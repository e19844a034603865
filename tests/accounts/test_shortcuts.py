"""A person's own keys: saved, refused with reasons, printed on the pages."""

from accounts.shortcuts import KEYS

USUAL = {f"key-{entry.key}": entry.key for entry in KEYS}


def test_keys_are_changed_and_the_pages_know(logged_in, alan):
    client = logged_in(alan)
    assert 'data-shortcuts="on"' in client.get("/me/shortcuts").content.decode()
    answer = client.post("/me/shortcuts", {**USUAL, "mode": "alt", "key-r": "q"})
    assert answer["Location"] == "/me/shortcuts"
    alan.refresh_from_db()
    assert alan.shortcuts == {"mode": "alt", "keys": {"r": "q"}}
    page = client.get("/me/profile").content.decode()
    assert 'data-shortcuts="alt" data-keymap="{&quot;r&quot;:&quot;q&quot;}"' in page
    client.post("/me/shortcuts", {"reset": "1"})
    alan.refresh_from_db()
    assert alan.shortcuts == {}


def test_two_keys_may_change_places(logged_in, alan):
    logged_in(alan).post("/me/shortcuts", {**USUAL, "mode": "on", "key-r": "n", "key-n": "r"})
    alan.refresh_from_db()
    assert alan.shortcuts["keys"] == {"r": "n", "n": "r"}


def test_what_cannot_be_is_said_beside_the_key_and_stays_typed(logged_in, alan):
    answer = logged_in(alan).post(
        "/me/shortcuts", {**USUAL, "mode": "on", "key-r": "n", "key-u": "g", "key-a": "ab", "key-s": "\x07"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    for key in ("r", "n", "u", "a"):
        assert f'id="key-{key}-error"' in page
    assert 'value="ab"' in page
    alan.refresh_from_db()
    assert alan.shortcuts == {}
    assert logged_in(alan).post("/me/shortcuts", {**USUAL, "mode": "sometimes"}).status_code == 422
