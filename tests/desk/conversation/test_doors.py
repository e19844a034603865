"""What the composer offers and the pages around it: who gets what, and what hostile input does there."""

from datetime import timedelta

import pytest

from accounts.models import Department
from desk.canned_texts import filled
from desk.commands import add_comment, save_canned_reply
from desk.models import CannedReply, Participant
from desk.thread import unquoted
from flowtic.core import clock
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Event
from tests.desk.conversation.test_drafts import browser, page
from tests.factories import make_person, make_ticket

pytestmark = pytest.mark.django_db
EVERYBODY = {
    "text_de": "Hallo {{ requester.first_name }}",
    "text_en": "Hello {{ requester.name }}, {{ ticket.number }}",
}


def offered(person, ticket, kind, query=""):
    answer = browser(person).get(f"/tickets/{ticket.number}/completions/{kind}", {"q": query})
    return [row["label"] for row in answer.json()["options"]] if answer.status_code == 200 else answer.status_code


def test_colleagues_and_tickets_that_are_offered(ticket, alan, lea, sven, hanna, rita, otto, it, hr):
    own, foreign = make_ticket(rita, it, subject="Scanner blinks"), make_ticket(otto, hr, subject="Scanner of HR")
    assert offered(alan, ticket, "person") == ["Lea Leitung", "Sven Support"]
    assert offered(alan, ticket, "person", "leit") == ["Lea Leitung"]
    assert offered(alan, ticket, "ticket", "Scanner") == [own.number]
    assert offered(sven, ticket, "ticket", foreign.number[-6:].lstrip("0")) == [foreign.number]
    assert offered(alan, ticket, "ticket", foreign.number) == []
    assert offered(alan, ticket, "nonsense") == 404
    assert offered(hanna, ticket, "person") == 404
    assert offered(rita, ticket, "person") == 302
    assert offered(alan, ticket, "person", "%' OR 1=1 --") == []


def test_a_note_tells_the_colleague_it_names_once(ticket, alan, lea, hanna, sven, rita, as_web):
    twin = make_person("Lea Leitung", "support", email="lea2@example.test")
    text = "@Lea Leitung please look, @Hanna Personal not, @lea leitung again, mail@Sven Support, @Rita Reiter"
    add_comment(as_web(alan), ticket, body=text, internal=True)
    fact = Event.objects.filter(name="ticket.noted").last()
    assert fact.data["mentions"] == [lea.pk, sven.pk]
    watching = Participant.objects.filter(ticket=ticket, reason="watcher").values_list("person", flat=True)
    assert set(watching) == {lea.pk, sven.pk}
    assert twin.pk not in watching, "the department's own person is meant"
    add_comment(as_web(alan), ticket, body="@Lea Leitung", internal=True)
    assert Participant.objects.filter(ticket=ticket, person=lea).count() == 1
    # In a reply it is only a name, and asked about before the requester reads it.
    client, data = browser(alan), {"kind": "reply", "body": "Ask @Lea Leitung"}
    answer = client.post(f"/tickets/{ticket.number}/comments", data)
    assert answer.status_code == 409
    assert "The requester will read this name: Lea Leitung." in answer.content.decode()
    assert client.post(f"/tickets/{ticket.number}/comments", {**data, "named": "1"}).status_code == 302
    assert "mentions" not in Event.objects.filter(name="ticket.commented").last().data


def test_canned_replies_belong_to_departments_and_people(ticket, alan, lea, sven, ada, hanna, rita, hr, it, as_web):
    save_canned_reply(as_web(sven), None, name="General", **EVERYBODY)
    save_canned_reply(as_web(ada), None, name="Only HR", departments=[hr], **EVERYBODY)
    save_canned_reply(as_web(ada), None, name="Only IT", departments=[it], **EVERYBODY)
    save_canned_reply(as_web(sven), None, name="Old", active=False, **EVERYBODY)
    mine = save_canned_reply(as_web(alan), None, name="My own", own=True, text_en="x")
    assert offered(alan, ticket, "reply") == ["General", "My own", "Only IT"]
    assert offered(lea, ticket, "reply", "only") == ["Only IT"]
    assert set(CannedReply.objects.visible_to(as_web(hanna)).values_list("name", flat=True)) == {
        "General", "Only HR", "Old",
    }  # fmt: skip
    assert not CannedReply.objects.visible_to(as_web(rita)).exists()
    for person in (alan, lea, hanna, rita):
        with pytest.raises(Forbidden):
            save_canned_reply(as_web(person), None, name="x", text_en="x")
    for person in (sven, ada, lea):
        with pytest.raises(Forbidden):
            save_canned_reply(as_web(person), mine, name="x", text_en="x")
    assert Event.objects.filter(name="configuration.changed", subject_id=mine.pk).count() == 0


def test_placeholders_are_a_fixed_list_of_plain_texts(ticket, alan, sven, as_web):
    wrong = ("{{ requester.email }}", "{{ requester.password|safe }}", "{% load x %}", "{{ secret.KEY }}")
    for text in wrong:
        with pytest.raises(Invalid):
            save_canned_reply(as_web(sven), None, name="x", text_en=text)
    ticket.subject = "[Click](https://evil.example) <b> {{ agent.name }}\n# big"
    text = filled("“{{ ticket.subject }}” {{ agent.first_name }} {{ ticket.link }}", as_web(alan), ticket)
    assert text.startswith(r"“\[Click\](https\://evil.example) \<b\> {{ agent.name }} \# big” Alan http")
    ticket.requester.language = "de"
    ticket.requester.save()
    save_canned_reply(as_web(sven), None, name="Hi", **EVERYBODY)
    answer = browser(alan).get(f"/tickets/{ticket.number}/completions/reply", {"q": "hi"}).json()
    assert answer["options"][0]["text"] == "Hallo Rita"


def test_the_settings_page(alan, sven, rita, it, as_web):
    client = browser(sven)
    data = {"name": "Neu & <b>", "text_de": "Hallo", "active": "on", "departments": [it.pk]}
    assert client.post("/settings/replies/new", data)["Location"] == "/settings/replies"
    row = CannedReply.objects.get()
    assert (list(row.departments.all()), row.owner, bool(row.active)) == ([it], None, True)
    assert "Neu &amp; &lt;b&gt;" in client.get("/settings/replies").content.decode()
    answer = client.post(f"/settings/replies/{row.pk}", {**data, "text_de": "{{ nothing.here }}"})
    assert answer.status_code == 422
    assert "nothing.here" in answer.content.decode()
    assert (
        client.post("/settings/replies/new?own=1", {"name": "Mine", "text_en": "x", "active": "on"}).status_code == 302
    )
    mine = CannedReply.objects.get(owner=sven)
    agent = browser(alan)
    assert "Neu" in agent.get("/settings/replies").content.decode()
    for pk, status in ((row.pk, 403), (mine.pk, 404)):
        assert agent.get(f"/settings/replies/{pk}").status_code == status
        assert agent.post(f"/settings/replies/{pk}/removal").status_code == status
    assert browser(rita).get("/settings/replies").status_code == 302
    assert client.post(f"/settings/replies/{row.pk}/removal").status_code == 302
    assert list(Department.objects.filter(pk=it.pk)) == [it]


def test_the_thread_folds_what_is_old_and_marks_what_is_new(ticket, alan, rita, as_web, monkeypatch):
    for number in range(20):
        add_comment(as_web(rita if number % 2 else alan), ticket, body=f"Line {number}.", internal=number % 2 == 0)
    page(alan, ticket)
    shown = page(alan, ticket)
    assert "Show 12 earlier messages" in shown
    assert ("Line 11." in shown, "Line 12." in shown, "new-since" in shown) == (False, True, False)
    later = clock.now() + timedelta(minutes=5)
    with clock.travel(later):
        new = add_comment(as_web(rita), ticket, body="Something new", internal=False)
    shown = page(alan, ticket)
    assert shown.index('id="new-since"') < shown.index(f'id="c-{new.pk}"')
    assert f'href="#c-{new.pk}">To the first unread message' in shown
    notes = page(alan, ticket, "?show=notes")
    assert ("Line 18." in notes, "Line 19." in notes) == (True, False)
    part = browser(alan, **{"HX-Request": "true"}).get(f"/tickets/{ticket.number}/thread?messages=all")
    assert "Line 0." in part.content.decode()
    assert "composer-body" not in part.content.decode()
    assert browser(alan).get(f"/tickets/{ticket.number}/thread").status_code == 302


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("Yes.\n\nOn Monday Ann wrote:\n> a\n> b\n> c", "Yes."),
        ("Ja.\n-----Urspr\u00fcngliche Nachricht-----\nVon: x\nAn: y\nText", "Ja."),
        ("> a\n> b\n> c\n\nAnswer below", None),
        ("> a\n> b\n> c", None),
        ("One\n> two", None),
        ("---\nA rule", None),
    ],
)
def test_what_a_mail_repeats_is_folded(body, own):
    assert unquoted(body)[0] == (own or body)


def test_hostile_input_at_the_new_doors(ticket, alan, rita):
    client = browser(alan)
    base = f"/tickets/{ticket.number}"
    shown = client.post(
        f"{base}/preview", {"body": "<script>alert(1)</script> [x](javascript:1) **b**"}
    ).content.decode()
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert "<strong>b</strong>" in shown
    for bad in ({"kind": "shout"}, {"kind": "reply", "revision": "-1"}, {"kind": "reply", "draft": "x"}):
        assert client.post(f"{base}/draft", {"body": "x", **bad}).status_code == 422
    assert client.post(f"{base}/draft", {"kind": "reply", "body": "x", "draft": str(2**62)}).status_code == 400
    for field in ("seen", "despite", "draft"):
        for value in ("-1", "x", str(2**70)):
            assert client.post(f"{base}/comments", {"kind": "note", "body": "x", field: value}).status_code == 422
    assert not ticket.comments.exists()
    assert client.get(f"{base}?show=%00&draft=1e9&kind=x").status_code == 200
    assert client.get(base, headers={"X-Seen-Since": "2026-99-99T99:99"}).status_code == 200
    for verb in ("return", "now", "due"):
        assert client.post(f"{base}/planned/{2**40}/{verb}").status_code in (200, 302, 409)
        assert browser(rita).post(f"{base}/planned/1/{verb}").status_code == 403
