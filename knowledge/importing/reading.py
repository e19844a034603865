"""One file as the article it would become."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from flowtic.core.search.text import index_text
from knowledge.importing.html import to_markdown

MARKDOWN, HTML = {".md", ".markdown"}, {".html", ".htm"}
LARGEST = 1_000_000  # bytes
LONGEST_HEAD = 20_000
_HEAD = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FIRST_HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*(?:\r?\n|\Z)")
_RELATIVE = re.compile(r"(!?)\[([^\]\n]*)\]\((?!https?:|mailto:|tel:|#|/)[^)\n]*\)")
_LANGUAGE = re.compile(r"[._-](de|en)$", re.IGNORECASE)


class CannotRead(ValueError):
    """The file is no article, with a sentence that says why."""


@dataclass
class Page:
    """What a file says of an article; an empty `category` leaves the choice to the import."""

    title: str
    body: str
    language: str
    category: str = ""
    tags: list[str] = field(default_factory=list)
    public: bool = False
    draft: bool = False
    original: str = ""  # path of the file it is a translation of


def read_page(path: Path, *, language: str = "") -> Page:
    """Reads a Markdown or HTML file. Raises CannotRead. `language`: where neither head nor name nor text tell."""
    if path.stat().st_size > LARGEST:
        raise CannotRead("larger than 1 MB")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRead("not UTF-8") from None
    if "\0" in text:
        raise CannotRead("not a text")
    head, text = _head(text)
    if path.suffix.lower() in HTML:
        title, text = to_markdown(text)
    else:
        title = ""
    found = _FIRST_HEADING.match(text)
    if found:
        title = _plain(found[1])
        text = text[found.end() :]
    body = _RELATIVE.sub(r"\2", text).strip()
    if not body:
        raise CannotRead("no text")
    return Page(
        title=(_text(head, "title") or title or _plain(path.stem.replace("_", " ").replace("-", " ")))[:200],
        body=body,
        language=_language(head, path, body, language),
        category=_text(head, "category"),
        tags=_words(head.get("tags")),
        public=head.get("public") is True,
        draft=_text(head, "state").lower() == "draft",
        original=_text(head, "original") or _text(head, "translation_of"),
    )


def _head(text: str) -> tuple[dict[str, Any], str]:
    """The front matter, {} without one, and the rest."""
    found = _HEAD.match(text)
    if not found:
        return {}, text
    if len(found[1]) > LONGEST_HEAD:
        raise CannotRead("the front matter is too long")
    try:
        values = yaml.safe_load(found[1])
    except (yaml.YAMLError, RecursionError, ValueError):
        raise CannotRead("the front matter is not YAML") from None
    if values is not None and not isinstance(values, dict):
        return {}, text  # a rule and some text, no head
    return values or {}, text[found.end() :]


def _language(head: dict[str, Any], path: Path, body: str, default: str) -> str:
    named = _text(head, "language").lower() or _text(head, "lang").lower()
    ending = _LANGUAGE.search(path.stem)
    folder = next((part.lower() for part in reversed(path.parts[:-1]) if part.lower() in ("de", "en")), "")
    for candidate in (named[:2], ending[1].lower() if ending else "", folder, default, index_text(body).language or ""):
        if candidate in ("de", "en"):
            return candidate
    return "en"


def _text(head: dict[str, Any], name: str) -> str:
    value = head.get(name)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        value = value.split(",")
    return [str(one) for one in value if isinstance(one, str | int)][:20] if isinstance(value, list) else []


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\\(?=\W)|[*_`]{1,2}(?=\w)|(?<=\w)[*_`]{1,2}", "", text).split())
