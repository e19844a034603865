"""The complete workflows that Flowtic brings along, as tests read them."""

from pathlib import Path
from typing import Any

from workflows.definition.export import from_text

FOLDER = Path(__file__).parents[3] / "workflows" / "templates_library"
FILES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def read(name: str) -> dict[str, Any]:
    return from_text((FOLDER / f"{name}.yaml").read_bytes())
