"""Markdown to safe HTML: CommonMark with tables and task lists, then a strict allow-list."""

import functools
import re
from collections.abc import Callable
from html import escape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.tasklists import tasklists_plugin

# Raise it with every change below: stored HTML of older rules is rendered again.
RULES = 2

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *(*HEADINGS, "table", "thead", "tbody", "tr", "th", "td", "input", "span"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}, "input": {"type", "checked", "disabled"}}
LANGUAGE_CLASS = re.compile(r"^language-[A-Za-z0-9+#-]{1,30}$")
MAX_LENGTH = 200_000
# What a text may ask of the parser, in lines and characters that mean something: it needs 20 µs and more for each,
# and a hostile comment of 100 kB could keep a process busy for seconds. Beyond it a text is shown as it is, with line
# breaks and links.
MAX_WORK = 5000
SPECIAL = re.compile(r"[\n*_~`\[\]!<&\\|]|^[ \t]*(?:[>+*-]|[0-9]{1,9}[.)])[>+*\- \t]*", re.MULTILINE)
# The finders of links and task lists need time that grows with the square of what they find.
MAX_SLASHES_IN_A_LINE = 200
MAX_LINKS = 500
MAX_TASKS = 500
TASK = re.compile(r"\[[ xX]\]")
BARE_LINK = re.compile(r"\w[.@]\w")  # example.org, ann@example.org
WEB = re.compile(r"https?://[^\s<>\"']{1,2000}")


def work(text: str) -> int:
    """How much the parser has to do; grows with the time it needs, and is itself cheap."""
    return sum(len(found.group().strip(" \t")) + 1 for found in SPECIAL.finditer(text))


def is_moderate(text: str) -> bool:
    """Whether the parser may have it; for each "](" it looks for an address's end, perhaps through the whole text."""
    return work(text) <= MAX_WORK and text.count("](") <= MAX_LINKS


@functools.cache
def _parser(*, links: bool, bare: bool, tasks: bool, pictures: bool) -> MarkdownIt:
    parser = MarkdownIt("gfm-like", {"html": False, "linkify": links, "breaks": True})
    if not pictures:
        # Left out on purpose: a remote picture tells its owner who reads the text and when.
        parser.disable("image")
    if parser.linkify is not None and not bare:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    return parser.use(tasklists_plugin) if tasks else parser


def parser_for(text: str, *, pictures: bool = False) -> MarkdownIt:
    """The parser for a text. With `pictures` the caller must let only its own through `clean`."""
    links = text.count("//") <= MAX_LINKS and all(line.count("/") <= MAX_SLASHES_IN_A_LINE for line in text.split("\n"))
    bare = sum(1 for _hit in BARE_LINK.finditer(text)) <= MAX_LINKS
    return _parser(links=links, bare=bare, tasks=len(TASK.findall(text)) <= MAX_TASKS, pictures=pictures)


def plain_html(text: str) -> str:
    """The text as it is: paragraphs, line breaks, links that begin with their scheme."""
    escaped, last = [], 0
    for link in WEB.finditer(text):
        address = escape(link.group())
        escaped += [escape(text[last : link.start()]), f'<a href="{address}">{address}</a>']
        last = link.end()
    escaped.append(escape(text[last:]))
    return f"<p>{''.join(escaped)}</p>".replace("\r\n", "\n").replace("\n", "<br>\n")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "code" and name == "class":
        return value if LANGUAGE_CLASS.match(value) else None
    if tag == "input":
        return {"type": "checkbox", "checked": "", "disabled": ""}.get(name)
    return value


def clean(
    html: str,
    *,
    more: dict[str, set[str]] | None = None,
    allowed: Callable[[str, str, str], str | None] = _attribute,
) -> SafeString:
    """What the allow-list leaves of HTML. `more`: further tags with their attributes, judged by `allowed` as well."""
    attributes: dict[str, Any] = {**ATTRIBUTES}
    for tag, names in (more or {}).items():
        attributes[tag] = attributes.get(tag, set()) | names
    cleaned = nh3.clean(
        html,
        tags=TAGS | set(more or ()),
        attributes=attributes,
        attribute_filter=lambda *one: _attribute(*one) if allowed(*one) is not None else None,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"input": {"disabled": "disabled"}},
    )
    return mark_safe(cleaned)  # noqa: S308  (the sanitiser's output)


def to_html(text: str) -> str:
    """Safe HTML of a Markdown text; the result may be marked safe."""
    text = text[:MAX_LENGTH]
    return clean(parser_for(text).render(text) if is_moderate(text) else plain_html(text))


def shown(text: str, stored: str = "", rules: int = 0) -> SafeString:
    """What a page shows: the stored HTML if the current rules made it, else the text rendered now."""
    return mark_safe(stored if stored and rules == RULES else to_html(text))  # noqa: S308  (the sanitiser's output)
