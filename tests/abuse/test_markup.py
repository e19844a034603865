"""XSS-07, -08, -11, -12, -14: what Markdown may become, read with a parser of its own."""

import re
from html.parser import HTMLParser

import pytest

from flowtic.core import markdown
from tests.abuse.vectors import MARKDOWN

VOID = {"br", "hr", "input"}


class Elements(HTMLParser):
    """Every element and attribute of a text as a browser would see them."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.found, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text", MARKDOWN, ids=range(len(MARKDOWN)))
@pytest.mark.parametrize(
    "around", ["{}", "> {}", "a\n\n{}\n\nb", "- {}", "**{}**"], ids=["bare", "quote", "paragraph", "list", "bold"]
)
def test_xss_07_markdown_becomes_only_what_is_allowed(text, around):
    html = markdown.to_html(around.format(text))
    for tag, attributes in Elements(html).found:
        assert tag in markdown.TAGS, html
        allowed = markdown.ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set())
        assert attributes.keys() <= allowed, html
        assert not {"id", "name", "style", "src"} & attributes.keys(), html
        if "href" in attributes:
            address = re.sub(r"[\x00-\x20]", "", attributes["href"])  # as browsers read it
            assert re.match(r"(?:https?|mailto|tel):|//?[\w.]", address, re.IGNORECASE), html
            assert attributes["rel"] == "noopener noreferrer nofollow"
        if tag == "input":
            assert attributes["type"] == "checkbox"
            assert "disabled" in attributes
    assert markdown.to_html(around.format(text)) == html


@pytest.mark.parametrize("text", MARKDOWN, ids=range(len(MARKDOWN)))
def test_xss_07_a_second_cleaning_changes_nothing(text):
    """Texts that become dangerous when they are parsed again are none of ours."""
    import nh3

    html = markdown.to_html(text)
    again = nh3.clean(
        html,
        tags=markdown.TAGS,
        attributes={name: set(values) for name, values in markdown.ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    assert again == html


def test_xss_07_honest_markdown_is_kept():
    """The control."""
    html = markdown.to_html("# Title\n\n**bold** [link](https://a.example) `code`\n\n- [x] done\n\n|a|b|\n|-|-|\n|1|2|")
    tags = {tag for tag, _attributes in Elements(html).found}
    assert {"h1", "strong", "a", "code", "ul", "li", "input", "table", "td"} <= tags
    assert 'href="https://a.example"' in html
    assert Elements(markdown.to_html("see https://a.example/x?y=1")).found[1][1]["href"] == "https://a.example/x?y=1"


def test_xss_12_no_picture_is_ever_fetched():
    html = markdown.to_html("![a](http://evil.example/p.gif) <img src='//evil.example/q.gif'>")
    assert "img" not in {tag for tag, _attributes in Elements(html).found}
    assert "evil.example" in Elements(html).text  # the words stay readable
