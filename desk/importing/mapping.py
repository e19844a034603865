"""Which column means what, and how foreign words become ours."""

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

# Our field -> column names that are taken for it when no mapping file names one, in this order.
KNOWN_COLUMNS = {
    "subject": ("subject", "title", "summary", "betreff", "short_description"),
    "body": ("body", "description", "text", "beschreibung", "message"),
    "department": ("department", "queue", "group", "assignment_group", "abteilung"),
    "priority": ("priority", "prioritaet", "priorität"),
    "requester_email": ("requester_email", "email", "from", "e-mail"),
    "requester_name": ("requester", "caller", "requester_name", "caller_id", "antragsteller"),
    "answer": ("answer", "reply", "antwort", "resolution"),
    "language": ("language", "sprache", "lang"),
    "tags": ("tags", "labels"),
    "kind": ("type", "kind"),
    "created": ("created", "created_at", "opened_at"),
}
PRIORITIES = {
    "very_low": "low",
    "lowest": "low",
    "low": "low",
    "niedrig": "low",
    "5": "low",
    "4": "low",
    "medium": "normal",
    "normal": "normal",
    "mittel": "normal",
    "3": "normal",
    "high": "high",
    "hoch": "high",
    "2": "high",
    "critical": "urgent",
    "urgent": "urgent",
    "highest": "urgent",
    "dringend": "urgent",
    "1": "urgent",
}
KINDS = {
    "incident": "incident",
    "problem": "incident",
    "störung": "incident",
    "request": "request",
    "change": "request",
    "anfrage": "request",
    "question": "question",
    "frage": "question",
}


@dataclass
class Mapping:
    """Columns and value tables; everything not named falls back to what Flowtic knows."""

    columns: dict[str, str] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)  # foreign name -> department key
    priorities: dict[str, str] = field(default_factory=dict)  # foreign name -> priority key
    tag_separator: str = "|"

    def complete(self, found: list[str]) -> "Mapping":
        """With a column for each field that the file has. Raises ValueError when neither subject nor text is there."""
        lower = {name.lower().strip(): name for name in found}
        columns = {
            ours: next(lower[name] for name in names if name in lower)
            for ours, names in KNOWN_COLUMNS.items()
            if any(name in lower for name in names)
        } | self.columns
        missing = sorted(set(columns.values()) - set(found))
        if missing:
            raise ValueError(f"The file has no column {', '.join(missing)}; it has {', '.join(found)}.")
        if not {"subject", "body"} & set(columns):
            raise ValueError(f"No column looks like a subject or a text; the file has {', '.join(found)}.")
        return Mapping(columns, self.departments, PRIORITIES | self.priorities, self.tag_separator)


def load(path: str | None) -> Mapping:
    """The mapping file (JSON with `columns`, `departments`, `priorities`, `tag_separator`). Raises ValueError."""
    if not path:
        return Mapping()
    try:
        data: Any = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"The mapping file cannot be read: {error}.") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"The mapping file is not JSON: {error}.") from error
    if not isinstance(data, dict):
        raise ValueError("The mapping file must hold one JSON object.")
    known = {item.name for item in fields(Mapping)}
    unknown = sorted(set(data) - known)
    if unknown:
        raise ValueError(f"The mapping file has unknown keys: {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")
    wrong = sorted(set(data.get("columns", {})) - set(KNOWN_COLUMNS))
    if wrong:
        raise ValueError(f"Unknown fields in the mapping: {', '.join(wrong)}. Known: {', '.join(KNOWN_COLUMNS)}.")
    return Mapping(**data)
