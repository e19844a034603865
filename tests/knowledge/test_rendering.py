"""Markdown of articles: anchors, contents, pictures, and nothing that runs."""

import time
from html.parser import HTMLParser

import pytest

from knowledge.differences import compare
from knowledge.rendering import plain, render

KEY = "a" * 32


class Tags(HTMLParser):
    """What a browser would make of the markup."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def test_headings_get_anchors_and_levels_below_the_title():
    text = render("# Erster Schritt\n\n### Größe\n\n# Erster Schritt\n")
    assert [(one.level, one.anchor) for one in text.headings] == [
        (2, "h-erster-schritt"),
        (4, "h-groesse"),
        (2, "h-erster-schritt-2"),
    ]
    assert '<h2 id="h-erster-schritt">' in text.html
    assert "<h1" not in text.html


def test_a_text_that_begins_with_second_level_headings_leaves_no_level_out():
    assert [one.level for one in render("## a\n\n### b\n").headings] == [2, 3]


def test_contents_only_for_three_headings_and_more():
    assert render("## a\n\n## b\n").contents == []
    assert len(render("## a\n\n## b\n\n## c\n").contents) == 3


def test_pictures_only_out_of_the_articles_own_files():
    assert f'src="/knowledge/files/{KEY}?inline=1"' in render(f"![x](/knowledge/files/{KEY})").html
    for address in ("https://evil.test/x.png", "//evil.test/x.png", "/avatars/x.webp", "data:image/png;base64,AAAA"):
        shown = render(f"![Words instead]({address})").html
        assert "<img" not in shown
        assert "evil" not in shown


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "## <b onmouseover=alert(1)>x</b>",
        '![x](/knowledge/files/"onerror=alert(1))',
        f'![" onerror="alert(1)](/knowledge/files/{KEY})',
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_nothing_runs(body):
    seen = Tags()
    seen.feed(render(body).html)
    assert not seen.tags & {"script", "iframe", "style", "b", "object"}
    assert not {name for name, _value in seen.attributes if name.startswith("on")}
    assert not [value for name, value in seen.attributes if name in ("href", "src") and ":" in value]


def test_the_beginning_of_a_text_has_no_marks():
    assert plain("## Head\n\n- **bold** [link](https://x.test) `code`\n\n| a | b |\n") == "bold link code"
    assert plain("word " * 100, 20).endswith(" …")


def test_a_comparison_shows_changed_words_with_their_surroundings():
    old = "\n".join(f"line {n}" for n in range(20))
    lines = compare(old, old.replace("line 10", "line ten"))
    kinds = [line.kind for line in lines]
    assert kinds == ["gap", "same", "same", "same", "old", "new", "same", "same", "same"]
    assert [piece for piece in lines[5].pieces if piece[1]] == [("ten", True)]
    assert (lines[4].old, lines[5].new) == (11, 11)


def test_same_texts_and_huge_texts():
    assert compare("a\nb", "a\nb\n") == []
    lines = compare("x\n" * 5000, "y\n" * 5000)
    assert {line.kind for line in lines} == {"old", "new"}


@pytest.mark.parametrize(
    "piece", ["> ", "[", "*a **b ", "- [ ] x\n", "a.b@c ", "|a|b|\n", "![x](/knowledge/files/", "//x "]
)
def test_texts_made_to_be_slow_are_not(piece):
    began = time.process_time()
    render(piece * (200_000 // len(piece)))
    assert time.process_time() - began < 5
