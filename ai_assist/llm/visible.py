"""What a reader sees of a text, and nothing else: a model must not read what a person cannot."""

import re
import unicodedata
from html.parser import HTMLParser

from flowtic.core.markdown import to_html

# Look like nothing although they are letters or symbols.
_BLANK = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F, 0x17B4, 0x17B5}
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0xE0000, 0xE007F))
_BLOCKS = {"p", "br", "hr", "li", "ul", "ol", "pre", "blockquote", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}
_KNOWN = {
    *("a", "abbr", "article", "b", "base", "blockquote", "body", "br", "button", "center", "code", "dd", "details"),
    *("div", "dl", "dt", "em", "embed", "fieldset", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5"),
    *(
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "input",
        "label",
        "li",
        "link",
        "main",
        "mark",
        "meta",
    ),
    *("nav", "noscript", "object", "ol", "option", "p", "picture", "pre", "s", "script", "section", "select", "small"),
    *(
        "source",
        "span",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "template",
        "textarea",
    ),
    *("tfoot", "th", "thead", "title", "tr", "tt", "u", "ul", "video", "audio", "wbr", "math"),
}
_VOID = {"base", "br", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
_SILENT = {"head", "script", "style", "title", "template", "noscript", "iframe", "object", "svg", "textarea", "math"}
_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?(?![\d.])|font-size\s*:\s*0(?:\.\d+)?(?![\d.])"
    r"|(?<!-)color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)"
    r"|(?:width|height|max-height)\s*:\s*0(?![\d.])|text-indent\s*:\s*-\d{3}",
    re.IGNORECASE,
)
_WHITE = {"white", "#fff", "#ffffff"}
_MARKUP = re.compile(r"<(?:[a-zA-Z/]|!--)")
MOST = 200_000


def visible_text(markdown: str) -> str:
    """The text of a message as its reader sees it: rendered as everywhere, without markup and hidden signs."""
    shown = _Text()
    shown.feed(to_html(markdown[:MOST]))
    shown.close()
    text = shown.text()
    # Tags that somebody typed are shown as letters; what they would have hidden is no text for anybody.
    return plain(without_markup(text) if _MARKUP.search(text) else text)


def plain(text: str) -> str:
    """Without signs that nobody sees: zero-width, direction, tags of U+E0000, selectors, controls."""
    kept = "".join(sign for sign in text if sign in "\n\t" or not _is_hidden(sign))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", kept)).strip()


def without_markup(text: str) -> str:
    """Text that holds HTML: comments, hidden elements, attributes and known tags are dropped, other words stay."""
    parser = _Typed()
    parser.feed(text)
    parser.close()
    return parser.text()


def _is_hidden(sign: str) -> bool:
    code = ord(sign)
    if code in _BLANK or any(first <= code <= last for first, last in _SELECTORS):
        return True
    return unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Cs")


class _Text(HTMLParser):
    """Text of sanitised HTML, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._parts.append("\n")
        if tag == "li":
            self._parts.append("- ")
        elif tag in ("td", "th"):
            self._parts.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS and tag != "li":
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        self._parts.append(data)

    def text(self) -> str:
        return "".join(self._parts)


class _Typed(_Text):
    """Text that somebody typed or that came as HTML; unknown tags (configuration files) stay what they are."""

    def __init__(self) -> None:
        super().__init__()
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KNOWN:
            self._say(self.get_starttag_text() or "")
            return
        if (self._silent or tag in _SILENT or _is_unseen(attrs)) and tag not in _VOID:
            self._silent.append(tag)
        elif not self._silent:
            super().handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent and self._silent.pop() != tag:
                pass
        elif tag not in _KNOWN:
            self._say(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._say(data)

    def handle_comment(self, data: str) -> None:
        pass

    def _say(self, text: str) -> None:
        if not self._silent:
            self._parts.append(text)


def _is_unseen(attrs: list[tuple[str, str | None]]) -> bool:
    given = {name: (value or "").lower() for name, value in attrs}
    if "hidden" in given or given.get("aria-hidden") == "true":
        return True
    if given.get("color", "").strip() in _WHITE or given.get("size") == "0":
        return True
    return bool(_UNSEEN_STYLE.search(given.get("style", "")))
