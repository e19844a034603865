"""A whole folder: every file becomes an article, the same file the same article at every import."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from knowledge.commands import save_category
from knowledge.commands.importing import import_article
from knowledge.importing.reading import HTML, MARKDOWN, CannotRead, read_page
from knowledge.models import Article, Category

DEFAULT_CATEGORY = "imported"


@dataclass
class Result:
    imported: int = 0
    updated: int = 0
    skipped: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)  # path, reason
    left: list[tuple[str, str]] = field(default_factory=list)  # skipped with a reason that somebody should know


def import_folder(
    actor: Actor,
    folder: Path,
    *,
    source: str = "",
    category: str = "",
    language: str = "",
    draft: bool = False,
    dry_run: bool = False,
) -> Result:
    """Imports all Markdown and HTML files below the folder, each in a transaction of its own.

    `source` names the collection (default: the folder's name); with it and the path a file is known again.
    `category`: key for files that name none and lie in no folder of their own.
    """
    result, source = Result(), source or folder.resolve().name
    done: dict[str, Article] = {}
    later: list[tuple[str, str]] = []
    for path in files_below(folder):
        name = path.relative_to(folder).as_posix()
        try:
            page = read_page(path, language=language)
            page.draft = page.draft or draft
            if dry_run:
                result.imported += 1
                continue
            place = _category(actor, page.category or _folder_of(name) or category or DEFAULT_CATEGORY)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            article, outcome = import_article(actor, path=f"{source}/{name}", digest=digest, page=page, category=place)
        except (CannotRead, OSError) as error:
            result.failed.append((name, str(error)))
            continue
        except CommandError as error:
            words = " ".join(message for messages in error.fields.values() for message in messages)
            result.failed.append((name, words or error.message))
            continue
        done[name] = article
        if page.original:
            later.append((name, page.original))
        _count(result, name, outcome)
    _link(actor, done, later, result)
    return result


def files_below(folder: Path) -> Iterator[Path]:
    """Markdown and HTML files in the order of their paths; hidden ones and links out of the folder are left out."""
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") for part in parts) or path.suffix.lower() not in MARKDOWN | HTML:
            continue
        if path.is_file() and path.resolve().is_relative_to(root):
            yield path


def _count(result: Result, name: str, outcome: str) -> None:
    if outcome == "imported":
        result.imported += 1
    elif outcome == "updated":
        result.updated += 1
    else:
        result.skipped += 1
        if outcome != "unchanged":
            result.left.append((name, outcome))


def _link(actor: Actor, done: dict[str, Article], later: list[tuple[str, str]], result: Result) -> None:
    from knowledge.commands import link_translation

    for name, other in later:
        original = done.get(other) or done.get((Path(name).parent / other).as_posix())
        article = Article.objects.get(pk=done[name].pk)
        if original is None or article.original_id is not None:
            continue
        try:
            link_translation(actor, article, original=Article.objects.get(pk=original.pk))
        except CommandError as error:
            result.left.append((name, f"not linked as a translation: {error.message}"))


def _folder_of(name: str) -> str:
    parts = [part for part in name.split("/")[:-1] if part.lower() not in ("de", "en")]
    return parts[0] if parts else ""


def _category(actor: Actor, name: str) -> Category:
    """The category with that key or name, made where it is missing."""
    key = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:40] or DEFAULT_CATEGORY
    found = Category.objects.filter(key=key).first() or Category.objects.filter(name_de=name).first()
    found = found or Category.objects.filter(name_en=name).first()
    if found is not None:
        return found
    label = name.replace("_", " ").replace("-", " ").strip()[:100]
    label = label[:1].upper() + label[1:]
    names = {"name_de": "Importiert", "name_en": "Imported"} if key == DEFAULT_CATEGORY else {}
    return save_category(actor, None, key=key, **({"name_de": label, "name_en": label} | names))
