"""Model files below <data>/models: written once, read only when their digest is the one the database knows.

Written by skops and refused at once if it would not trust them blindly; read by `arrays`, which knows nothing but
arrays and texts, so nothing in a file can run. One that was changed is refused before it is opened.
"""

import hashlib
import os
import threading
from pathlib import Path

import structlog
from django.conf import settings

from ai_assist.local import arrays
from ai_assist.local.textmodel import TextModel
from ai_assist.models import LearnedModel

log = structlog.get_logger("flowtic.assist")

MAX_BYTES = 400_000_000
KEPT_IN_MEMORY = 8
_models: dict[str, TextModel] = {}
_refused: set[tuple[str, str]] = set()
_lock = threading.Lock()


class Refused(Exception):
    """The file must not be used, or cannot be."""


def folder() -> Path:
    return Path(settings.DATA_DIR) / "models"


def write(name: str, model: TextModel) -> tuple[str, int]:
    """Writes the model as a whole file of that name; returns (sha256, bytes)."""
    import skops.io  # type: ignore[import-untyped]

    place = _place(name)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partly = place.with_suffix(f".{os.getpid()}.part")
    try:
        skops.io.dump(arrays.packed(model.stored()), partly, compression=8, compresslevel=1)
        partly.chmod(0o600)
        if needed := skops.io.get_untrusted_types(file=partly):
            raise Refused(f"untrusted: {', '.join(sorted(needed))[:200]}")
        digest = sha256_of(partly)
        partly.replace(place)
    finally:
        partly.unlink(missing_ok=True)
    return digest, place.stat().st_size


def read(name: str, digest: str) -> TextModel:
    """The model in the file. Raises Refused when it is missing, not the one that was written, or no such model."""
    place = _place(name)
    if not place.is_file():
        raise Refused("missing")
    if not digest or sha256_of(place) != digest:
        raise Refused("changed")
    try:
        return TextModel.read(arrays.read(place))
    except arrays.Foreign as error:
        raise Refused(str(error)) from error
    except Exception as error:
        raise Refused(f"unreadable: {type(error).__name__}") from error


def model_of(row: LearnedModel) -> TextModel | None:
    """The model behind a row, loaded once per process; None when its file is refused (said once in the log)."""
    with _lock:
        model = _models.get(row.sha256)
        if model is not None or not row.file or (row.file, row.sha256) in _refused:
            return model
        try:
            model = read(row.file, row.sha256)
        except Refused as reason:
            log.warning("model_refused", model=str(row), file=row.file, reason=str(reason))
            if str(reason) != "missing":  # it may still be copied to where it belongs
                _refused.add((row.file, row.sha256))
            return None
        while len(_models) >= KEPT_IN_MEMORY:
            _models.pop(next(iter(_models)))
        _models[row.sha256] = model
        return model


def remove(name: str) -> None:
    _place(name).unlink(missing_ok=True)


def forget() -> None:
    """Load again when next asked (tests)."""
    with _lock:
        _models.clear()
        _refused.clear()


def sha256_of(path: Path) -> str:
    """Raises Refused for a file larger than any model."""
    if path.stat().st_size > MAX_BYTES:
        raise Refused("too large")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place(name: str) -> Path:
    if not name or Path(name).name != name or not name.endswith(".skops"):
        raise Refused("name")
    return folder() / name
