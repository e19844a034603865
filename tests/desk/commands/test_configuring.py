"""Statuses, their ways, and tags: what administrators change never leaves tickets stuck or rows pointing nowhere."""

import pytest

from desk.commands import (
    change_fields,
    create_ticket,
    delete_tag,
    merge_tags,
    rename_tag,
    retire_status,
    set_role_transitions,
    set_transitions,
)
from desk.commands.configuration import create_status, remove_configuration, save_configuration
from desk.commands.transitions import NoWayOut, seen_mark
from desk.models import Macro, SavedView, SlaPolicy, Status, Tag, TicketTemplate
from desk.transitions import all_ways
from flowtic.core import search
from flowtic.core.actor import Actor
from flowtic.core.clock import now
from flowtic.core.errors import Conflict, Forbidden, Invalid, Stale
from flowtic.core.models import Event
from tests.factories import make_ticket
from workflows.models import WorkflowRule


@pytest.fixture
def admin(ada):
    return Actor(ada, "web")


def status(key):
    return Status.objects.get(key=key)


def test_no_role_locks_itself_out_of_a_status(admin, ada):
    ways = all_ways()
    waiting = status("waiting_requester")
    without = {way for way in ways.by_role["admin"] if way[0] != waiting.pk}
    with pytest.raises(NoWayOut, match="Waiting for reply"):
        set_role_transitions(admin, "admin", ways=without)
    with pytest.raises(NoWayOut):
        set_transitions(admin, waiting, targets={"agent": [status("assigned")], "support": [status("assigned")]})
    with pytest.raises(NoWayOut):  # the only way leads to a status that is switched off
        new = status("new")
        Status.objects.filter(pk=new.pk).update(active=False)
        set_role_transitions(
            admin,
            "agent",
            ways=(ways.by_role["agent"] - {way for way in ways.by_role["agent"] if way[0] == waiting.pk})
            | {(waiting.pk, new.pk)},
        )
    assert all_ways().by_role["admin"] == ways.by_role["admin"]
    assert all_ways().by_role["agent"] == ways.by_role["agent"]


def test_the_grid_of_a_role_is_saved_whole_and_not_over_a_newer_one(admin, alan):
    ways = all_ways()
    old, seen = ways.by_role["agent"], seen_mark(ways, "agent")
    way = (status("assigned").pk, status("closed").pk)
    set_role_transitions(admin, "agent", ways=old - {way}, seen=seen)
    assert all_ways().by_role["agent"] == old - {way}
    event = Event.objects.filter(name="configuration.changed").latest("pk")
    assert event.changes == [{"field": "transitions", "old": ["assigned → closed"], "new": []}]
    with pytest.raises(Stale):
        set_role_transitions(admin, "agent", ways=old, seen=seen)
    with pytest.raises(Invalid):
        set_role_transitions(admin, "agent", ways={(1, 999_999)})
    with pytest.raises(Forbidden):
        set_role_transitions(Actor(alan, "web"), "agent", ways=old)
    # Requesters may be left without any way: then only the desk closes.
    set_role_transitions(admin, "user", ways=set())
    assert all_ways().by_role.get("user", set()) == set()


def test_a_new_status_can_be_reached_and_left_by_who_works(admin, ticket):
    parts = create_status(
        admin, key="parts", name_de="Teile", name_en="Parts", category="waiting", kind="waiting_approval"
    )
    assert parts not in all_ways().stuck
    assert ticket.can_become(parts, Actor(admin.user, "web"))
    assert not ticket.can_become(parts, Actor(ticket.requester, "web"))


def test_a_status_in_use_asks_for_a_successor_which_takes_its_tickets(
    admin, rita, it, django_capture_on_commit_callbacks
):
    parts = create_status(
        admin, key="parts", name_de="Teile", name_en="Parts", category="waiting", kind="waiting_approval"
    )
    ticket = make_ticket(rita, it, status="parts")
    with pytest.raises(Invalid) as refused:
        retire_status(admin, parts)
    assert "successor" in refused.value.fields
    with pytest.raises(Invalid):
        retire_status(admin, parts, successor=status("closed"))
    with pytest.raises(Conflict):
        remove_configuration(admin, parts)
    with django_capture_on_commit_callbacks(execute=True):
        retire_status(admin, parts, successor=status("waiting_requester"))
    ticket.refresh_from_db()
    assert (ticket.status.key, ticket.is_open) == ("waiting_requester", True)
    event = Event.objects.filter(ticket_id=ticket.pk, name="ticket.status_changed").latest("pk")
    assert event.data["follows"] == "configuration.changed"  # nobody gets a mail
    with pytest.raises(Conflict):
        retire_status(admin, status("closed"), successor=status("rejected"))
    with pytest.raises(Conflict):
        save_configuration(admin, status("pending_assignment"), active=False)


def test_closed_tickets_keep_their_times_when_their_status_goes(admin, rita, it, django_capture_on_commit_callbacks):
    filed = create_status(admin, key="filed", name_de="Abgelegt", name_en="Filed", category="closed", kind="closed")
    ticket = make_ticket(rita, it, status="filed")
    ticket.closed_at = ticket.resolved_at = ticket.created_at
    ticket.save()
    with django_capture_on_commit_callbacks(execute=True):
        retire_status(admin, filed, successor=status("closed"))
    after = type(ticket).objects.get(pk=ticket.pk)
    assert (after.status.key, after.closed_at, after.is_open) == ("closed", ticket.created_at, False)


@pytest.fixture
def tagged(rita, it, sven):
    """Three tickets: wlan, wlan and wifi, wifi; and everything else that names a tag."""
    rows = [make_ticket(rita, it) for _number in range(3)]
    for row, tags in zip(rows, (["wlan"], ["wlan", "wifi"], ["wifi"]), strict=True):
        change_fields(Actor(sven, "web"), row, tags=tags)
    condition = {"all": [{"field": "ticket.tags", "op": "contains", "value": "wlan"}]}
    targets = {"resolution": {"low": "PT8H"}}
    SlaPolicy.objects.create(key="w", name_de="w", name_en="Wireless", condition=condition, targets=targets)
    WorkflowRule.objects.create(name="Rule", condition=condition)
    TicketTemplate.objects.create(key="t", name_de="t", name_en="t", tags=["wlan", "wifi"])
    times = {"created_at": now(), "updated_at": now()}
    SavedView.objects.create(name_de="v", name_en="Radio", everybody=True, query="status=new&tag=wlan&tag=x", **times)
    Macro.objects.create(name_de="m", name_en="m", steps=[{"do": "add_tags", "value": ["wlan"]}], **times)
    return rows


def names_of(row):
    return sorted(row.tags.values_list("name", flat=True))


def test_merging_tags_in_use_moves_rows_and_everything_that_names_them(admin, tagged, sven):
    versions = [row.version for row in tagged]
    merge_tags(admin, Tag.objects.get(name="wlan"), into=Tag.objects.get(name="wifi"))
    assert [names_of(row) for row in tagged] == [["wifi"], ["wifi"], ["wifi"]]
    assert not Tag.objects.filter(name="wlan").exists()
    assert SlaPolicy.objects.get(key="w").condition["all"][0]["value"] == "wifi"
    assert WorkflowRule.objects.get(name="Rule").condition["all"][0]["value"] == "wifi"
    assert TicketTemplate.objects.get(key="t").tags == ["wifi"]
    assert SavedView.objects.get(name_en="Radio").query == "status=new&tag=wifi&tag=x"
    assert Macro.objects.get().steps == [{"do": "add_tags", "value": ["wifi"]}]
    event = Event.objects.filter(name="configuration.changed").latest("pk")
    assert (event.data["tickets"], event.data["followed"]) == (2, 5)
    # Who has the old tags on screen is told, instead of bringing the old one back.
    with pytest.raises(Stale):
        change_fields(Actor(sven, "web"), tagged[0], tags=["wlan", "new"], seen=versions[0] + 1)
    found = search.filter_by_text(type(tagged[0]).objects.all(), "ticket", tagged[0].number)
    assert [row.pk for row in found] == [tagged[0].pk]


def test_a_name_that_is_taken_asks_to_merge_and_a_tag_that_rules_ask_for_stays(admin, tagged, alan):
    wlan = Tag.objects.get(name="wlan")
    with pytest.raises(Conflict, match="Merge"):
        rename_tag(admin, wlan, name=" WiFi ")
    with pytest.raises(Conflict, match="Wireless"):
        delete_tag(admin, wlan)
    for act in (lambda: delete_tag(Actor(alan, "web"), wlan), lambda: rename_tag(Actor(alan, "web"), wlan, name="x")):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Invalid):
        merge_tags(admin, wlan, into=wlan)
    rename_tag(admin, wlan, name="Funk, Netz")
    assert names_of(tagged[0]) == ["funk netz"]
    assert WorkflowRule.objects.get(name="Rule").condition["all"][0]["value"] == "funk netz"
    SlaPolicy.objects.all().delete()
    WorkflowRule.objects.all().delete()
    SavedView.objects.all().delete()
    delete_tag(admin, Tag.objects.get(name="funk netz"))
    assert names_of(tagged[1]) == ["wifi"]


def test_templates_fill_in_new_tickets_until_they_are_deleted(admin, rita, it):
    from desk.commands.forms import remove_template, save_template

    row = save_template(admin, TicketTemplate(), key="new", name_de="Neu", name_en="New", subject="Laptop", tags=["It"])
    assert row.tags == ["it"]
    remove_template(admin, row)
    assert not TicketTemplate.objects.filter(pk=row.pk).exists()
    assert create_ticket(admin, subject="x", description="x", requester=rita, department=it).pk
