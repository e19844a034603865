"""`manage.py demo` plays the demo content through the commands of the desk, once."""

import datetime as dt
import io
import stat
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from accounts.demo import logins, logins_path
from accounts.models import Department, Membership, User
from desk import commands
from desk.demo import content as demo
from desk.demo.play import create_demo
from desk.models import Attachment, Comment, OutgoingMail, Ticket, TicketLink, TicketMerge
from desk.seeds import ensure_seeds
from flowtic.core import events, search
from flowtic.core.actor import Actor
from flowtic.core.models import Delivery, Event
from tests.factories import make_ticket


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, settings, monkeypatch):
    settings.DATA_DIR = tmp_path
    # What other apps add has tests of its own.
    monkeypatch.setattr("desk.demo.play.parts", [])
    monkeypatch.setattr("desk.demo.play.early", [])


def run(*arguments):
    answer = io.StringIO()
    call_command("demo", *arguments, stdout=answer)
    return answer.getvalue()


def counts():
    return [model.objects.count() for model in (User, Department, Ticket, Comment, Attachment, Event, TicketLink)]


@pytest.mark.django_db
def test_the_command_plays_every_story_to_its_end():
    data, answer = demo.load(dt.datetime.now(dt.UTC)), run()
    assert "25 people, 6 departments and 61 tickets" in answer
    by_subject = {ticket.subject: ticket for ticket in Ticket.objects.select_related("status", "priority", "assignee")}
    assert len(by_subject) == len(data.tickets)
    for row in data.tickets:
        ticket = by_subject[row["subject"]]
        assert ticket.status.key == row["status"], row["key"]
        assert (ticket.assignee.email if ticket.assignee else None) == (
            f"{row['assignee']}@flowtic.example" if "assignee" in row else None
        ), row["key"]
        assert (ticket.priority.key, ticket.department.key) == (row["priority"], row["department"]), row["key"]
        assert sorted(ticket.tags.values_list("name", flat=True)) == sorted(row["tags"])
        assert ticket.comments.count() == sum("body" in entry for entry in row["entries"])
        assert ticket.attachments.count() == len(row["files"])
        age = dt.datetime.now(dt.UTC) - ticket.created_at
        assert age.total_seconds() / 3600 == pytest.approx(row["hours_ago"], abs=0.05)
        assert ticket.due_fixed == ("due_in_hours" in row), row["key"]
    late = Ticket.objects.overdue().filter(due_fixed=True)
    assert late.count() == sum(row.get("due_in_hours", 0) < 0 for row in data.tickets)
    assert TicketMerge.objects.get().source.merged_into.subject == "Phishing-Mail mit unserem Logo im Umlauf"
    assert Event.objects.filter(name="ticket.reopened").count() >= 2


@pytest.mark.django_db
def test_history_is_real_and_told_to_nobody():
    told = []
    events.subscribe("ticket.created", "ticket.commented", key="test.demo")(told.append)
    try:
        run()
        assert not Delivery.objects.exists() and not OutgoingMail.objects.exists()
        requester = User.objects.get(email="rita@flowtic.example")
        make_ticket(requester, Department.objects.get(key="it"))
        assert Delivery.objects.filter(subscriber="test.demo").count() == 1, "the subscriber was not there at all"
    finally:
        events._subscribers.pop("test.demo")
        events.subscribers_of.cache_clear()
    stories = Event.objects.filter(ticket_id__isnull=False).exclude(machine="test").order_by("pk")
    times = list(stories.values_list("created_at", flat=True))
    assert times == sorted(times) and times[-1] < dt.datetime.now(dt.UTC)
    assert set(stories.exclude(actor=None).values_list("via", flat=True)) == {"web"}
    # Only "nobody has looked yet" and what the clock tells is nobody's act.
    clock = {"ticket.promise_warned", "ticket.promise_broken"}
    assert set(stories.filter(actor=None).values_list("name", flat=True)) == {"ticket.status_changed", *clock}


@pytest.mark.django_db
def test_people_stand_where_the_data_say():
    run()
    assert Counter(User.objects.values_list("role", flat=True)) == {"user": 13, "agent": 10, "support": 1, "admin": 1}
    assert Membership.objects.get(is_lead=True).user.name == "Lea Vogt"
    pia = User.objects.get(email="pia@flowtic.example")
    assert (pia.state, pia.requested_department.key) == ("pending", "purchasing") and pia.reason
    assert [row.key for row in Department.objects.filter(is_default=True)] == ["it"]
    assert Department.objects.active().count() == 6


@pytest.mark.django_db
def test_four_people_can_log_in_with_a_password_of_this_installation():
    run()
    assert [role for role, _email, _password in logins()] == ["admin", "support", "agent", "user"]
    assert stat.S_IMODE(logins_path().stat().st_mode) == 0o600
    for role, email, password in logins():
        person = User.objects.get(email=email)
        assert person.role == role and person.check_password(password)
    assert sum(person.has_usable_password() for person in User.objects.all()) == 4
    assert not User.objects.get(email="lea@flowtic.example").check_password(logins()[0][2])


def test_no_logins_without_their_file_or_with_a_broken_one():
    assert logins() == []
    logins_path().write_text("{broken")
    assert logins() == []


@pytest.mark.django_db
def test_a_second_run_changes_nothing():
    run()
    before, password = counts(), logins()
    assert "there already" in run() and "there already" in run("--force")
    assert (counts(), logins()) == (before, password)


@pytest.mark.django_db
def test_a_desk_with_tickets_is_left_alone_unless_forced(ticket, hr):
    before = counts()
    with pytest.raises(CommandError, match="--force"):
        run()
    assert "no demo content" in run("--if-empty")
    assert counts() == before
    run("--force")
    assert Ticket.objects.count() == 62
    hr.refresh_from_db()
    assert hr.name_en == "Human resources", "a department that was there keeps its names"


@pytest.mark.django_db
def test_a_failure_leaves_nothing_and_the_next_run_works(monkeypatch):
    before = counts()

    def fail(*args, **kwargs):
        raise RuntimeError("power is gone")

    with monkeypatch.context() as broken:
        broken.setattr(commands, "merge_ticket", fail)
        with pytest.raises(RuntimeError) as caught:
            run()
    assert "phishing-postfach" in caught.value.__notes__[0]
    assert counts() == before
    run()
    assert Ticket.objects.count() == 61


@pytest.mark.django_db(transaction=True)
def test_demo_tickets_are_found_by_search():
    ensure_seeds()  # a test with real transactions may start on emptied tables
    create_demo(dt.datetime.now(dt.UTC))

    def found(text, actor):
        rows = Ticket.objects.visible_to(actor)
        return set(
            search.filter_by_text(rows, "ticket", text, internal=actor.can_work).values_list("subject", flat=True)
        )

    sven, rita = (Actor(User.objects.get(email=f"{key}@flowtic.example")) for key in ("sven", "rita"))
    assert "Netzwerkdrucker 2. OG meldet dauerhaft Papierstau" in found("Drucker", sven)
    assert "Bestätigungs-App" in " ".join(found("Hardware-Schlüssel", sven)), "notes are searched for those who work"
    assert not found("Hardware-Schlüssel", rita)
    assert found("Bestätigungs-App", rita)
