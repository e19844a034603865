"""How much work a text may make: counted, not timed."""

import random

import pytest
from markdown_it import MarkdownIt

from flowtic.core import markdown

SIZE = 100_000
UNITS = (
    *(
        "*a",
        "a**",
        "_a__b_ ",
        "***a***",
        "`a ",
        "``",
        "[",
        "[a](",
        "[[]](",
        "![",
        "[^",
        "[a][b] ",
        "[a]: b\n",
        "](",
        "~~",
    ),
    *("<", "<a@b.c> ", "<http://a>", "&amp;", "\\", "|a|b|\n|-|-|\n", "|-\n", "a|b\n", "> ", ">>>> a\n", "- ", "* a\n"),
    *("1. a\n", "  - a\n", "- > ", "# a\n", "a\n===\n", "---\n", "- [ ] a\n", "    a\n", "```\n", "a\n", "\n", "a  \n"),
    *(
        "ab.de\n",
        "x.com/ ",
        "a@b.c ",
        "http://a.b ",
        "www.a.b ",
        "//",
        "http:\n",
        "a",
        "ü ",
        "😀",
        "(",
        "\t",
        "\0",
        "\r\n",
    ),
)
PADDING = ("lorem ipsum ", "a\n")
# Tokens for each unit of work that is allowed, plus what links make of one.
MOST_TOKENS = 4 * markdown.MAX_WORK + 4 * markdown.MAX_LINKS


def texts():
    """Each unit alone, with padding up to the bound, and random mixtures."""
    for unit in UNITS:
        yield unit * (SIZE // len(unit))
        each = max(1, markdown.work(unit * 20)) / 20
        most = unit * min(SIZE // len(unit), int(0.95 * markdown.MAX_WORK / each))
        for padding in PADDING:
            yield (most + padding * SIZE)[:SIZE]
    dice = random.Random(20261121)
    for _round in range(15):
        pieces = dice.choices(UNITS, k=4)
        yield "".join(dice.choice(pieces) for _n in range(dice.choice((500, 2000, 20_000))))[:SIZE]


@pytest.fixture
def made(monkeypatch):
    """Counts the tokens of each text that is parsed, those of nested texts included."""
    counted = []
    parse = MarkdownIt.parse

    def counting(self, *arguments):
        tokens = parse(self, *arguments)
        counted.append(len(tokens) + sum(len(token.children or ()) for token in tokens))
        return tokens

    monkeypatch.setattr(MarkdownIt, "parse", counting)
    return counted


def test_no_text_makes_more_work_than_allowed(made):
    shown_as_it_is = parsed = 0
    for text in texts():
        made.clear()
        html = markdown.to_html(text)
        if markdown.work(text) > markdown.MAX_WORK or text.count("](") > markdown.MAX_LINKS:
            assert made == [], text[:40]
            shown_as_it_is += 1
        else:
            assert len(made) == 1
            assert made[0] <= MOST_TOKENS, text[:40]
            parsed += 1
        assert len(html) <= 12 * len(text) + 10_000, text[:40]
    assert shown_as_it_is > 20  # both ways have been gone
    assert parsed > 20


def test_a_long_ordinary_text_stays_markdown():
    page = (
        "# Title\n\nSome **bold** words and a [link](https://example.test/) in `code`.\n\n- one\n- two\n\n"
        + "word " * 300
    )
    text = page * 50
    assert len(text) > 75_000
    html = markdown.to_html(text)
    assert html.count("<strong>bold</strong>") == 50
    assert html.count("<li>") == 100


def test_a_text_beyond_the_bound_is_shown_as_it_is():
    text = (
        '**a** <b onclick="x()">\r\n' * 3000
        + "see https://example.test/?a=1&b='2\nhttps://x.test/<script>alert(1)</script>"
    )
    html = markdown.to_html(text)
    assert html.startswith("<p>**a** &lt;b onclick=")
    assert "<b" not in html.replace("<br>", "")
    assert "<script" not in html
    assert '<a href="https://example.test/?a=1&amp;b=" rel="noopener noreferrer nofollow">' in html
    assert '<a href="https://x.test/" rel="noopener noreferrer nofollow">https://x.test/</a>&lt;script' in html
    assert html.count("<br>") == 3001


def test_many_bare_addresses_are_not_searched_for():
    few, many = "see example.org today\n" * 20, "see example.org today\n" * 1000
    assert markdown.to_html(few).count("<a ") == 20
    assert "<a " not in markdown.to_html(many)
    assert markdown.to_html(many + "and https://example.test/\n").count("<a ") == 1
