"""Logs hold no secrets and one line per event."""

from flowtic.core.logs import HIDDEN, hide_secrets


def test_secrets_are_hidden_at_any_depth():
    event = {
        "Authorization": "Bearer flt_x",
        "headers": {"Cookie": "a=b", "Accept": "x"},
        "new_password": "p",
        "path": "/",
    }
    cleaned = hide_secrets(None, "info", event)
    assert cleaned == {
        "Authorization": HIDDEN,
        "headers": {"Cookie": HIDDEN, "Accept": "x"},
        "new_password": HIDDEN,
        "path": "/",
    }
