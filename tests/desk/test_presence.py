"""Who else is at a ticket: seen by who works it, forgotten by itself, never by a requester."""

import pytest

from desk import presence
from desk.commands import add_watcher
from desk.live import PresenceFeed, TicketChannel
from flowtic.core.actor import Actor
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_colleagues_see_each_other_and_writing_goes_first(client, ticket, alan, lea, sven, it):
    place = f"/tickets/{ticket.number}/presence"
    client.force_login(alan)
    assert client.post(place, {"state": "viewing"}).content.decode().strip() == "", "nobody else"
    client.force_login(lea)
    assert alan.name in client.post(place, {"state": "viewing"}).content.decode()
    client.force_login(alan)
    client.post(place, {"state": "typing"})
    client.force_login(sven)
    shown = client.post(place, {"state": "viewing"}).content.decode()
    assert f"{alan.name} is typing" in shown and "+1" in shown
    client.force_login(alan)
    client.post(place, {"state": "gone"})
    client.force_login(sven)
    assert alan.name not in client.get(place).content.decode()
    for number in range(4):
        presence.note(ticket, make_person(f"Guest {number}", "agent", departments=(it,)), "idle")
    many = client.get(place).content.decode()
    assert many.count('class="av ') == 3 and "+2" in many and "presence-idle" in many
    assert client.post(place, {"state": "dancing"}).status_code == 400


def test_requesters_and_strangers_learn_nothing(client, ticket, alan, rita, hanna, as_web, sven):
    presence.note(ticket, alan, "typing")
    add_watcher(as_web(sven), ticket, person=hanna)
    place = f"/tickets/{ticket.number}/presence"
    for person in (rita, hanna):
        client.force_login(person)
        for answer in (client.get(place, follow=True), client.post(place, {"state": "viewing"})):
            assert alan.name not in answer.content.decode()
    assert [seen.person for seen in presence.others(ticket, alan)] == []
    fact = PresenceFeed().read({f"ticket-{ticket.pk}"})
    channel = TicketChannel()
    topics = {f"ticket-{ticket.pk}", "tickets"}
    assert [one.kind for one in channel.heard(Actor(sven), topics, fact)] == ["presence"]
    assert channel.heard(Actor(rita), topics, fact) == channel.heard(Actor(hanna), topics, fact) == []


def test_who_falls_silent_is_forgotten(ticket, alan, lea, monkeypatch):
    monkeypatch.setattr(presence, "GONE_SECONDS", 0.05)
    presence.note(ticket, alan, "typing")
    assert len(presence.others(ticket, lea)) == 1
    import time

    time.sleep(0.1)
    assert presence.others(ticket, lea) == []


def test_only_what_changes_is_told(ticket, alan):
    feed, topics = PresenceFeed(), {f"ticket-{ticket.pk}"}
    presence.note(ticket, alan, "viewing")
    assert len(feed.read(topics)) == 1
    presence.note(ticket, alan, "viewing")
    assert feed.read(topics) == [], "a beat that says the same is no news"
    presence.note(ticket, alan, "typing")
    assert len(feed.read(topics)) == 1 and feed.read({"tickets", "me"}) == []


def test_the_parts_of_a_page_that_follow_others(client, ticket, alan, hanna, rita):
    client.force_login(alan)
    place = f"/tickets/{ticket.number}/live"
    assert f'id="ticket-{ticket.pk}-head"' in client.get(f"{place}?part=head").content.decode()
    assert 'id="thread"' in client.get(f"{place}?part=thread").content.decode()
    assert 'id="panel" data-live' in client.get(f"{place}?part=panel").content.decode()
    assert client.get(f"{place}?part=composer").status_code == client.get(place).status_code == 400
    client.force_login(hanna)
    assert client.get(f"{place}?part=thread").status_code == 404
    client.force_login(rita)
    assert client.get(f"{place}?part=thread").status_code == 302
