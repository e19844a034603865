"""HTML to Markdown, as far as an article needs it: what is no text, heading, list, link or table is dropped."""

import re
from html.parser import HTMLParser

DROPPED = {"script", "style", "head", "template", "noscript", "iframe", "object", "svg", "nav", "form", "select"}
HEADINGS = {f"h{n}": n for n in range(1, 7)}
BLOCKS = {"p", "div", "section", "article", "header", "footer", "main", "blockquote", "figure", "dl", "dt", "dd"}
MARKS = {"strong": "**", "b": "**", "em": "_", "i": "_"}
DEEPEST = 60
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")
_SAFE = re.compile(r"^(?:https?:|mailto:)", re.IGNORECASE)


class _Converter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.title = ""
        self.in_title = False
        self.dropped = 0
        self.pre = 0
        self.lists: list[int] = []  # -1: bullets, else the number of the last item
        self.quotes = 0
        self.links: list[str] = []
        self.row: list[str] | None = None
        self.first_row = False

    # ---- tags ------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self.in_title = True
        if tag in DROPPED and tag != "head":
            self.dropped += 1
        if self.dropped:
            return
        if tag in HEADINGS:
            self._block()
            self.out.append("#" * HEADINGS[tag] + " ")
        elif tag in MARKS and not self.pre:
            self.out.append(MARKS[tag])
        elif tag in ("ul", "ol"):
            self.lists.append(-1 if tag == "ul" else 0)
            self._block(1 if len(self.lists) > 1 else 2)
        elif tag == "li":
            self._item()
        elif tag == "a":
            self._open_link(dict(attrs).get("href") or "")
        elif tag == "br":
            self.out.append("\n")
        elif tag == "hr":
            self._block()
            self.out.append("---")
            self._block()
        elif tag == "img":
            self.out.append(_escaped(dict(attrs).get("alt") or ""))
        else:
            self._start_other(tag)

    def _start_other(self, tag: str) -> None:
        if tag == "pre":
            self._block()
            self.pre += 1
            self.out.append("```\n")
        elif tag == "code" and not self.pre:
            self.out.append("`")
        elif tag == "table":
            self._block()
            self.first_row = True
        elif tag == "tr":
            self.row = []
        elif tag in ("td", "th") and self.row is not None:
            self.row.append("")
        elif tag in BLOCKS:
            self._block()
            if tag == "blockquote" and self.quotes < DEEPEST:
                self.quotes += 1
                self.out.append("> ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self.in_title = False
        if tag in DROPPED and tag != "head":
            self.dropped = max(0, self.dropped - 1)
            return
        if self.dropped:
            return
        if tag in MARKS and not self.pre:
            self.out.append(MARKS[tag])
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self._block(1 if self.lists else 2)
        elif tag == "a" and self.links:
            url = self.links.pop()
            self.out.append(f"]({url})" if url else "")
        elif tag == "pre" and self.pre:
            self.pre -= 1
            self.out.append("\n```")
            self._block()
        elif tag == "code" and not self.pre:
            self.out.append("`")
        elif tag == "tr":
            self._end_row()
        elif tag == "table" or tag in HEADINGS or tag in BLOCKS:
            if tag == "blockquote":
                self.quotes = max(0, self.quotes - 1)
            self._block()

    # ---- text ------------------------------------------------------------------------

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title += data
            return
        if self.dropped:
            return
        if self.pre:
            text = data.replace("```", "'''")
        else:
            text = _escaped(re.sub(r"\s+", " ", data))
            if not self.out or self.out[-1].endswith(("\n", "> ")):
                text = text.lstrip()
        if self.row:
            self.row[-1] += text
        elif text:
            self.out.append(text)

    def _open_link(self, href: str) -> None:
        url = re.sub(r"[\s()<>]", lambda found: f"%{ord(found[0]):02X}", href.strip())
        url = url if _SAFE.match(url) else ""
        self.links.append(url if self.row is None else "")
        if self.links[-1]:
            self.out.append("[")

    def _item(self) -> None:
        self._block(1)
        if not self.lists:
            self.lists.append(-1)
        depth = min(len(self.lists), 6) - 1
        if self.lists[-1] >= 0:
            self.lists[-1] += 1
        mark = "- " if self.lists[-1] < 0 else f"{self.lists[-1]}. "
        self.out.append("   " * depth + mark)

    def _end_row(self) -> None:
        if self.row:
            cells = [" ".join(cell.split()) for cell in self.row]
            self.out.append(f"| {' | '.join(cells)} |\n")
            if self.first_row:
                self.out.append(f"|{' --- |' * len(cells)}\n")
                self.first_row = False
        self.row = None

    def _block(self, lines: int = 2) -> None:
        """Ends the line, with `lines` line ends in all."""
        if not self.out:
            return
        end = "".join(self.out[-4:])
        there = len(end) - len(end.rstrip("\n"))
        self.out.append("\n" * max(0, lines - there))


def to_markdown(html: str) -> tuple[str, str]:
    """The document's title ('' without one) and its text as Markdown."""
    converter = _Converter()
    converter.feed(html)
    converter.close()
    text = re.sub(r"[ \t]+\n", "\n", "".join(converter.out))
    text = re.sub(r"\n{3,}", "\n\n", text)
    return " ".join(converter.title.split()), text.strip()


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
