"""The drawn picture: classes of progress, links, texts for those who do not see it, nothing a strict page refuses."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from tests.workflows.definition import examples
from tests.workflows.definition.library import FILES, read
from workflows.definition.drawing import draw, rounded
from workflows.definition.format import parse


def page(name="purchase", **more):
    return render_to_string("workflows/diagram.html", {"drawing": draw(parse(read(name)["workflow"]), **more)})


def tree(html):
    svg = html[html.index("<svg class") : html.rindex("</svg>") + 6]
    return ET.fromstring(svg)  # noqa: S314  (drawn by us)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", FILES)
def test_every_step_is_a_link_with_a_name(name, language):
    with translation.override(language):
        html = page(name, href=lambda key: f"/runs/7?step={key}&x=<")
    links = tree(html).findall("a")
    assert [link.get("data-step") for link in links] == list(parse(read(name)["workflow"]).steps)
    assert all(link.get("aria-label") and link.get("href").startswith("/runs/7?step=") for link in links)


def test_the_page_policy_finds_nothing_to_refuse():
    html = page()
    assert not re.search(r"\sstyle=|<script|\son\w+=", html)


def test_states_counts_and_ways_taken_become_classes():
    drawing = draw(
        parse(read("purchase")["workflow"]),
        states={"limit": "done", "two_approvals": "cur", "order": "fail", "tell": "unheard-of"},
        taken=[("limit", "two_approvals")],
        counts={"two_approvals": 12, "order": 5000},
        selected="tell",
    )
    classes = {node.key: node.classes for node in drawing.nodes}
    assert classes["limit"] == "wf-n done first"
    assert classes["two_approvals"] == "wf-n cur"
    assert classes["order"] == "wf-n fail"
    assert classes["tell"] == "wf-n sel"
    assert {node.key: node.count for node in drawing.nodes if node.count} == {"two_approvals": "12", "order": "999+"}
    assert sum(edge.is_on for edge in drawing.edges) == 1
    assert drawing.edges[-1].is_on  # drawn last, above the others
    [current] = [node for node in drawing.nodes if node.current]
    assert current.label == "Two approvals, Approval, now, 12 tickets"
    assert "Now at: Two approvals." in drawing.description


def test_the_text_beside_the_picture_says_the_same():
    html = page(states={"limit": "done"})
    text = html[html.index("<details") :]
    assert "Steps as text" in text
    assert "above €500: Two approvals" in text
    assert "<b>done</b>" in text


def test_names_from_documents_are_escaped_and_cut():
    step = examples.form("work") | {"name": "<b>Very long name of a step that needs cutting</b>"}
    document = examples.workflow(step)
    html = render_to_string("workflows/diagram.html", {"drawing": draw(parse(document))})
    assert "<b>Very" not in html
    [node, _end] = draw(parse(document)).nodes
    assert len(node.title) <= 25
    assert node.title.endswith("…")


def test_numbers_are_written_for_svg_in_every_language():
    with translation.override("de"):
        html = page()
    assert not re.search(r'\b(?:x|y|d|width|height|viewBox|transform)="[^"]*\d,\d', html)


def test_two_pictures_on_one_page_do_not_share_ids():
    first, second = page(ident="one"), page(ident="two")
    ids = re.findall(r'\sid="([^"]+)"', first + second)
    assert len(ids) == len(set(ids))


def test_corners_are_rounded_and_short_ones_less():
    assert rounded(((0, 0), (0, 100), (100, 100))) == "M0 0L0 91Q0 100 9 100L100 100"
    assert rounded(((0, 0), (0, 4), (100, 4))) == "M0 0L0 2Q0 4 9 4L100 4"
