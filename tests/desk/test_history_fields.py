"""Custom fields in the history: the question and the answer in words, on the page and over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from desk.commands import change_fields
from desk.field_changes import MOST
from desk.history import describe, ticket_events
from desk.models import RequestType
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db
SCHEMA = {
    "fields": [
        {
            "key": "size",
            "kind": "choice",
            "label": {"de": "Größe", "en": "Size"},
            "choices": [
                {"value": "s", "label": {"de": "klein", "en": "small"}},
                {"value": "l", "label": {"de": "groß", "en": "large"}},
            ],
        },
        {"key": "price", "kind": "money", "label": {"de": "Preis", "en": "Price"}},
        {"key": "boss", "kind": "person", "label": {"de": "Freigabe durch", "en": "Approved by"}},
        {"key": "fast", "kind": "yes_no", "label": {"de": "Eilt", "en": "Urgent"}},
        {"key": "why", "kind": "long_text", "label": {"de": "Warum", "en": "Why"}},
    ]
}


@pytest.fixture
def order(rita, it):
    kind = RequestType.objects.create(key="order", name_de="Kauf", name_en="Purchase", schema=SCHEMA)
    return make_ticket(rita, it, request_type=kind, fields={"size": "s"})


def newest(ticket):
    return describe(list(ticket_events(ticket)[:1]), internal=True)[0].text


def test_questions_and_answers_are_said_in_words(as_web, alan, lea, order):
    given = {"size": "l", "price": {"amount": "1234.50", "currency": "EUR"}, "boss": lea.pk, "fast": True}
    change_fields(as_web(alan), order, fields=given)
    text = newest(order)
    for piece in (
        "“Size” from small to large",
        "“Price” from – to 1,234.50 EUR",
        "“Approved by” from – to Lea Leitung",
        "“Urgent” from – to Yes",
    ):
        assert piece in text, text
    with translation.override("de"):
        assert "Größe" in newest(order) and "groß" in newest(order)


def test_what_no_form_knows_any_more_still_reads(as_web, alan, order):
    change_fields(as_web(alan), order, fields={"size": "l"})
    RequestType.objects.filter(key="order").update(schema={})
    order.form_version = None
    order.save(update_fields=["form_version"])
    assert "“size” from s to l" in newest(order)


def test_a_long_answer_is_cut_to_a_line(as_web, alan, order):
    change_fields(as_web(alan), order, fields={"why": "word\n" * 400})
    assert "\n" not in newest(order) and len(newest(order)) < MOST + 60


def test_rest_says_the_same(as_web, api, alan, order):
    change_fields(as_web(alan), order, fields={"size": "l"})
    answer = api(alan, "tickets:read").get(f"/api/v1/tickets/{order.number}/events", {"sort": "-created"})
    row = answer.json()["results"][0]
    assert "“Size” from small to large" in row["sentence"]
    assert row["changes"][0]["new"]["size"] == "l", "the data stays as it is"


def test_the_cost_is_fixed(as_web, alan, order):
    change_fields(as_web(alan), order, fields={"size": "l"})

    def cost(events):
        with CaptureQueriesContext(connection) as queries:
            describe(events, internal=True)
        return len(queries)

    one = cost(list(ticket_events(order)[:1]))
    for number in range(6):
        change_fields(as_web(alan), order, fields={"size": "sl"[number % 2], "fast": bool(number % 2)})
    assert cost(list(ticket_events(order))) <= one
