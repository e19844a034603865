"""What counts as visible text: one rule for commands that clean texts and for the API's schema that demands them."""

import re

# Blanks, controls, and characters that only steer others (zero width, direction, byte order mark).
INVISIBLE = r"\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb"
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")

_LINE = r"[^\x00-\x1f\x7f]*"
_TEXT = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*"
# As JSON Schema patterns: no control characters, and in the VISIBLE ones at least one character that can be seen.
LINE = f"^{_LINE}$"
VISIBLE_LINE = f"^{_LINE}[^{INVISIBLE}]{_LINE}$"
VISIBLE_TEXT = f"^{_TEXT}[^{INVISIBLE}]{_TEXT}$"

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?:[A-Za-z]{{2,63}}|xn--[A-Za-z0-9]{{1,59}})$"
KEY = r"^[a-z0-9][a-z0-9_-]{0,39}$"


def one_line(text: str) -> str:
    """Without line breaks, controls and invisible characters: such texts travel into mail headers."""
    return _INVISIBLE.sub(" ", text).strip()
