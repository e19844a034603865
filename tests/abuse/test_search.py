"""LEAK-02 in the one search: no word, beginning, phrase or operator tells who is outside what a note says."""

import re

import pytest

from desk.commands import add_comment
from flowtic.core.search.frequencies import forget
from tests.factories import make_ticket

CANARY = "Kanarienquark"
QUESTIONS = [
    CANARY,
    CANARY[:7],
    f"{CANARY[:7]}*",
    f"{CANARY.lower()} drucker",
    f'"{CANARY} streng"',
    f'"note {CANARY}"',
    f"is:open {CANARY}",
    f"from:me {CANARY}",
    "quark",
    "Kanarienqark",
    f"drucker {CANARY} zebra",
    f"internal_stems:{CANARY}",
    f'drucker" OR "{CANARY}',
    f"drucker AND {CANARY} NOT x",
    f"+{CANARY} ~drucker",
]
PATHS = ("/search?q={}", "/search?kind=ticket&q={}", "/search/quick?q={}")


@pytest.fixture
def told(transactional_db, as_web, rita, otto, it, alan):
    """Rita's ticket with a note that holds the canary; Otto's has it in the open."""
    forget()
    ticket = make_ticket(rita, it, subject="Drucker", description="Der Drucker im Flur")
    add_comment(as_web(alan), ticket, body=f"note {CANARY} streng geheim", internal=True)
    for n in range(3):
        make_ticket(rita, it, subject=f"Lampe {n}", description="Der Drucker nicht")
    make_ticket(otto, it, subject=f"{CANARY} Otto", description=f"{CANARY} offen")
    yield ticket
    forget()


def seen(answer):
    """What a person sees besides the question they typed: the hits, hints, suggestions and counts."""
    assert answer.status_code == 200
    search = answer.context["search"]
    hits = [
        (hit.object_id, hit.title, hit.snippet, hit.source, hit.facts)
        for part in search.everything
        for hit in part.answer.hits
    ]
    return hits, search.hints, search.meant, [part.answer.count_text for part in search.everything]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("who", ["rita", "hanna"])
def test_leak_02_a_notes_words_find_nothing_for_who_is_outside(request, told, web, question, who):
    client = web(request.getfixturevalue(who))
    nonsense = re.sub("kanarienquark|kanarienqark|kanarie|quark", "zzzqqqxxx", question, flags=re.IGNORECASE)
    for path in PATHS:
        answers = [seen(client.get(path.split("?")[0], {**_query(path), "q": text})) for text in (question, nonsense)]
        hits, hints, meant, counts = answers[0]
        assert CANARY.lower() not in repr((hits, hints)).lower()
        assert "geheim" not in repr(hits)
        assert [hit[0] for hit in hits] == [hit[0] for hit in answers[1][0]]
        assert counts == answers[1][3]
        assert meant in ("", answers[1][2])


def _query(path):
    return dict(pair.split("=") for pair in path.split("?")[1].split("&") if not pair.endswith("={}"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_leak_02_the_api_says_the_same_of_the_canary_as_of_nonsense(told, rest, rita, question):
    nonsense = re.sub("kanarienquark|kanarienqark|kanarie|quark", "zzzqqqxxx", question, flags=re.IGNORECASE)
    real, other = (rest(rita).client.get("/api/v1/search", {"q": text}).json() for text in (question, nonsense))
    assert CANARY.lower() not in str(real).lower().replace(question.lower(), "")
    assert [kind["count"] for kind in real["kinds"]] == [kind["count"] for kind in other["kinds"]]
    assert [hit["id"] for kind in real["kinds"] for hit in kind["results"]] == [
        hit["id"] for kind in other["kinds"] for hit in kind["results"]
    ]


def test_leak_02_the_control_who_works_the_ticket_finds_the_note(told, web, rest, alan, sven):
    for person in (alan, sven):
        hits = seen(web(person).get("/search", {"q": f"{CANARY} streng"}))[0]
        assert [hit[0] for hit in hits] == [told.pk]
        assert "geheim" in repr(hits)
        assert hits[0][3] == "Internal note"
        assert rest(person).get(f"/search?q={CANARY}").json()["kinds"][0]["count"] == "2"


def test_who_only_takes_part_in_a_ticket_of_others_reads_no_note_there(told, web, hanna, hr, it):
    """An agent who asked another department is a requester there."""
    own = make_ticket(hanna, it, subject="Hannas Drucker", description="klemmt")
    hits = seen(web(hanna).get("/search", {"q": "klemmt"}))[0]
    assert [hit[0] for hit in hits] == [own.pk]
    page = web(hanna).get("/search", {"q": "klemmt"}).content.decode()
    assert f"/portal/tickets/{own.number}" in page
    assert f'"/tickets/{own.number}"' not in page


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_search_only_reads(told, web, alan, method):
    for path in ("/search", "/search/quick"):
        assert getattr(web(alan), method)(path).status_code in (403, 405)
