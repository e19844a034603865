"""Similar tickets, reply snippets, articles: only what the reader may see, best first, nobody's data."""

import pytest

from ai_assist.local.articles import matching
from ai_assist.local.ranking import Candidate, fused, likeness
from ai_assist.local.similar import similar_tickets
from ai_assist.local.snippets import reply_snippets, without_frame
from desk.models import Status, Ticket
from tests.ai_assist.local.desk import answer, solved_tickets
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def solved(db):
    return solved_tickets(60)


@pytest.fixture
def vpn(rita, it, solved):
    return make_ticket(rita, it, subject="VPN Zertifikat", description="Mein VPN Zertifikat ist abgelaufen.")


def test_similar_tickets_are_solved_ones_about_the_same(as_web, alan, vpn, solved):
    found = similar_tickets(as_web(alan), vpn)
    assert found
    rows = Ticket.objects.in_bulk([hit.ticket_id for hit in found])
    assert all("VPN" in rows[hit.ticket_id].subject for hit in found)
    assert all(not row.is_open for row in rows.values())
    assert vpn.pk not in rows
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert all(0 < hit.score <= 1 and "VPN" in hit.words for hit in found)


def test_nobody_is_shown_what_they_do_not_work(as_web, hanna, rita, vpn):
    assert similar_tickets(as_web(rita), vpn) == []
    hits = similar_tickets(as_web(hanna), vpn)
    rows = Ticket.objects.filter(pk__in=[hit.ticket_id for hit in hits])
    assert {row.department.key for row in rows} <= {"hr"}


def test_rejected_and_merged_tickets_are_no_examples(as_web, alan, vpn, solved):
    hits = {hit.ticket_id for hit in similar_tickets(as_web(alan), vpn, limit=20)}
    rejected, merged = sorted(hits)[:2]
    Ticket.objects.filter(pk=rejected).update(status=Status.objects.get(key="rejected"))
    Ticket.objects.filter(pk=merged).update(merged_into=vpn)
    left = {hit.ticket_id for hit in similar_tickets(as_web(alan), vpn, limit=20)}
    assert left == hits - {rejected, merged}


def test_snippets_are_answers_of_those_who_work(as_web, alan, vpn):
    twin = Ticket.objects.get(pk=similar_tickets(as_web(alan), vpn)[0].ticket_id)
    twin.requester.phone = "+49 221 4711 0815"
    twin.requester.save()
    name = twin.requester.name
    good = answer(
        twin,
        alan,
        f"Hallo {name},\n\nbitte unter Einstellungen das Zertifikat erneuern, {name}, dann neu verbinden. "
        f"Wir rufen unter +49 221 4711 0815 an oder schreiben an {twin.requester.email}.\n\n"
        "Viele Grüße\nAlan Agent\nIT-Betrieb",
    )
    answer(twin, twin.requester, "Danke, das Zertifikat ist erneuert und es geht wieder.")
    answer(twin, alan, "Intern: das war wieder derselbe Fehler im Zertifikatsdienst.", is_internal=True)
    answer(twin, alan, "Ja.")
    found = reply_snippets(as_web(alan), vpn)
    assert [(hit.ticket_id, hit.comment_id) for hit in found] == [(twin.pk, good.pk)]
    text = found[0].text
    assert text.startswith("bitte unter Einstellungen das Zertifikat erneuern")
    for private in (*name.split()[:1], "4711", twin.requester.email, "Alan", "Hallo", "Grüße"):
        assert private not in text, private


def test_the_same_answer_is_told_once(as_web, alan, vpn):
    hits = similar_tickets(as_web(alan), vpn, limit=4)
    for number, hit in enumerate(hits):
        text = f"Bitte das Zertifikat unter Einstellungen erneuern und danach den Rechner neu starten. {number}"
        answer(Ticket.objects.get(pk=hit.ticket_id), alan, text)
    assert len(hits) > 1
    assert len(reply_snippets(as_web(alan), vpn)) == 1


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Sehr geehrte Frau Meier,\n\nneu starten.\n\nMit freundlichen Grüßen\nA. Agent", "neu starten."),
        ("Dear John,\nplease restart.\n\nBest regards,\nJane", "please restart."),
        ("Hi\nrestart it\nThanks!\nJane", "restart it"),
        ("Hallo geht nicht. Bitte neu starten.", "Hallo geht nicht. Bitte neu starten."),
        ("> zitiert\nAntwort\n-- \nSignatur", "Antwort"),
        ("Best practice: restart.\nKind regards to nobody in particular is a sentence. Yes.", None),
        ("", ""),
    ],
)
def test_greeting_and_closing_are_cut(text, left):
    assert without_frame(text) == (text if left is None else left)


def test_articles_that_fit(as_web, alan, rita, vpn):
    from flowtic.core.actor import Actor
    from knowledge.commands import create_article, publish_article, save_category

    machine = Actor.system("test")
    category = save_category(machine, None, key="all", name_de="Alles", name_en="All")
    for title, body in (
        ("VPN einrichten", "So wird das VPN Zertifikat erneuert, wenn es abgelaufen ist."),
        ("Urlaub beantragen", "Der Urlaubsantrag steht im Portal."),
    ):
        article = create_article(machine, title=title, body=body, category=category, language="de", tags=[])
        publish_article(machine, article, note="")
    found = matching(as_web(alan), vpn)
    assert len(found) == 1
    assert set(found[0].words) >= {"VPN", "Zertifikat"}
    assert matching(as_web(rita), vpn) == []


def test_runs_of_characters_see_compounds():
    alike = likeness("Drucker druckt nicht", ["Netzwerkdrucker streikt", "Urlaubsantrag fehlt", ""])
    assert alike[0] > 3 * alike[1]
    assert alike[2] == 0
    rows = [Candidate(1, "Urlaubsantrag fehlt", 0.3), Candidate(2, "Netzwerkdrucker druckt nicht", 0.29)]
    order = fused("Drucker druckt nicht", rows)
    assert {candidate.id for candidate, _score in order} == {1, 2}
    assert fused("x", []) == []
