"""The list's rows written by hand are the rows a template would print, whatever people call themselves."""

import re
from dataclasses import replace

import pytest
from django.template import engines
from django.utils import timezone, translation

from desk.card_markup import cards
from desk.commands import change_fields
from desk.list_rows import STANDARD, people_of, rows
from desk.models import Tag
from desk.row_marks import Mark
from desk.row_markup import lines
from desk.words import Words
from flowtic.core.actor import Actor
from tests.factories import make_person, make_ticket

HOSTILE = """<script>alert("1")</script>&amp;'{{ 7 }}{% x %}\u2028%s"""
# The same rows in Django's template language: slower, and the measure of what is right.
REFERENCE = """{% load i18n %}{% translate "Claim" as claim %}{% for row in rows %}<tr class="row" id="ticket-{{ row.ticket.pk }}"{% if heir or fresh and forloop.first %} tabindex="-1" data-focus="#ticket-{{ row.ticket.pk }}"{% endif %}><td class=c-chk><input class=check type=checkbox name=ticket value={{ row.ticket.pk }} form=bulk-form aria-label={{ row.ticket.number }}><td class="c-pr g-{{ row.glyph.0 }}">{{ row.glyph.1 }}<td class=c-id>{{ row.ticket.number }}<td class=c-sub>{% if row.marks or row.tags %}<div>{% endif %}<a{% if row.unread %} title={% translate "unread" %}{% endif %} href={{ row.url }}>{{ row.ticket.subject }}</a>{% for mark in row.marks %}<span class="tag{% if mark.kind %} tag-{{ mark.kind }}{% endif %}" title="{{ mark.title }}">{{ mark.text }}<span class="sr-only"> {{ mark.title }}</span></span>{% endfor %}{% for tag in row.tags %}<span class="tag">{{ tag }}</span>{% endfor %}{% if row.marks or row.tags %}</div>{% endif %}<td class="c-st g-{{ row.status.0 }}">{{ row.status.1 }}{% for text in row.extra %}<td class=c-dep>{{ text }}{% endfor %}<td class=c-req>{{ row.requester }}<td class=c-d>{{ row.department }}<td class=c-ass>{% if row.claimable %}<button class="who claim" form=claim-form formaction={{ row.url }}/claim>{{ claim }}</button>{% else %}{{ row.assignee }}{% endif %}<td class=c-sla>{{ row.due }}<td class=c-upd>{{ row.age }}</tr>
{% endfor %}"""

CARDS = """{% load i18n ui %}{% for row in rows %}<li class="card board-card" id="ticket-{{ row.ticket.pk }}" data-status="{{ row.ticket.status.key }}" tabindex="-1" draggable="true"{% if heir or fresh and forloop.first %} data-focus="#ticket-{{ row.ticket.pk }}"{% endif %}><div class="board-top">{{ row.priority }}<span class="num text-ink-3">{{ row.ticket.number }}</span><a class="btn btn-ghost btn-xs btn-icon ml-auto" href="{{ row.url }}/quick/status" data-quick aria-label="{% blocktranslate trimmed with number=row.ticket.number %}Move {{ number }}{% endblocktranslate %}">{% icon "dots" "ico-14" %}</a></div><a class="board-title{% if row.unread %} unread" aria-describedby="un{% endif %}" href="{{ row.url }}">{{ row.ticket.subject }}</a><div class="board-foot">{{ row.due }}<span class="ml-auto">{% if row.claimable %}{% avatar None 20 %}<span class="sr-only">{% translate "Unassigned" %}</span>{% else %}{{ row.assignee }}{% endif %}</span></div></li>
{% endfor %}"""


def expected(found, source=REFERENCE, **more):
    return engines["django"].from_string(source).render({"rows": found, **more})


@pytest.fixture
def found(it, alan, lea, rita):
    """Rows of all kinds: free, owned, due, overdue, waiting, with tags and marks and columns; hostile texts in each."""
    it.name_en = it.name_de = HOSTILE
    it.save(update_fields=["name_en", "name_de"])
    stranger = make_person(HOSTILE, email="x@example.test")
    soon, past = timezone.now() + timezone.timedelta(hours=2), timezone.now() - timezone.timedelta(days=3)
    tickets = [
        make_ticket(stranger, it, subject=HOSTILE, due_at=soon),
        make_ticket(rita, it, subject="plain", assignee=alan, tags=["vpn", "<b>"], due_at=past),
        make_ticket(rita, it, assignee=lea, status="waiting_requester"),
        make_ticket(stranger, it, status="closed"),
    ]
    with translation.override("de"):
        made = rows(tickets, Words(Actor(alan, "web")), people_of(tickets))
    marks = (Mark(HOSTILE, HOSTILE), Mark("3/5", "Step 3 of 5", "danger"))
    more = (HOSTILE, "")
    return [
        replace(row, marks=marks[: n % 3], extra=more[: n % 3], names=(*STANDARD[:3], *more[: n % 3], *STANDARD[3:]))
        for n, row in enumerate(made)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("flags", [{}, {"heir": True}, {"fresh": True}])
def test_the_rows_are_those_of_the_template(found, language, flags):
    with translation.override(language):
        assert lines(found, **flags) == expected(found, **flags)
    assert lines([], **flags) == ""
    with translation.override(language):
        assert cards(found, **flags) == expected(found, CARDS, **flags)


@pytest.mark.django_db
def test_nothing_of_anybody_becomes_markup(found):
    markup = lines(found)
    assert "<script" not in markup + cards(found)
    assert "<b>" not in markup
    assert markup.count("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;") >= 5
    assert "{{ 7 }}" in markup  # shown, not worked out


def row_of(answer, ticket):
    text = answer.content.decode()
    return text[text.index(f'id="ticket-{ticket.pk}"') :].partition("</tr>")[0]


def test_a_change_shows_at_once(alan_web, ticket, rita, it, alan, as_web, ada):
    """Nothing that the list keeps between two requests outlives what it was made of."""
    assert "Rita Reiter" in row_of(alan_web.get("/tickets"), ticket)
    rita.name = "Rita Neumann"
    rita.save(update_fields=["name"])
    it.name_en = "Machine room"
    it.save(update_fields=["name_en"])
    change_fields(as_web(ada), ticket, subject="Another subject")
    ticket.status.name_en = "Brand new"
    ticket.status.save(update_fields=["name_en"])
    ticket.tags.add(Tag.objects.create(name="fresh-tag"))
    row = row_of(alan_web.get("/tickets"), ticket)
    for piece in ("Rita Neumann", "Machine room", "Another subject", "Brand new", "fresh-tag"):
        assert piece in row, piece


def test_the_frame_follows_the_person(alan_web, alan, ticket):
    before = alan_web.get("/tickets").content.decode()
    assert "Alan Agent" in before
    assert "Claim" in before
    alan.name, alan.language, alan.theme = "Alan Anders", "de", "dark"
    alan.save(update_fields=["name", "language", "theme"])
    after = alan_web.get("/tickets").content.decode()
    assert "Alan Agent" not in after
    assert "Alan Anders" in after
    assert 'data-theme="dark"' in after
    assert "Übernehmen" in after
    menu = alan_web.get("/me/menu", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/tickets?q=1"})
    text = menu.content.decode()
    assert re.search(r'value="dark" aria-pressed="true"', text)
    assert 'name="next" value="/tickets?q=1"' in text
    assert "Alan Anders" in text
    assert "<html" not in text
    foreign = alan_web.get("/me/menu", headers={"HX-Request": "true", "HX-Current-URL": "https://elsewhere.test/x"})
    assert 'name="next" value="/"' in foreign.content.decode()
    assert "<h1" in alan_web.get("/me/menu").content.decode()


def test_filters_and_heads_follow_the_address(alan_web, ticket):
    plain = alan_web.get("/tickets", {"q": "printer"}).content.decode()
    other = alan_web.get("/tickets", {"q": '"><i>', "sort": "due"}).content.decode()
    assert 'value="printer"' in plain
    assert 'value="&quot;&gt;&lt;i&gt;"' in other
    assert "<i>" not in other.partition('id="filters"')[2].partition("</form>")[0]
    ordered = alan_web.get("/tickets", {"sort": "due"}).content.decode()
    assert 'aria-sort="ascending"' in ordered
    assert 'aria-sort="descending"' in alan_web.get("/tickets", {"sort": "-updated"}).content.decode()
