"""Who finds what in the bell, by which channel, and why."""

from datetime import time, timedelta

import pytest

from accounts import notify
from accounts.commands import mute_ticket, save_notification_settings, set_departments, suspend_person, unmute_ticket
from accounts.models import Notification
from desk.commands import add_comment, add_watcher, assign_ticket, change_fields, change_status, create_ticket
from desk.models import Participant, Status
from desk.notices import who_is_told
from desk.notifying import write_notifications
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid
from flowtic.core.models import Event
from tests.factories import make_ticket
from tests.workflows.factories import document, make_run, task

pytestmark = pytest.mark.django_db


def tell(ticket, name):
    """The newest such event, told twice: a repetition adds nothing."""
    event = Event.objects.filter(name=name, ticket_id=ticket.pk).latest("pk")
    write_notifications(event)
    before = Notification.objects.count()
    write_notifications(event)
    assert Notification.objects.count() == before
    return event


def found(event, **values):
    """{first name: (kind, reason)} of what the event left."""
    rows = Notification.objects.filter(event=event, **values).select_related("person")
    return {row.person.name.split()[0]: (row.kind, row.reason) for row in rows}


def mailed(event):
    return {told.person.name.split()[0] for told in who_is_told(event)}


@pytest.fixture
def busy(as_web, alan, sven, lea, otto, ticket):
    """Rita asked, Alan works on it, Lea and Otto watch it."""
    assign_ticket(as_web(sven), ticket, assignee=alan)
    for person in (lea, otto):
        add_watcher(as_web(sven), ticket, person=person)
    ticket.refresh_from_db()
    return ticket


def choose(person, as_web, department="", **choices):
    """{kind: (in_app, mail)} of a person, in general or for a department."""
    given = {key: {"in_app": app, "mail": mail} for key, (app, mail) in choices.items()}
    place = {"departments": {department: given}} if department else {"choices": given}
    return save_notification_settings(as_web(person), **place)


def test_everybody_hears_once_for_the_strongest_reason_and_never_of_oneself(busy, as_web, sven, alan):
    assigned = tell(busy, "ticket.assigned")
    assert found(assigned) == {"Alan": ("assigned", "assignee")}
    add_comment(as_web(sven), busy, body="News", internal=False)
    replied = tell(busy, "ticket.commented")
    assert found(replied) == {
        "Alan": ("reply", "assignee"),
        "Rita": ("own", "requester"),
        "Lea": ("watched", "watcher"),
        "Otto": ("watched", "watcher"),
    }
    add_comment(as_web(alan), busy, body="Mine", internal=True)
    noted = tell(busy, "ticket.noted")
    # A watcher who reads no notes does not learn that there is one; by mail nobody hears of it by default.
    assert (found(noted), mailed(noted)) == ({"Lea": ("watched_note", "watcher")}, set())


def test_a_mention_outranks_every_other_reason(busy, as_web, sven, alan, otto):
    add_comment(as_web(sven), busy, body=f"@{alan.name} and @{otto.name}, look", internal=True)
    event = tell(busy, "ticket.noted")
    assert found(event)["Alan"] == ("mention", "mention")
    assert "Otto" not in found(event), "he reads no notes"
    assert mailed(event) == {"Alan"}


def test_free_tickets_are_told_to_those_only_who_asked_for_it(as_web, rita, alan, lea, hanna, it):
    choose(alan, as_web, claimable=(True, "off"))
    choose(hanna, as_web, claimable=(True, "now"))
    new = create_ticket(as_web(rita), subject="S", description="D", department=it)
    event = tell(new, "ticket.created")
    assert found(event) == {"Alan": ("claimable", "claimable")}, "what one asked for oneself is no news"
    assert mailed(event) == {"Rita"}
    taken = make_ticket(rita, it, assignee=lea)
    assert "Alan" not in found(tell(taken, "ticket.created"))


def test_choices_by_kind_and_department(busy, as_web, alan, sven, hr, rita):
    choose(alan, as_web, note=(False, "hourly"), reply=(False, "off"))
    add_comment(as_web(sven), busy, body="x", internal=True)
    noted = tell(busy, "ticket.noted")
    assert "Alan" not in mailed(noted)
    assert Notification.objects.get(event=noted, person=alan).digest == "hourly"
    assert found(noted, in_app=True).keys() == {"Lea"}
    add_comment(as_web(sven), busy, body="x", internal=False)
    replied = tell(busy, "ticket.commented")
    assert "Alan" not in mailed(replied) and "Alan" not in found(replied)
    save_notification_settings(
        as_web(alan),
        choices={"reply": {"in_app": False, "mail": "off"}},
        departments={busy.department.key: {"reply": {"in_app": True, "mail": "now"}}},
    )
    assert "Alan" in mailed(replied)
    other = make_ticket(rita, hr, assignee=alan)
    add_comment(as_web(sven), other, body="x", internal=False)
    elsewhere = tell(other, "ticket.commented")
    assert "Alan" not in mailed(elsewhere) and "Alan" not in found(elsewhere)


@pytest.mark.parametrize(
    "wrong",
    [
        {"choices": {"nonsense": {"in_app": True, "mail": "now"}}},
        {"choices": {"note": {"in_app": True, "mail": "quiet"}}},
        {"departments": {"nowhere": {}}},
    ],
)
def test_choices_that_do_not_exist_are_refused(wrong, as_web, alan):
    with pytest.raises(Invalid):
        save_notification_settings(as_web(alan), **wrong)


def test_requesters_have_no_choices_about_the_work_of_others(as_web, rita):
    assert {one.key for one in notify.kinds_for(rita)} == {"own", "watched", "step", "approval"}
    with pytest.raises(Invalid):
        choose(rita, as_web, claimable=(True, "now"))


def test_a_muted_ticket_is_silent_but_for_what_is_meant_for_one_alone(busy, as_web, alan, sven):
    mute_ticket(as_web(alan), ticket_id=busy.pk)
    add_comment(as_web(sven), busy, body="x", internal=False)
    replied = tell(busy, "ticket.commented")
    assert "Alan" not in found(replied) and "Alan" not in mailed(replied)
    assert "Lea" in found(replied), "muted is muted for one person"
    add_comment(as_web(sven), busy, body=f"@{alan.name} now!", internal=True)
    named = tell(busy, "ticket.noted")
    assert found(named)["Alan"] == ("mention", "mention") and mailed(named) == {"Alan"}
    unmute_ticket(as_web(alan), ticket_id=busy.pk)
    assert "Alan" in mailed(replied)


def test_quiet_hours_hold_mails_back_and_follow_the_time_of_the_event(busy, as_web, alan, sven):
    alan.time_zone = "Europe/Berlin"
    alan.save()
    save_notification_settings(as_web(alan), quiet=(time(20), time(7)))
    night = clock.now().replace(hour=22, minute=30)
    with clock.travel(night):
        add_comment(as_web(sven), busy, body="x", internal=True)
    event = tell(busy, "ticket.noted")
    assert "Alan" not in mailed(event)
    assert Notification.objects.get(event=event, person=alan).digest == notify.QUIET
    with clock.travel(night.replace(hour=12) + timedelta(days=1)):
        add_comment(as_web(sven), busy, body="x", internal=True)
    day = tell(busy, "ticket.noted")
    assert "Alan" in mailed(day) and Notification.objects.get(event=day, person=alan).digest == ""


def test_who_lost_the_ticket_finds_nothing_of_it_in_the_bell(busy, as_web, ada, alan, lea, sven, hr):
    add_comment(as_web(sven), busy, body="Secret", internal=True)
    tell(busy, "ticket.noted")
    assign_ticket(as_web(sven), busy, assignee=lea)
    tell(busy, "ticket.assigned")
    add_comment(as_web(sven), busy, body="Open", internal=False)
    tell(busy, "ticket.commented")
    assert len(notify.unread(Actor(alan))) == 1
    set_departments(as_web(ada), alan, departments={hr: False})
    alan = type(alan).objects.get(pk=alan.pk)
    assert notify.unread(Actor(alan)) == [] and notify.newest(Actor(alan)) == []
    # Somebody who only watches reads what is public, and in the words of the portal.
    add_watcher(as_web(sven), busy, person=alan)
    change_status(as_web(sven), busy, status=Status.objects.get(key="waiting_requester"))
    tell(busy, "ticket.status_changed")
    texts = [entry.shown.text for entry in notify.newest(Actor(alan))]
    assert texts and all("Secret" not in text and "note" not in text for text in texts)
    assert all("/portal/" in entry.shown.url for entry in notify.newest(Actor(alan)))


def test_suspended_people_get_nothing(busy, as_web, ada, alan, sven):
    suspend_person(as_web(ada), alan, reason="x")
    add_comment(as_web(sven), busy, body="x", internal=True)
    assert "Alan" not in found(tell(busy, "ticket.noted"))


def test_a_step_and_an_approval_reach_whom_they_are_given_to(as_web, rita, otto, alan, it, sven):
    from workflows.commands.work_items import assign_work_item
    from workflows.models import WorkItem
    from workflows.notifications import tell_owner

    run = make_run(document(task()), rita, it)
    item = WorkItem.objects.get(instance=run)
    assign_work_item(as_web(sven), item, assignee=alan)
    event = Event.objects.filter(name="work_item.assigned").latest("pk")
    assert tell_owner(event) is True, "a mail at once, as before there were choices"
    tell_owner(event)
    row = Notification.objects.get(person=alan, event=event)
    assert (row.kind, row.reason) == ("step", "step")
    entry = notify.newest(Actor(alan))[0]
    assert entry.shown.url.endswith(f"/steps/{item.pk}") and "Alan" in entry.shown.text
    choose(alan, as_web, step=(True, "off"))
    assert tell_owner(event) is False
    assert Participant.objects.filter(reason="watcher", person=alan).count() == 0


def test_a_moved_ticket_is_offered_where_it_came_to(as_web, rita, sven, hanna, it, hr):
    choose(hanna, as_web, claimable=(True, "off"))
    ticket = make_ticket(rita, it)
    change_fields(as_web(sven), ticket, department=hr)
    assert found(tell(ticket, "ticket.department_changed")) == {"Hanna": ("claimable", "claimable")}
