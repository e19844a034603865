"""Drafts of forms over REST: read, saved, checked, thrown away, published; by whom, and on which revision."""

import pytest

from desk.models import RequestType
from tests.api.conftest import ALL, problem
from tests.factories import make_person

FORM = {"fields": [{"key": "room", "required": True}]}
BROKEN = {"fields": [{"key": "room", "kind": "magic"}]}
PATH = "/request-types/move"


@pytest.fixture
def move(it):
    return RequestType.objects.create(key="move", name_de="Umzug", name_en="Move", department=it)


@pytest.fixture
def editor(rest):
    return lambda person: rest(person, *ALL, "workflows:admin", *(["admin"] if person.role == "admin" else []))


@pytest.fixture
def heidi(hr):
    """Leads another department."""
    return make_person("Heidi Human", "agent", leads=(hr,))


def test_from_an_empty_form_to_a_published_one(editor, move, lea, ada, rest, rita):
    lead, admin = editor(lea), editor(ada)
    begun = lead.get(f"{PATH}/draft")
    assert (begun.json()["exists"], begun.json()["form"], begun["ETag"]) == (False, {}, '"0"')
    saved = lead.put(f"{PATH}/draft", {"form": BROKEN}, If_Match=begun["ETag"])
    assert (saved.status_code, saved.json()["valid"], saved["ETag"]) == (200, False, '"1"')
    assert saved.json()["problems"] == [{"path": "fields.0.kind", "message": "The kind of the field room is unknown."}]
    assert (saved.json()["by"]["name"], saved.json()["based_on"]) == ("Lea Leitung", None)
    problem(admin.put(f"{PATH}/draft", {"form": FORM}, If_Match='"0"'), 412, "stale_version")
    refused = problem(admin.post(f"{PATH}/publish", {"note": "x"}), 409)
    assert refused["errors"] == [{"field": "form.fields.0.kind", "message": "The kind of the field room is unknown."}]
    again = lead.put(f"{PATH}/draft", {"form": FORM})
    problem(lead.post(f"{PATH}/publish", {"note": "First"}), 403)
    done = admin.post(f"{PATH}/publish", {"note": "First"}, If_Match=again["ETag"], Idempotency_Key="p")
    assert (done.status_code, done.json()["version"], done.json()["form"]) == (200, 1, FORM)
    repeated = admin.post(f"{PATH}/publish", {"note": "First"}, Idempotency_Key="p")
    assert (repeated.json(), repeated["Idempotency-Replayed"]) == (done.json(), "true")
    assert rest(rita).get("/request-types").json()["results"][0]["fields"] == FORM["fields"]
    problem(admin.post(f"{PATH}/publish"), 409)


def test_a_lead_publishes_where_it_is_delegated(editor, move, lea, ada, heidi):
    lead = editor(lea)
    lead.put(f"{PATH}/draft", {"form": FORM})
    problem(lead.patch(PATH, {"leads_publish": True}), 403)
    assert editor(ada).patch(PATH, {"leads_publish": True}).json()["leads_publish"] is True
    problem(editor(heidi).post(f"{PATH}/publish"), 403)
    assert lead.post(f"{PATH}/publish").json()["version"] == 1


def test_who_does_not_edit_it(editor, move, heidi, alan, rita, sven, rest, lea):
    for person in (heidi, alan, rita, sven):
        client = editor(person)
        for call in (
            client.get(f"{PATH}/draft"),
            client.put(f"{PATH}/draft", {"form": FORM}),
            client.delete(f"{PATH}/draft"),
            client.post(f"{PATH}/validate", {"form": FORM}),
            client.post(f"{PATH}/publish"),
        ):
            problem(call, 403)
        problem(client.get("/request-types/none/draft"), 404)
    problem(rest(lea).get(f"{PATH}/draft"), 403)  # a token without the scope
    RequestType.objects.update(active=False)
    problem(editor(heidi).get(f"{PATH}/draft"), 404)
    assert editor(lea).get(f"{PATH}/draft").status_code == 200


def test_checking_keeps_nothing(editor, move, lea):
    lead = editor(lea)
    assert lead.post(f"{PATH}/validate", {"form": BROKEN}).json()["valid"] is False
    assert lead.post(f"{PATH}/validate").json() == {"valid": True, "problems": []}
    lead.put(f"{PATH}/draft", {"form": BROKEN})
    assert lead.post(f"{PATH}/validate").json()["valid"] is False
    assert lead.post(f"{PATH}/validate", {"form": FORM}).json()["valid"] is True


def test_a_draft_is_thrown_away(editor, move, lea):
    lead = editor(lea)
    saved = lead.put(f"{PATH}/draft", {"form": FORM})
    problem(lead.delete(f"{PATH}/draft", If_Match='"7"'), 412)
    gone = lead.delete(f"{PATH}/draft", If_Match=saved["ETag"])
    assert (gone.status_code, gone.json()["exists"], gone["ETag"]) == (200, False, '"2"')


def test_what_is_too_deep_or_strange_is_refused(editor, move, lea):
    deep: dict = {}
    for _level in range(60):
        deep = {"fields": [deep]}
    problem(editor(lea).put(f"{PATH}/draft", {"form": deep}), 422)
    problem(editor(lea).post(f"{PATH}/validate", {"form": deep}), 422)
    problem(editor(lea).put(f"{PATH}/draft", FORM), 422)
