"""Complete workflows with their request types, ready to be installed: one YAML file each."""

import functools
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent


def names() -> list[str]:
    """Names of the templates there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@functools.cache
def read(key: str) -> dict[str, Any]:
    """{"requires", "request_type", "workflow"}. Raises LookupError for an unknown name."""
    if key not in names():
        raise LookupError(key)
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{key}.yaml").read_text(encoding="utf-8"))
    return found
