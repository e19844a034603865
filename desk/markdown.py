"""Markdown to safe HTML: CommonMark with tables and task lists, then a strict allow-list."""

import functools
import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.tasklists import tasklists_plugin

# Raise it with every change below: stored HTML of older rules is rendered again.
RULES = 1

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "input", "span"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}, "input": {"type", "checked", "disabled"}}
LANGUAGE_CLASS = re.compile(r"^language-[A-Za-z0-9+#-]{1,30}$")
MAX_LENGTH = 200_000
# The finders of links and task lists need time that grows with the square of what they find: a few kilobytes made for
# that would keep a process busy for minutes. Texts with more than this are shown without them.
MAX_SLASHES_IN_A_LINE = 200
MAX_LINKS = 2000
MAX_TASKS = 500
TASK = re.compile(r"\[[ xX]\]")


@functools.cache
def _parser(*, links: bool, tasks: bool) -> MarkdownIt:
    # Pictures are left out on purpose: a remote picture tells its owner who reads the ticket and when.
    parser = MarkdownIt("gfm-like", {"html": False, "linkify": links, "breaks": True}).disable("image")
    return parser.use(tasklists_plugin) if tasks else parser


def _parser_for(text: str) -> MarkdownIt:
    lines = text.count("//") <= MAX_LINKS and all(line.count("/") <= MAX_SLASHES_IN_A_LINE for line in text.split("\n"))
    return _parser(links=lines, tasks=len(TASK.findall(text)) <= MAX_TASKS)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "code" and name == "class":
        return value if LANGUAGE_CLASS.match(value) else None
    if tag == "input":
        return {"type": "checkbox", "checked": "", "disabled": ""}.get(name)
    return value


def to_html(text: str) -> str:
    """Safe HTML of a Markdown text; the result may be marked safe."""
    text = text[:MAX_LENGTH]
    rendered = _parser_for(text).render(text)
    return nh3.clean(
        rendered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"input": {"disabled": "disabled"}},
    )


def shown(text: str, stored: str = "", rules: int = 0) -> SafeString:
    """What a page shows: the stored HTML if the current rules made it, else the text rendered now."""
    return mark_safe(stored if stored and rules == RULES else to_html(text))  # noqa: S308  (the sanitiser's output)
