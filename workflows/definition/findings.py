"""What validation says: severity, where, and a sentence in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

ERROR, WARNING = "error", "warning"
MOST = 200


@dataclass(frozen=True)
class Finding:
    """`path` leads into the document ("steps/3/next"); `step` is the step's key, "" for the whole workflow."""

    severity: str
    path: str
    message: str
    step: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR


class Findings:
    """Collects findings, each place and sentence once, at most MOST of them."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Finding] = {}

    def error(self, path: str, message: str, step: str = "") -> None:
        self._add(Finding(ERROR, path, message, step))

    def warning(self, path: str, message: str, step: str = "") -> None:
        self._add(Finding(WARNING, path, message, step))

    def _add(self, finding: Finding) -> None:
        if len(self._found) < MOST:
            self._found.setdefault((finding.path, finding.message), finding)

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def has_errors(self) -> bool:
        return any(one.is_error for one in self._found.values())

    def sorted(self) -> list[Finding]:
        """Errors first, then in the order of the document."""
        return sorted(self._found.values(), key=lambda one: (not one.is_error, _order(one.path), one.message))


def _order(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isascii() and part.isdigit() else (-1, part) for part in path.split("/")]


def errors(findings: Iterable[Finding]) -> list[Finding]:
    return [one for one in findings if one.is_error]


def join(*parts: object) -> str:
    """The path of a place in the document."""
    return "/".join(str(part) for part in parts if part != "")
