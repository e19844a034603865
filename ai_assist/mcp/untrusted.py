"""Texts that other people wrote: marked, so that a client does not take them for orders."""

from typing import Any

LONGEST = 8_000


def from_outside(text: str, written_by: str = "") -> dict[str, Any]:
    """The text as data. `cut` tells that only its beginning is there."""
    return {
        "untrusted": True,
        "written_by": written_by,
        "text": text[:LONGEST],
        "cut": len(text) > LONGEST,
    }
