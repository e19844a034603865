"""Person page, contact card, and who may see whom."""

import pytest

from accounts import cards
from accounts.cards import Figure
from tests.factories import make_person


@pytest.fixture
def figures(monkeypatch):
    monkeypatch.setattr(cards, "_sources", [])
    return cards.register


def test_the_card_names_all_ways_to_a_person(logged_in, alan, lea):
    lea.phone, lea.language, lea.time_zone = "+49 (221) 55-50", "de", "Asia/Tokyo"
    lea.save()
    answer = logged_in(alan).get(f"/people/{lea.pk}/card")
    text = answer.content.decode()
    assert "<html" not in text
    assert 'href="tel:+492215550"' in text
    assert f'href="mailto:{lea.email}"' in text
    assert f'data-copy="{lea.email}"' in text
    assert "IT operations" in text
    assert "Lead" in text
    assert "Deutsch" in text
    assert "local time" in text
    assert f'href="/people/{lea.pk}"' in text


def test_apps_add_figures(logged_in, alan, rita, figures):
    figures(lambda actor, person: [Figure(2, "open", f"/tickets?requester={person.pk}"), Figure(14, "total")])
    text = logged_in(alan).get(f"/people/{rita.pk}/card").content.decode()
    assert f'<a class="link" href="/tickets?requester={rita.pk}">2</a>' in text
    assert "<b>14</b><span>total</span>" in text
    assert "14" in logged_in(alan).get(f"/people/{rita.pk}").content.decode()


@pytest.mark.parametrize("path", ["/people/{}", "/people/{}/card"])
def test_requesters_see_only_themselves(logged_in, rita, otto, alan, path):
    """IDOR: a stranger does not learn that the person exists."""
    client = logged_in(rita)
    assert client.get(path.format(rita.pk)).status_code == 200
    for other in (otto.pk, alan.pk):
        answer = client.get(path.format(other))
        assert answer.status_code == 404
        assert "@example.test" not in answer.content.decode().replace(rita.email, "")
    assert client.get(path.format(999_999)).status_code == 404
    assert logged_in(alan).get(path.format(otto.pk)).status_code == 200


def test_markup_in_a_name_stays_text(logged_in, alan):
    evil = make_person('<img src=x onerror="alert(1)">', phone="+49 1", email="evil@example.test")
    for path in (f"/people/{evil.pk}", f"/people/{evil.pk}/card"):
        text = logged_in(alan).get(path).content.decode()
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text


def test_only_admins_find_the_way_to_the_administration(logged_in, alan, ada, rita):
    assert f"/settings/people/{rita.pk}" not in logged_in(alan).get(f"/people/{rita.pk}/card").content.decode()
    assert f"/settings/people/{rita.pk}" in logged_in(ada).get(f"/people/{rita.pk}/card").content.decode()


def test_being_here_is_noted_at_most_once_in_five_minutes(logged_in, alan, django_assert_num_queries):
    client = logged_in(alan)
    assert alan.last_active_at is None
    client.get(f"/people/{alan.pk}/card")
    alan.refresh_from_db()
    first = alan.last_active_at
    assert first is not None
    client.get(f"/people/{alan.pk}/card")
    alan.refresh_from_db()
    assert alan.last_active_at == first
    # session, person, the person of the card, departments, absences; the desk's two figures and the departments they need
    with django_assert_num_queries(8):
        client.get(f"/people/{alan.pk}/card")
