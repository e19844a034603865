"""Short ways to say what validation finds."""

from typing import Any

from workflows.definition.validation import Finding, validate


def found(document: Any, **more: Any) -> list[Finding]:
    return validate(document, **more)


def errors(document: Any, **more: Any) -> list[tuple[str, str]]:
    """(path, message) of every error."""
    return [(one.path, one.message) for one in validate(document, **more) if one.severity == "error"]


def warnings(document: Any, **more: Any) -> list[tuple[str, str]]:
    return [(one.path, one.message) for one in validate(document, **more) if one.severity == "warning"]


def paths(document: Any, **more: Any) -> list[str]:
    """Where there are errors."""
    return [path for path, _message in errors(document, **more)]
