"""Saved views: whose they are, what they show to whom, their order, their limits, and views that broke."""

import re

import pytest
from django.test import Client

from desk.commands import delete_view, save_view
from desk.models import SavedView, Status, ViewOrder
from flowtic.core.errors import CommandError, Forbidden, Invalid, NotFound
from tests.factories import make_ticket

LIST, VIEWS = "/tickets", "/tickets/views"


def text(answer):
    return answer.content.decode()


def numbers(answer):
    return re.findall(r"<td class=c-id>([^<]+)<", text(answer))


@pytest.fixture
def make(as_web):
    """`make(person, "name", query, …)` saves a view through the command."""

    def save(person, name="Mine", query="open=true", **more):
        return save_view(as_web(person), None, name_de=name, name_en=name, query=query, **more)

    return save


def test_a_view_is_saved_from_the_list_and_opened_by_its_key(alan_web, alan, ticket, rita, it):
    waiting = make_ticket(rita, it, status="waiting_requester")
    form = text(
        alan_web.get(f"{VIEWS}/new?status.not=waiting_requester&sort=-priority&group=status&columns=subject:l,due")
    )
    query = re.search(r'name="query" value="([^"]*)"', form).group(1).replace("&amp;", "&")
    assert query == "status.not=waiting_requester&sort=-priority&group=status&columns=subject:l,due"
    answer = alan_web.post(
        f"{VIEWS}/new", {"name_de": "Ohne Wartende", "colour": "red", "share": "own", "query": query}
    )
    view = SavedView.objects.get()
    assert answer["Location"] == f"{LIST}?view={view.key}"
    page = alan_web.get(answer["Location"])
    assert "Ohne Wartende</h1>" in text(page)
    assert f'id="ticket-{ticket.pk}"' in text(page)
    assert waiting.number not in text(page)
    for piece in (f'href="/tickets?view={view.key}" aria-current="true"><i class="view-dot view-red">', "col-size-l"):
        assert piece in text(page)
    assert "View changed" not in text(page)
    # An override of the address changes the view for this time only; it can be saved, saved as another one, or reset.
    changed = text(alan_web.get(f"{LIST}?view={view.key}&sort=due"))
    for piece in (
        "View changed",
        f'action="{VIEWS}/{view.key}/query"',
        "Save as…",
        f'href="/tickets?view={view.key}">Reset',
    ):
        assert piece in changed, piece
    alan_web.post(f"{VIEWS}/{view.key}/query", {"query": "open=true&sort=due"})
    assert SavedView.objects.get().query == "open=true"  # slack is the usual order of open tickets
    # Without any filter of the view: the address says that they were taken away.
    assert set(numbers(alan_web.get(f"{LIST}?view={view.key}&q="))) == {ticket.number, waiting.number}


def test_who_may_share_and_change(make, alan, lea, sven, hanna, rita, it, hr, as_web):
    own = make(alan)
    of_it, for_all = make(lea, share="department", department=it), make(sven, share="everybody")
    for person in (lea, sven):
        with pytest.raises(NotFound):
            save_view(as_web(person), own, name_de="x", name_en="x")
    with pytest.raises(NotFound):
        delete_view(as_web(hanna), of_it)
    for person, view in ((alan, of_it), (lea, for_all)):
        with pytest.raises(Forbidden):
            save_view(as_web(person), view, name_de="x", name_en="x")
    for person, more in (
        (alan, {"share": "everybody"}),
        (alan, {"share": "department", "department": it}),
        (lea, {"share": "department", "department": hr}),
        (rita, {}),
    ):
        with pytest.raises(Forbidden):
            make(person, **more)
    assert save_view(as_web(sven), of_it, name_de="Neu", name_en="New").name_de == "Neu"
    seen = {person: set(SavedView.objects.offered_to(as_web(person))) for person in (alan, lea, hanna, sven, rita)}
    assert seen == {alan: {own, of_it, for_all}, lea: {of_it, for_all}, hanna: {for_all}, sven: {for_all}, rita: set()}
    assert of_it in SavedView.objects.visible_to(as_web(sven))


def test_a_shared_view_shows_only_what_its_reader_may_see(make, sven, hanna, alan, web_of, ticket, rita, hr):
    foreign = make_ticket(rita, hr)
    view, private = make(sven, "All", "", share="everybody"), make(alan, "Private", "tag=secret")
    assert numbers(web_of(alan).get(f"{LIST}?view={view.key}")) == [ticket.number]
    assert numbers(web_of(hanna).get(f"{LIST}?view={view.key}")) == [foreign.number]
    for path in (f"{LIST}?view={private.key}", f"{VIEWS}/{private.key}", f"{LIST}/count?view={private.key}"):
        assert web_of(hanna).get(path).status_code == 404, path
    for part in ("query", "place", "removal"):
        assert web_of(hanna).post(f"{VIEWS}/{private.key}/{part}", {"query": "", "to": "up"}).status_code == 404
    for key in ("v0", "v²", f"v{2**70}", "nonsense", "v1; drop"):
        assert web_of(hanna).get(LIST, {"view": key}).status_code == 404, key
    counts = text(web_of(hanna).get(f"{VIEWS}/counts"))
    assert f'id="view-n-{view.key}" hx-swap-oob="outerHTML">1<' in counts
    assert private.key not in counts


def test_a_view_that_became_invalid_says_so(make, alan, alan_web):
    status = Status.objects.create(key="odd", name_de="x", name_en="x", category="waiting", kind="waiting_requester")
    view = make(alan, "Odd", "status=odd")
    SavedView.objects.filter(pk=view.pk).update(query="status=odd&nonsense=1")
    for _query in range(2):
        page = alan_web.get(f"{LIST}?view={view.key}")
        assert page.status_code == 200
        assert "This view cannot be shown" in text(page)
        status.delete() if status.pk else None
        SavedView.objects.filter(pk=view.pk).update(query="status=odd")
    assert "This value does not exist." in text(alan_web.get(f"{LIST}?view={view.key}"))
    assert alan_web.get(VIEWS).status_code == alan_web.get(f"{VIEWS}/counts").status_code == 200
    assert alan_web.get(f"{LIST}?view={view.key}&open=true").status_code == 200
    assert alan_web.get(f"{LIST}?view=open&status=odd").status_code == 400


def test_order_and_hiding_are_the_persons_own(make, alan, alan_web, web_of, sven):
    view = make(sven, "Shared", share="everybody")

    def shown(client):
        return re.findall(r'id="view-n-(\w+)"', text(client.get(LIST)))

    assert shown(alan_web) == ["open", "mine", "free", "risk", "approval", "waiting", "snoozed", "all", view.key]
    for key, to in (
        (view.key, "up"),
        (view.key, "up"),
        ("waiting", "hide"),
        ("snoozed", "hide"),
        ("open", "hide"),
        ("mine", "up"),
    ):
        assert alan_web.post(f"{VIEWS}/{key}/place", {"to": to}).status_code == 302
    assert shown(alan_web) == ["mine", "open", "free", "risk", "approval", view.key, "all"]
    assert shown(web_of(sven))[0] == "open"
    assert alan_web.get(f"{LIST}?view=waiting").status_code == 200
    alan_web.post(f"{VIEWS}/waiting/place", {"to": "show"})
    assert shown(alan_web)[-1] == "waiting"
    assert ViewOrder.objects.count() == 1
    assert alan_web.post(f"{VIEWS}/nothing/place", {"to": "up"}).status_code == 404


def test_hostile_names_and_sizes(make, alan, alan_web, as_web):
    with pytest.raises(Invalid):
        make(alan, "\u202e\u200b\0 ")
    with pytest.raises(Invalid):
        make(alan, "x" * 61)
    with pytest.raises(Invalid):
        make(alan, "x", "q=" + "x" * 10_000)
    with pytest.raises(Invalid):
        make(alan, "x", "requester__password=x")
    view = make(alan, "<img src=x>\u202e{{ 7 }}")
    assert view.name_de == "<img src=x>{{ 7 }}"
    for path in (LIST, VIEWS, f"{VIEWS}/{view.key}", f"{LIST}?view={view.key}"):
        assert "<img src=x" not in text(alan_web.get(path)), path
    long = alan_web.post(f"{VIEWS}/new", {"name_de": "x", "colour": "red", "share": "own", "query": "q=" + "x" * 9000})
    assert long.status_code == 422
    assert alan_web.post(f"{VIEWS}/new", {"name_de": "x", "colour": "red", "share": "everybody"}).status_code == 422
    assert alan_web.get(f"{LIST}?q={'x' * 10_000}").status_code == 400
    now = view.created_at
    SavedView.objects.bulk_create(
        [SavedView(owner=alan, name_de=f"v{n}", name_en=f"v{n}", created_at=now, updated_at=now) for n in range(500)]
    )
    with pytest.raises(CommandError, match="100 views"):
        make(alan, "one more")
    assert alan_web.get(LIST).status_code == alan_web.get(VIEWS).status_code == 200
    assert text(alan_web.get(f"{VIEWS}/counts")).count("view-n-") == 30


def test_requesters_and_visitors_have_no_views(web_of, rita):
    assert web_of(rita).get(VIEWS).status_code == 302
    assert web_of(rita).post(f"{VIEWS}/new", {"name_de": "x"}).status_code == 403
    assert Client().get(VIEWS)["Location"].startswith("/accounts/login/")
