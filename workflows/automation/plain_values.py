"""Values of a ticket inside a text of ours: they stay text, whatever somebody wrote into a subject."""

import re

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~!])")
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data):")


def plain(value: str) -> str:
    """Without Markdown, addresses and mentions."""
    line = " ".join(value.split())[:2000]
    return _ADDRESS.sub(r"\1\\:", _SPECIAL.sub(r"\\\1", line)).replace("@", "@\u2060")
