"""INJ-06: texts made to keep a pattern busy. Some of them once took minutes."""

import time
from urllib.parse import quote

import pytest

from flowtic.core import markdown

LONG = {
    "letters": "a" * 100_000 + "!",
    "schemes": "://" * 17_000,
    "addresses in lines": ("://a" * 49 + "\n") * 1_000,
    "open addresses": "<http:// " * 12_000,
    "paths": "a.com/(" * 15_000,
    "tasks": "* [ ] a\n" * 12_000,
    "addresses": "@" * 50_000,
    "mails": "a@a." * 25_000,
    "spaces": " " * 100_000 + "x",
    "brackets": "[" * 50_000,
    "links": "[a](" * 25_000,
    "stars": "*a **b " * 15_000,
    "quotes": "> " * 20_000 + "x",
    "ticks": "`" * 50_001 + "a" + "`" * 50_000,
    "entities": "&#x26;" * 17_000,
    "tags": "<a" * 50_000,
    "lists": "".join(f"{'  ' * min(n, 90)}- x\n" for n in range(500)),
    "table": "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n" + "|b" * 5_000,
    "lines": "\n" * 100_000,
    "hosts": "www." + "a." * 50_000,
    "combining": "a" + "\u0301" * 50_000,
}
PATIENCE = 8  # seconds on a busy machine; a pattern that runs away takes minutes


@pytest.mark.parametrize("kind", LONG)
def test_inj_06_no_text_keeps_the_desk_busy(kind):
    began = time.process_time()
    markdown.to_html(LONG[kind])
    assert time.process_time() - began < PATIENCE


@pytest.mark.parametrize("kind", ["letters", "schemes", "addresses", "mails", "spaces", "stars", "combining"])
def test_inj_06_writing_and_searching_such_texts(kind, rest, rita, alan, it):
    began = time.process_time()
    made = rest(rita).post("/tickets", {"subject": LONG[kind][:200].strip() or "x", "description": LONG[kind]})
    assert made.status_code in (201, 422)
    for text in (LONG[kind][:900], LONG[kind][:5000]):
        assert rest(alan).get(f"/tickets?q={quote(text)}").status_code in (200, 400)
    for field in ("requester_email", "department", "priority"):
        body = {"subject": "x", "description": "x", field: LONG[kind]}
        assert rest(alan).post("/tickets", body).status_code == 422
    assert time.process_time() - began < PATIENCE
