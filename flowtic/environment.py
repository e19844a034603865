"""Reads and types the environment variables that `settings.py` uses (documented in docs/configuration.md)."""

import os
import secrets
from pathlib import Path
from typing import Any

import environ

env = environ.Env()


def data_dir(base: Path) -> Path:
    """Folder of all state: database, uploads, broker, keys. Created on first use."""
    path = Path(os.environ.get("FLOWTIC_DATA_DIR") or base / "var").expanduser().resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def secret_key(folder: Path) -> str:
    """`FLOWTIC_SECRET_KEY`, else a key made once for this installation (file mode 0600)."""
    given = os.environ.get("FLOWTIC_SECRET_KEY", "")
    if given:
        return given
    path = folder / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(64)
    with os.fdopen(handle, "w") as file:
        file.write(key)
    return key


def databases(folder: Path, *, embedded_cache: bool, testing: bool) -> dict[str, dict[str, Any]]:
    """Django's DATABASES from `DATABASE_URL`; SQLite in the data folder when it is empty."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'flowtic.sqlite3'}"
    config: dict[str, Any] = env.db_url_config(url)
    config.setdefault("OPTIONS", {})
    config["CONN_MAX_AGE"] = None
    if config["ENGINE"].endswith("mysql"):
        config["CONN_HEALTH_CHECKS"] = True
        config["OPTIONS"] = {
            "charset": "utf8mb4",
            "isolation_level": "read committed",
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY', innodb_lock_wait_timeout=20",
            "connect_timeout": 5,
            **config["OPTIONS"],
        }
        config["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"}
    else:
        config["OPTIONS"] = sqlite_options("OFF" if testing else "FULL") | config["OPTIONS"]
        # A file also in tests: threads that share a database in memory get "table is locked" instead of waiting.
        config["TEST"] = {"NAME": str(folder / "test.sqlite3")}
    found = {"default": config}
    if embedded_cache:
        found["cache"] = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "cache.sqlite3",
            "CONN_MAX_AGE": None,
            # Throttles and presence may be lost with the power: no sync per write.
            "OPTIONS": sqlite_options("OFF"),
        }
    return found


def sqlite_options(synchronous: str) -> dict[str, Any]:
    """WAL and IMMEDIATE: writers queue instead of failing; FULL: an acknowledged write survives power loss."""
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA cache_size=-32000;"
            "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY"
        ),
    }
