"""A row as a ticket to be: cleaned and checked, not yet written."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from desk.commands.creation import MAX_SUBJECT, MAX_TEXT, clean_line
from desk.commands.tagging import clean_tags
from desk.importing.mapping import KINDS, Mapping
from desk.importing.reader import BadRow
from flowtic.core.errors import CommandError


@dataclass
class Draft:
    """What one row says, in our words."""

    row: int
    subject: str
    body: str
    department: str
    priority: str
    kind: str
    requester_name: str
    requester_email: str
    answer: str
    language: str
    tags: list[str] = field(default_factory=list)
    created: datetime | None = None


def draft(number: int, values: dict[str, Any], mapping: Mapping) -> Draft:
    """The draft of a row. Raises BadRow with the reason."""
    text = {ours: _text(values.get(column)) for ours, column in mapping.columns.items()}
    subject, body = _subject_and_body(text.get("subject", ""), text.get("body", ""))
    priority = text.get("priority", "").strip().lower()
    if priority and priority not in mapping.priorities:
        raise BadRow(f"unknown priority {priority!r}")
    if len(body) > MAX_TEXT or len(text.get("answer", "")) > MAX_TEXT:
        raise BadRow("the text is longer than 1,000,000 characters")
    try:
        tags = clean_tags(text.get("tags", "").split(mapping.tag_separator)[:20])
    except CommandError as error:
        raise BadRow(" ".join(chain.from_iterable(error.fields.values())) or error.message) from error
    return Draft(
        row=number,
        subject=subject,
        body=body,
        department=text.get("department", "").strip(),
        priority=mapping.priorities.get(priority, "normal"),
        kind=KINDS.get(text.get("kind", "").strip().lower(), "request"),
        requester_name=clean_line(text.get("requester_name", ""))[:150],
        requester_email=_email(text.get("requester_email", "")),
        answer=text.get("answer", "").strip(),
        language=language if (language := text.get("language", "").strip().lower()[:5]) in ("de", "en") else "",
        tags=tags,
        created=_moment(text.get("created", "")),
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "|".join(str(item) for item in value)
    text = str(value).replace("\0", "")
    # Some exports write line breaks as the two characters \n.
    return text.replace("\\r", "").replace("\\n", "\n") if "\\n" in text and "\n" not in text else text


def _subject_and_body(subject: str, body: str) -> tuple[str, str]:
    """An empty subject is the first line of the body; a too long one is cut and kept whole in the body."""
    subject, body = clean_line(subject), body.strip()
    if not subject and not body:
        raise BadRow("neither subject nor text")
    if not subject:
        subject = clean_line(next(line for line in re.split(r"[\r\n]+", body) if line.strip()))
        if len(subject) > MAX_SUBJECT:
            subject = f"{subject[: MAX_SUBJECT - 2]} …"
    elif len(subject) > MAX_SUBJECT:
        body = f"{subject}\n\n{body}".strip()
        subject = f"{subject[: MAX_SUBJECT - 2]} …"
    return subject, body or subject


def _email(value: str) -> str:
    value = value.strip().lower()
    if value:
        try:
            validate_email(value)
        except ValidationError:
            raise BadRow(f"not an e-mail address: {value[:80]!r}") from None
    return value


def _moment(value: str) -> datetime | None:
    if not value.strip():
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise BadRow(f"not a date: {value[:40]!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
