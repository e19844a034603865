"""Logins of the demo people: one random password per installation, kept in the data folder for `up` to print."""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

# Without letters and digits that look alike; four groups of four are about 80 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

Login = tuple[str, str, str]  # role, e-mail, password


def logins_path() -> Path:
    return Path(settings.DATA_DIR) / "demo_logins.json"


def logins() -> list[Login]:
    """The demo logins of this installation; empty when there are none (or the file is gone or broken)."""
    try:
        rows = json.loads(logins_path().read_text())
        return [(row["role"], row["email"], row["password"]) for row in rows]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def make_logins(people: Iterable[tuple[str, str]]) -> list[Login]:
    """Writes logins for these (role, e-mail), readable by the owner only; the password of an earlier start stays."""
    password = next((password for _role, _email, password in logins()), "") or new_password()
    made = [(role, email, password) for role, email in people]
    path = logins_path()
    path.unlink(missing_ok=True)  # so that the mode below holds for a file somebody else made, too
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump([{"role": role, "email": email, "password": secret} for role, email, secret in made], file, indent=2)
    return made


def new_password() -> str:
    """Easy to type: `k7mp-wx3d-9rte-hn4b`."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
