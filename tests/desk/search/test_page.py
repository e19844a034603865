"""The page /search: what it finds for whom, in which order, and what it says when there is nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.models import Priority, Ticket
from flowtic.core.search import providers
from tests.factories import make_person, make_ticket


def body(answer):
    return answer.content.decode()


@pytest.fixture
def desk(rita, otto, it, hr, alan):
    """Tickets on a few matters; the HR one is none of Alan's business."""
    return {
        "printer": make_ticket(rita, it, subject="Netzwerkdrucker offline", description="Der Drucker zeigt E-403."),
        "toner": make_ticket(otto, it, subject="Toner leer", description="Im Drucker im Flur.", assignee=alan),
        "vpn": make_ticket(rita, it, subject="VPN bricht ab", description="Alle zehn Minuten.", status="closed"),
        "salary": make_ticket(otto, hr, subject="Gehalt Drucker", description="Vertraulich."),
    }


def test_tickets_are_found_by_words_of_both_languages_and_parts(desk, found, alan):
    assert set(found(alan, "drucker")) == {"Netzwerkdrucker offline", "Toner leer"}
    assert found(alan, "minute") == ["VPN bricht ab"]


def test_everybody_finds_their_own_only(desk, found, rita, otto, sven, hanna):
    assert found(rita, "drucker") == ["Netzwerkdrucker offline"]
    assert set(found(otto, "drucker")) == {"Toner leer", "Gehalt Drucker"}
    assert len(found(sven, "drucker")) == 3
    assert found(hanna, "drucker") == ["Gehalt Drucker"]


def test_what_fits_better_stands_above_and_newer_above_older(found, alan, rita, it):
    weak = make_ticket(rita, it, subject="Allerlei", description="Lampe. " * 50 + " Zertifikat")
    strong = make_ticket(rita, it, subject="Zertifikat abgelaufen", description="Das Zertifikat ist alt.")
    assert found(alan, "zertifikat") == [strong.subject, weak.subject]
    old = make_ticket(rita, it, subject="Zertifikat abgelaufen alt", description="Das Zertifikat ist alt.")
    Ticket.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=2000))
    assert found(alan, "zertifikat").index(strong.subject) < found(alan, "zertifikat").index(old.subject)


@pytest.mark.parametrize("form", ["{}", "#{tail}", "{lower}", "{} drucker"])
def test_a_number_leads_to_its_ticket_on_top(desk, found, alan, form):
    number = desk["vpn"].number
    question = form.format(number, tail=int(number.rpartition("-")[2]), lower=number.lower())
    assert found(alan, question)[0] == "VPN bricht ab"


def test_somebody_elses_number_finds_nothing(desk, found, rita, alan):
    for person in (rita, alan):
        assert found(person, desk["salary"].number) == []


def test_phrases_keep_their_order(desk, found, alan):
    assert found(alan, '"zehn minuten"') == ["VPN bricht ab"]
    assert found(alan, '"minuten zehn"') == []


def test_snippets_are_marked_and_escaped(found, web_of, alan, rita, it):
    make_ticket(rita, it, subject="<b>Drucker</b>", description="<script>alert(1)</script> der Drucker raucht")
    page = body(web_of(alan).get("/search", {"q": "drucker"}))
    assert "&lt;b&gt;<mark>Drucker</mark>&lt;/b&gt;" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "der <mark>Drucker</mark> raucht" in page


def test_when_not_all_words_are_there_the_closest_are_shown_and_said_to_be(desk, web_of, alan):
    page = web_of(alan).get("/search", {"q": "netzwerkdrucker quarzhammer"})
    assert "Netzwerkdrucker" in body(page)
    assert "nothing fits exactly" in body(page)


def test_typing_errors_are_noticed(desk, web_of, alan):
    page = web_of(alan).get("/search", {"q": "Netzwerkdruker"})
    assert page.context["search"].meant == "Netzwerkdrucker"
    assert "q=Netzwerkdrucker" in body(page)
    assert web_of(alan).get("/search", {"q": "drucker"}).context["search"].meant == ""


def test_suggested_words_come_from_what_one_may_read(desk, web_of, alan, otto):
    assert web_of(otto).get("/search", {"q": "Gehlt"}).context["search"].meant == "Gehalt"
    assert web_of(alan).get("/search", {"q": "Gehlt"}).context["search"].meant == ""


def test_people_are_found_also_when_misspelt_and_only_by_who_works_here(found, alan, rita):
    anna = make_person("Annegret Zimmermann")
    assert found(alan, "zimmermann", kind="person") == [anna.name]
    assert found(alan, "Annegret Zimermann", kind="person") == [anna.name]
    assert found(alan, "Xaver Zimermann", kind="person") == []
    assert found(rita, "zimmermann", kind="person") == []
    assert found(rita, "rita") == []


def test_results_while_typing_are_a_fragment_with_unfinished_words(desk, web_of, alan):
    answer = web_of(alan, htmx=True).get("/search", {"q": "netzwerkdr"})
    assert answer.templates[0].name == "desk/search/_results.html"
    assert "Netzwerkdrucker" in body(answer).replace("<mark>", "").replace("</mark>", "")
    assert "<html" not in body(answer)


def test_a_palette_gets_at_most_eight_rows_of_all_kinds(web_of, alan, rita, it):
    for n in range(12):
        make_ticket(rita, it, subject=f"Drucker {n}")
    make_person("Drucker Dieter")
    page = body(web_of(alan).get("/search/quick", {"q": "drucker"}))
    assert page.count('data-kind="') == 6  # five of each kind at most, and there is one person
    assert 'data-kind="person"' in page
    assert body(web_of(alan).get("/search/quick", {"q": ""})).strip() == ""


def test_counts_are_capped_and_lead_to_the_list(web_of, alan, rita, it, monkeypatch):
    monkeypatch.setattr("desk.unified_search.MAX_HITS", 3)
    for n in range(5):
        make_ticket(rita, it, subject=f"Drucker {n}", priority=Priority.objects.get(key="high"))
    page = web_of(alan).get("/search", {"q": "priority:high drucker", "kind": "ticket"})
    assert "3+" in body(page)
    assert "/tickets?priority=high&amp;q=drucker" in body(page)


def test_pages_follow_the_role(desk, web_of, alan, rita, pia, client):
    assert 'class="desk"' in body(web_of(alan).get("/search"))
    portal = body(web_of(rita).get("/search"))
    assert 'class="portal"' in portal
    assert "<code>from:" not in portal
    assert web_of(pia).get("/search").status_code == 302
    assert client.get("/search").status_code == 302


@pytest.mark.parametrize(
    "text", ["\0", "%", "'; DROP TABLE x; --", "*", '"', "(", "status:", "a" * 5000, "🎉", "<b>", "#", "FT-0-0", "x:y"]
)
def test_no_text_breaks_it(desk, web_of, alan, rita, text):
    for person in (alan, rita):
        assert web_of(person).get("/search", {"q": text}).status_code == 200
        assert web_of(person).get("/search/quick", {"q": text, "kind": "nothing"}).status_code == 200


def test_searches_of_agents_that_find_nothing_are_told(desk, web_of, alan, rita, monkeypatch):
    told = []
    monkeypatch.setattr(providers, "_miss_listeners", {"test": lambda actor, words: told.append((actor.user, words))})
    web_of(alan).get("/search", {"q": "kaffeemaschine entkalken"})
    web_of(rita).get("/search", {"q": "kaffeemaschine"})
    web_of(alan, htmx=True).get("/search", {"q": "kaffeemasch"})  # still typing
    web_of(alan).get("/search", {"q": "drucker"})
    web_of(alan).get("/search", {"q": "status:open kaffee"})
    assert told == [(alan, "kaffeemaschine entkalken")]


@pytest.mark.parametrize("tickets", [1, 30])
def test_a_search_costs_the_same_for_any_number_of_hits(web_of, alan, rita, it, tickets, django_assert_max_num_queries):
    for n in range(tickets):
        make_ticket(rita, it, subject=f"Drucker {n}", assignee=alan)
    client = web_of(alan)
    client.get("/search", {"q": "drucker"})
    with django_assert_max_num_queries(26):
        client.get("/search", {"q": "drucker"})
