"""Drafts of forms: leads of the owning department edit them, and publish them only where admins leave that to them."""

import pytest

from desk.commands import discard_form_draft, publish_form_draft, save_configuration, save_form_draft
from desk.models import FormVersion, FormVersionDraft, RequestType
from flowtic.core.actor import Actor
from flowtic.core.errors import Conflict, Forbidden, Invalid, Stale
from flowtic.core.models import Event
from tests.desk.form_schemas import PURCHASE
from tests.factories import make_person

SHORT = {"pages": PURCHASE["pages"][:1]}
UNFINISHED = {"pages": [{"key": "what", "fields": [{"key": "x", "kind": "magic"}]}]}


@pytest.fixture
def purchase(as_web, ada, it):
    values = {"key": "purchase", "name_de": "Einkauf", "name_en": "Purchase", "department": it}
    return save_configuration(as_web(ada), RequestType(), **values, schema=PURCHASE)


@pytest.fixture
def strangers(hr, alan, rita, sven):
    """Who does not edit IT's forms: a lead of another department, an agent of IT, a requester, support."""
    return [make_person("Heidi Human", "agent", leads=(hr,)), alan, rita, sven]


def draft_of(purchase):
    return FormVersionDraft.objects.filter(request_type=purchase).first()


def delegate(as_web, ada, purchase):
    save_configuration(as_web(ada), purchase, leads_publish=True)
    return RequestType.objects.get(pk=purchase.pk)


def test_a_lead_edits_and_nothing_is_asked_differently(as_web, lea, purchase):
    saved = save_form_draft(as_web(lea), purchase, schema=UNFINISHED)
    assert (saved.rev, saved.based_on, saved.saved_by) == (1, 1, lea)
    purchase.refresh_from_db()
    assert (purchase.schema, purchase.live_version.number) == (PURCHASE, 1)
    assert save_form_draft(as_web(lea), purchase, schema=UNFINISHED).rev == 1  # the same again changes nothing
    assert Event.objects.filter(name="form.draft_saved", actor=lea).count() == 1
    discarded = discard_form_draft(as_web(lea), purchase)
    assert (discarded.schema, discarded.rev, draft_of(purchase).based_on) == (None, 2, None)
    assert discard_form_draft(as_web(lea), purchase).rev == 2


def test_strangers_do_neither(as_web, purchase, strangers, lea, ada):
    save_form_draft(as_web(lea), purchase, schema=SHORT)
    purchase = delegate(as_web, ada, purchase)
    for person in strangers:
        for act in (
            lambda actor: save_form_draft(actor, purchase, schema=UNFINISHED),
            lambda actor: discard_form_draft(actor, purchase),
            lambda actor: publish_form_draft(actor, purchase, note=""),
        ):
            with pytest.raises(Forbidden):
                act(as_web(person))
    assert draft_of(purchase).schema == SHORT
    assert FormVersion.objects.count() == 1


def test_a_type_without_a_department_belongs_to_admins(as_web, ada, lea, purchase):
    save_configuration(as_web(ada), purchase, department=None, leads_publish=True)
    with pytest.raises(Forbidden):
        save_form_draft(as_web(lea), purchase, schema=SHORT)
    assert save_form_draft(as_web(ada), purchase, schema=SHORT).rev == 1


def test_a_lead_publishes_only_when_it_is_delegated(as_web, ada, lea, purchase):
    save_form_draft(as_web(lea), purchase, schema=SHORT)
    with pytest.raises(Forbidden):
        publish_form_draft(as_web(lea), purchase, note="Shorter")
    purchase = delegate(as_web, ada, purchase)
    version = publish_form_draft(as_web(lea), purchase, note="Shorter")
    assert (version.number, version.author, version.note, version.schema) == (2, lea, "Shorter", SHORT)
    purchase.refresh_from_db()
    assert (purchase.schema, draft_of(purchase).schema) == (SHORT, None)
    with pytest.raises(Forbidden):  # the delegation itself is not delegated
        save_configuration(as_web(lea), purchase, leads_publish=False)


def test_admins_publish_what_leads_prepared(as_web, ada, lea, purchase):
    save_form_draft(as_web(lea), purchase, schema=SHORT)
    assert publish_form_draft(as_web(ada), purchase, note="").author == ada
    with pytest.raises(Conflict, match="no draft"):
        publish_form_draft(as_web(ada), purchase, note="")
    save_form_draft(as_web(lea), purchase, schema=SHORT)
    with pytest.raises(Conflict, match="says the same"):
        publish_form_draft(as_web(ada), purchase, note="")


def test_an_unfinished_draft_is_kept_but_not_published(as_web, ada, purchase):
    save_form_draft(as_web(ada), purchase, schema=UNFINISHED)
    with pytest.raises(Invalid) as error:
        publish_form_draft(as_web(ada), purchase, note="")
    assert error.value.extra["problems"][0]["path"] == "pages.0.fields.0.kind"
    assert (draft_of(purchase).schema, FormVersion.objects.count()) == (UNFINISHED, 1)


def test_a_public_form_does_not_begin_to_ask_for_people(as_web, ada, lea, purchase):
    save_configuration(as_web(ada), purchase, schema=SHORT)
    save_configuration(as_web(ada), purchase, public_link=True)
    save_form_draft(as_web(lea), purchase, schema={"fields": [{"key": "boss", "kind": "person"}]})
    with pytest.raises(Invalid, match=r"."):
        publish_form_draft(as_web(ada), purchase, note="")
    purchase.refresh_from_db()
    assert purchase.schema == SHORT


def test_nobody_overwrites_what_somebody_else_saved(as_web, ada, lea, purchase):
    first = save_form_draft(as_web(lea), purchase, schema=SHORT, rev=0)
    with pytest.raises(Stale, match="Lea Leitung"):
        save_form_draft(as_web(ada), purchase, schema=UNFINISHED, rev=0)
    with pytest.raises(Stale):
        publish_form_draft(as_web(ada), purchase, note="", rev=0)
    assert publish_form_draft(as_web(ada), purchase, note="", rev=first.rev).number == 2
    with pytest.raises(Stale):  # a new draft does not begin to count anew
        save_form_draft(as_web(lea), purchase, schema=UNFINISHED, rev=first.rev)


def deep(levels):
    form: dict = {}
    for _level in range(levels):
        form = {"fields": [form]}
    return form


@pytest.mark.parametrize("form", [[], "x", deep(100), {"fields": ["x" * 300_000]}, {"fields": [float("inf")]}])
def test_what_cannot_be_kept_is_refused(as_web, ada, purchase, form):
    with pytest.raises(Invalid) as error:
        save_form_draft(as_web(ada), purchase, schema=form)
    assert set(error.value.fields) == {"form"}
    assert draft_of(purchase) is None


def test_what_is_just_not_too_deep_is_kept(purchase):
    save_form_draft(Actor.system("test"), purchase, schema=deep(14))
    assert draft_of(purchase).schema == deep(14)
