"""Custom fields in the agents' list: columns, filter form, sort heads, chips."""

import re

import pytest

from tests.api.test_field_filters import tickets  # noqa: F401 - a fixture
from tests.desk.portal.test_request_form import text


@pytest.fixture
def sven_web(web_of, sven):
    return web_of(sven)


@pytest.mark.usefixtures("tickets")
def test_columns_with_words_and_sort_heads(sven_web):
    page = text(sven_web.get("/tickets?columns=field.amount,field.room&request_type=move"))
    assert "<td class=c-dep>900.00 EUR<td class=c-dep>Berlin" in page
    assert re.search(
        r'<a id="sort-fieldamount" href="[^"]*sort=field.amount[^"]*columns=field.amount,field.room"', page
    )
    assert 'colspan="11"' in page or "more-row" not in page
    page = text(sven_web.get("/tickets?columns=field.amount&sort=-field.amount"))
    assert re.search(r'<th class="c-dep" aria-sort="descending">', page)


@pytest.mark.usefixtures("tickets")
def test_the_filter_form_offers_the_fields_of_the_chosen_type(sven_web, web_of, sven):
    form = text(sven_web.get("/tickets/filters?request_type=move&field.amount__gte=5"))
    assert 'name="field.amount__gte" value="5"' in form
    assert '<option value="L"' in form
    assert 'data-column-name="field.room"' in text(sven_web.get("/tickets/filters?request_type=move&edit=columns"))
    assert 'name="field.room"' not in text(sven_web.get("/tickets/filters"))
    from_form = web_of(sven, htmx=True).get("/tickets?request_type=move", headers={"HX-Source": "form#filters"})
    swap = text(from_form)
    assert 'id="filter-fields" hx-swap-oob="outerHTML"' in swap


@pytest.mark.usefixtures("tickets")
def test_chips_say_the_filters_in_words(sven_web):
    page = text(sven_web.get("/tickets?request_type=move&field.amount__gte=5&field.express=true"))
    assert "Amount ≥ <b>5</b>" in page
    assert "<b>Yes</b>" in page


@pytest.mark.usefixtures("tickets")
def test_another_type_leaves_the_old_types_filters_behind(sven_web):
    from tests.desk.portal.test_request_form import make_type

    make_type("other", {"fields": [{"key": "colour"}]})
    answer = sven_web.get("/tickets?request_type=other&field.amount__gte=5&columns=field.room")
    assert answer.status_code == 200
    assert "Amount" not in text(answer)
    assert sven_web.get("/tickets?field.nothing=5").status_code == 400


@pytest.mark.usefixtures("tickets")
def test_a_claimed_row_keeps_its_columns(web_of, alan):
    from desk.models import Ticket

    number = Ticket.objects.get(subject="a").number
    client = web_of(alan, htmx=True, target="tr#x")
    url = "http://testserver/tickets?columns=field.room"
    answer = client.post(f"/tickets/{number}/claim", headers={"HX-Current-URL": url})
    assert "<td class=c-dep>Berlin<" in text(answer)
