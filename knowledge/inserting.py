"""An article as a piece of another text."""

import re

from knowledge.models import Article

_PICTURE = re.compile(r"!\[([^\]]*)\]\((/knowledge/files/[0-9a-f]{32})(?:\?inline=1)?[^)]*\)")
_PLACE = re.compile(r"\]\((/[^)\s]*)")
_MARKS = re.compile(r"([\[\]\\])")


def insertion(article: Article, *, address: str, base: str, whole: bool) -> str:
    """A Markdown link to the article, or its whole text with pictures as links and complete addresses."""
    title = _MARKS.sub(r"\\\1", article.title)
    link = f"[{title}]({address})"
    if not whole:
        return link
    body = _PICTURE.sub(lambda found: f"[{found[1] or 'Bild'}]({base}{found[2]})", article.body.strip())
    body = _PLACE.sub(lambda found: f"]({base}{found[1]}", body)
    return f"**{title}**\n\n{body}\n\n{link}\n"
