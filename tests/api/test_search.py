"""GET /search: everything one may read, in one answer."""

import pytest

from desk.api.search import SearchOut
from flowtic.core.search.frequencies import forget
from tests.factories import make_person, make_ticket

SCOPES = ("tickets:read", "articles:read", "people:read")


@pytest.fixture(autouse=True)
def _committed(transactional_db):
    forget()
    yield
    forget()


def test_every_kind_answers_in_its_place(rest, alan, rita, it):
    ticket = make_ticket(rita, it, subject="Drucker <b>", description="Der Drucker raucht")
    make_person("Drucker Dieter")
    answer = rest(alan, *SCOPES).get("/search?q=drucker").json()
    SearchOut.model_validate(answer)
    kinds = {kind["kind"]: kind for kind in answer["kinds"]}
    assert list(kinds) == ["ticket", "article", "person"]
    hit = kinds["ticket"]["results"][0]
    assert (hit["number"], hit["title"], hit["url"]) == (ticket.number, "Drucker <b>", f"/tickets/{ticket.number}")
    assert {"text": "Drucker", "marked": True} in hit["snippet"]
    assert kinds["person"]["results"][0]["title"] == "Drucker Dieter"
    assert (kinds["ticket"]["count"], kinds["article"]["count"]) == ("1", "0")


def test_one_kind_and_a_limit(rest, alan, rita, it):
    for n in range(4):
        make_ticket(rita, it, subject=f"Drucker {n}")
    answer = rest(alan).get("/search?q=drucker&kind=ticket&limit=2").json()
    assert [kind["kind"] for kind in answer["kinds"]] == ["ticket"]
    assert len(answer["kinds"][0]["results"]) == 2
    assert answer["kinds"][0]["count"] == "4"


def test_requesters_get_no_people_and_only_their_own(rest, rita, otto, it):
    make_ticket(otto, it, subject="Drucker")
    mine = make_ticket(rita, it, subject="Drucker")
    answer = rest(rita, *SCOPES).get("/search?q=drucker").json()
    assert [kind["kind"] for kind in answer["kinds"]] == ["ticket", "article"]
    hit = answer["kinds"][0]["results"][0]
    assert (hit["number"], hit["url"]) == (mine.number, f"/portal/tickets/{mine.number}")
    assert len(answer["kinds"][0]["results"]) == 1


def test_no_question_finds_nothing(rest, alan, ticket):
    kinds = rest(alan, *SCOPES).get("/search").json()["kinds"]
    assert [(kind["count"], kind["results"]) for kind in kinds] == [("0", [])] * 3


def test_unknown_values_are_hints_not_errors(rest, alan):
    answer = rest(alan).get("/search?q=status:foo")
    assert answer.status_code == 200
    assert "There is no status" in answer.json()["hints"][0]


@pytest.mark.parametrize(
    ("query", "field"),
    [("q=", "q"), (f"q={'x' * 301}", "q"), ("q=a&kind=x", "kind"), ("q=a&limit=0", "limit"),
     ("q=a&limit=51", "limit"), ("q=a&limit=²", "limit"), ("q=a&sort=x", "sort"), ("q=%00", "q")],
)  # fmt: skip
def test_what_is_not_understood_is_said(rest, alan, query, field):
    answer = rest(alan).get(f"/search?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_token_and_its_scope_are_needed(client, rest, alan):
    assert client.get("/api/v1/search?q=a").status_code == 401
    assert rest(alan, "people:read").get("/search?q=a").status_code == 403
    kinds = rest(alan, "tickets:read").get("/search?q=alan").json()["kinds"]
    assert "person" not in [kind["kind"] for kind in kinds]
