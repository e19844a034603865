"""An article's Markdown as a page: headings with anchors, a table of contents, pictures only from its own files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.text import slugify
from markdown_it.token import Token

from flowtic.core.markdown import HEADINGS, MAX_LENGTH, MAX_LINKS, clean, parser_for, plain_html, work

PICTURE = re.compile(r"^/knowledge/files/([0-9a-f]{32})(?:\?inline=1)?$")
_ANCHOR = re.compile(r"^h-[a-z0-9-]{1,70}$")
_MORE = {"img": {"src", "alt", "title"}, **{name: {"id"} for name in HEADINGS}}
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
CONTENTS_FROM = 3  # headings
# Articles are long and their writers known: four times the work that a comment may ask for.
MAX_WORK = 20_000


@dataclass(frozen=True)
class Heading:
    """An entry of the table of contents; level 2 is the highest, the title itself is 1."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Rendered:
    html: SafeString
    headings: list[Heading]

    @property
    def contents(self) -> list[Heading]:
        """The table of contents, empty for short articles."""
        shown = [heading for heading in self.headings if heading.level <= 3]
        return shown if len(shown) >= CONTENTS_FROM else []


def render(body: str) -> Rendered:
    """Safe HTML and the headings of an article's text."""
    text = body[:MAX_LENGTH]
    if work(text) > MAX_WORK or text.count("](") > MAX_LINKS:
        return Rendered(clean(plain_html(text)), [])
    parser = parser_for(text, pictures=True)
    tokens = parser.parse(text)
    headings = _headings(tokens)
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = [_own_or_words(child) for child in token.children]
    return Rendered(clean(parser.renderer.render(tokens, parser.options, {}), more=_MORE, allowed=_allowed), headings)


def own_pictures(body: str) -> set[str]:
    """Keys of the files that a text shows as pictures."""
    return set(re.findall(r"/knowledge/files/([0-9a-f]{32})", body))


def plain(body: str, limit: int = 300) -> str:
    """The beginning of a text without its headings and marks, for lists."""
    text = re.sub(r"```.*?```|!\[[^\]]*\]\([^)]*\)|^\s*\|.*$", " ", body[: limit * 8], flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\s*#{1,6}\s.*$|^\s*(?:[-*+>]|\d+[.)])\s+", "", text, flags=re.MULTILINE)
    text = " ".join(re.sub(r"[*_`~]{1,3}", "", text).split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def _headings(tokens: Sequence[Token]) -> list[Heading]:
    """Gives every heading an anchor and a level below the title's; returns them."""
    found: list[Heading] = []
    used: set[str] = set()
    # The highest level becomes 2, whichever it is: the page's title is 1, and no level is left out.
    shift = 2 - min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=2)
    for n, token in enumerate(tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        level = min(int(token.tag[1]) + shift, 6)
        token.tag = f"h{level}"
        if token.type == "heading_open":
            text = " ".join(_words(tokens[n + 1]).split())
            anchor = _anchor(text, used)
            token.attrSet("id", anchor)
            if text:
                found.append(Heading(level, anchor, text))
    return found


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))


def _anchor(text: str, used: set[str]) -> str:
    base = f"h-{slugify(text.translate(_GERMAN))[:60].strip('-') or 'section'}"
    anchor, n = base, 1
    while anchor in used:
        n += 1
        anchor = f"{base}-{n}"
    used.add(anchor)
    return anchor


def _own_or_words(token: Token) -> Token:
    """A picture out of the article's files stays; any other becomes its description."""
    if token.type != "image":
        return token
    own = PICTURE.match(str(token.attrGet("src") or ""))
    if own:
        token.attrSet("src", f"/knowledge/files/{own[1]}?inline=1")
        return token
    return Token("text", "", 0, content=token.content)


def _allowed(tag: str, name: str, value: str) -> str | None:
    if name == "id":
        return value if _ANCHOR.match(value) else None
    if tag == "img" and name == "src":
        return value if PICTURE.match(value) else None
    return value
