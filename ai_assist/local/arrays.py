"""Reads the part of the skops format that our models use: one dictionary of arrays and one JSON text.

skops itself would read these files as safely, but brings the whole learning library (100 MB, seconds) into every
process that only wants to answer. What is no array and no text is refused here by name, so nothing else comes to life.
"""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

ABOUT = "about"
MAX_SCHEMA, MAX_ARRAYS = 1_000_000, 1_500_000_000  # bytes
_ARRAY = re.compile(r"[0-9]{1,25}\.npy")


class Foreign(Exception):
    """The file holds something else than arrays and texts."""


def packed(values: dict[str, Any]) -> dict[str, Any]:
    """Arrays stay, all the rest becomes one JSON text: what `read` gives back."""
    import numpy as np

    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    return {ABOUT: json.dumps({name: value for name, value in values.items() if name not in arrays}), **arrays}


def read(path: Path) -> dict[str, Any]:
    """The values that `packed` got. Raises Foreign, or whatever a damaged file causes."""
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo("schema.json").file_size > MAX_SCHEMA:
            raise Foreign("schema too large")
        if sum(entry.file_size for entry in archive.infolist()) > MAX_ARRAYS:
            raise Foreign("arrays too large")
        whole = json.loads(archive.read("schema.json"))
        _expect(whole, "DictNode", "builtins", "dict")
        values = {str(name): _value(archive, node) for name, node in whole["content"].items()}
    about = values.pop(ABOUT)
    if not isinstance(about, dict) or about.keys() & values.keys():
        raise Foreign("about")
    return about | values


def _value(archive: zipfile.ZipFile, node: Any) -> Any:
    import numpy as np

    if isinstance(node, dict) and node.get("__loader__") == "JsonNode":
        _expect(node, "JsonNode", "builtins", "str")
        text = json.loads(node["content"])
        if not isinstance(text, str):
            raise Foreign(f"untrusted: {type(text).__name__}")
        return json.loads(text)
    _expect(node, "NdArrayNode", "numpy", "ndarray")
    name = node.get("file")
    if node.get("type") != "numpy" or not isinstance(name, str) or not _ARRAY.fullmatch(name):
        raise Foreign("array")
    with archive.open(name) as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _expect(node: Any, loader: str, module: str, name: str) -> None:
    found = [node.get(key) if isinstance(node, dict) else None for key in ("__loader__", "__module__", "__class__")]
    if found != [loader, module, name]:
        raise Foreign(f"untrusted: {'.'.join(str(part) for part in found[1:])}"[:200])
