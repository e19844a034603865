"""`/events`: who is let in, what is said to whom, and when it ends."""

import asyncio

import pytest

from accounts.commands import log_out_everywhere, set_departments, suspend_person
from accounts.models import User
from desk.commands import add_comment, add_watcher, change_fields
from desk.models import Priority
from flowtic.core.actor import Actor
from flowtic.core.stream import hub, poller, wake
from flowtic.core.stream.threads import on_thread
from tests.core.stream.browser import cookie_of, play, stream
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "CANARY-7f3a"


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["testserver"]
    monkeypatch.setattr(wake, "FAST", 0.05)
    monkeypatch.setattr(poller, "CHECK_SECONDS", 0.3)


def apart(function):
    """The function in another thread with connections of its own, as a request would run."""

    async def run(*arguments):
        return await on_thread(function, *arguments)

    return run


def note(person, ticket, text=SECRET):
    return apart(lambda: add_comment(Actor(person, "web"), ticket, body=text, internal=True))()


def reply(person, ticket):
    return apart(lambda: add_comment(Actor(person, "web"), ticket, body=SECRET, internal=False))()


def test_who_is_let_in(alan, rita, pia, ticket, hr):
    foreign = make_ticket(rita, hr)
    mine, hers, pending = cookie_of(alan), cookie_of(rita), cookie_of(pia)

    async def status(*given, **more):
        async with stream(*given, **more) as answer:
            return answer.status

    async def story():
        assert await status(mine, "me") == 200
        assert await status("", "me") == await status("flowtic_session=made-up", "me") == 401
        assert await status(pending, "me") == 401
        assert await status(mine, "me", method="POST") == 405
        assert await status(mine, "me", host="evil.example") == 403
        assert await status(mine, "me", origin="http://evil.example") == 403
        assert await status(mine, "me", sec_fetch_site="cross-site") == 403
        # A foreign ticket answers as one that does not exist; nobody but workers has a list.
        for topics in (f"ticket-{foreign.pk}", "ticket-999999", "ticket-x", "nonsense", ""):
            assert await status(mine, topics) == 404, topics
        assert await status(hers, "tickets") == 404
        assert await status(hers, f"ticket-{ticket.pk}") == 200
        assert await status(mine, ",".join(f"ticket-{n}" for n in range(hub.MOST_TOPICS + 1))) == 400

    play(story)


def test_a_change_is_named_at_once_and_nothing_else_is_said(alan, lea, hanna, rita, ticket):
    cookies = {person.pk: cookie_of(person) for person in (alan, hanna, rita)}

    async def story():
        topics = f"tickets,ticket-{ticket.pk}"
        async with (
            stream(cookies[alan.pk], topics) as inside,
            stream(cookies[hanna.pk], topics) as stranger,
            stream(cookies[rita.pk], f"me,ticket-{ticket.pk}") as requester,
        ):
            assert inside.headers["cache-control"] == "no-store"
            assert inside.headers["x-accel-buffering"] == "no"
            await note(lea, ticket)
            await inside.until(lambda one: len(one.messages) == 2)
            assert set(inside.messages) == {
                (topic, ticket.pk, "ticket.noted", lea.pk) for topic in ("tickets", f"ticket-{ticket.pk}")
            }
            await reply(lea, ticket)
            # The requester learns of the reply, not by whom, and never that there was a note.
            await requester.until(lambda one: any(kind == "ticket.commented" for _, _, kind, _ in one.messages))
            assert [one for one in requester.messages if one[0] != "me"] == [
                (f"ticket-{ticket.pk}", ticket.pk, "ticket.commented", None)
            ]
            assert stranger.messages == []
        assert SECRET not in inside.text + requester.text + stranger.text

    play(story)


def test_who_comes_back_reads_on_and_a_late_commit_is_not_lost(alan, lea, ticket):
    from flowtic.core.models import Event

    cookie, topic = cookie_of(alan), f"ticket-{ticket.pk}"

    @apart
    def write(pk):
        """An event that got its number earlier than it was committed."""
        last = Event.objects.latest("pk")
        Event(
            pk=pk, name="ticket.noted", via="web", actor=lea, ticket_id=ticket.pk, subject_type="desk.ticket",
            subject_id=ticket.pk, created_at=last.created_at,
        ).save(force_insert=True)  # fmt: skip

    async def story():
        async with stream(cookie, topic) as first:
            await note(lea, ticket)
            await first.until(lambda one: one.messages)
            number = int(first.last_id)
            await write(number + 2)
            await first.until(lambda one: len(one.messages) == 2)
            await write(number + 1)
            await first.until(lambda one: len(one.messages) == 3)
        await reply(lea, ticket)
        async with stream(cookie, topic, after=first.last_id) as second:
            await second.until(lambda one: any(kind == "ticket.commented" for _, _, kind, _ in one.messages))
        async with stream(cookie, topic, query="&age=60") as fresh:
            assert any(kind == "ticket.commented" for _, _, kind, _ in fresh.messages), "since the page was made"
        async with stream(cookie, topic) as other:
            assert int(other.last_id) >= number + 2

    play(story)


def test_too_much_at_once_becomes_one_word(alan, lea, ticket, monkeypatch):
    from flowtic.core.stream import feeds

    monkeypatch.setattr(feeds, "MOST_MISSED", 3)
    monkeypatch.setattr(feeds, "MOST_AT_ONCE", 3)
    cookie = cookie_of(alan)

    @apart
    def many():
        for number in range(6):
            add_comment(Actor(lea, "web"), ticket, body=f"n{number}", internal=True)

    async def story():
        async with stream(cookie, f"me,ticket-{ticket.pk}") as answer:
            before = answer.last_id
            await many()
        async with stream(cookie, f"me,ticket-{ticket.pk}", after=before) as again:
            assert (f"ticket-{ticket.pk}", ticket.pk, "many", None) in again.messages
            assert ("me", None, "many", None) in again.messages

    play(story)


def test_a_database_that_refuses_for_a_while_loses_nothing(alan, lea, ticket, monkeypatch):
    from django.db import OperationalError

    from flowtic.core.stream import topics

    monkeypatch.setattr(poller, "AFTER_ERROR", 0.05)
    cookie, heard, refusals = cookie_of(alan), topics.heard, []

    def locked(*given):
        if len(refusals) < 2:
            refusals.append(given)
            raise OperationalError("database is locked")
        return heard(*given)

    async def story():
        async with stream(cookie, "tickets") as answer:
            monkeypatch.setattr(topics, "heard", locked)
            await note(lea, ticket)
            await answer.until(lambda one: [kind for _, _, kind, _ in one.messages] == ["ticket.noted"])
        assert len(refusals) == 2

    play(story)


@pytest.mark.parametrize("how", ["suspended", "logged out", "session gone"])
def test_a_stream_ends_with_the_right_to_it(how, alan, ada, ticket):
    from django.contrib.sessions.models import Session

    cookie = cookie_of(alan)
    end = {
        "suspended": lambda: suspend_person(Actor(ada, "web"), alan, reason="x"),
        "logged out": lambda: log_out_everywhere(Actor(ada, "web"), alan),
        "session gone": lambda: Session.objects.all().delete(),
    }[how]

    async def story():
        async with stream(cookie, "me,tickets") as answer:
            await apart(end)()
            await answer.until(lambda one: one.ended)
            assert answer.status == 200

    play(story)
    assert User.objects.filter(pk=alan.pk).exists()


def test_who_lost_the_department_hears_nothing_more(alan, lea, ada, rita, ticket, hr):
    """IDOR-07: the tab is open, the right is gone. What one still watches stays, as far as a watcher may know."""
    watched = make_ticket(rita, ticket.department)
    add_watcher(Actor(lea, "web"), watched, person=alan)
    cookie = cookie_of(alan)

    async def story():
        topics = f"tickets,ticket-{ticket.pk},ticket-{watched.pk}"
        async with stream(cookie, topics) as answer:
            await note(lea, ticket)
            await answer.until(lambda one: len(one.messages) == 2)
            await apart(lambda: set_departments(Actor(ada, "web"), alan, departments={hr: False}))()
            known = len(answer.messages)
            await note(lea, ticket)
            await note(lea, watched)
            await reply(lea, watched)
            await answer.until(lambda one: len(one.messages) > known)
            assert answer.messages[known:] == [(f"ticket-{watched.pk}", watched.pk, "ticket.commented", None)]

    play(story)


def test_a_ticket_that_leaves_the_department_is_named_once_more(alan, sven, hr, ticket):
    cookie = cookie_of(alan)

    async def story():
        async with stream(cookie, "tickets") as answer:
            await apart(lambda: change_fields(Actor(sven, "web"), ticket, department=hr))()
            await answer.until(lambda one: one.messages)
            await apart(lambda: change_fields(Actor(sven, "web"), ticket, priority=Priority.objects.get(key="high")))()
            await asyncio.sleep(0.4)
            assert [kind for _, _, kind, _ in answer.messages] == ["ticket.department_changed"]

    play(story)


def test_six_streams_are_enough_for_one_person(alan, lea):
    from contextlib import AsyncExitStack

    cookie, other = cookie_of(alan), cookie_of(lea)

    async def story():
        async with AsyncExitStack() as open_ones:
            for _number in range(hub.MOST_PER_PERSON):
                await open_ones.enter_async_context(stream(cookie, "me"))
            async with stream(cookie, "me") as one_too_many:
                assert one_too_many.status == 429
                assert one_too_many.headers["retry-after"] == "30"
            async with stream(other, "me") as answer:
                assert answer.status == 200
        async with stream(cookie, "me") as again:
            assert again.status == 200

    play(story)


def test_a_heartbeat_while_nothing_happens_and_a_clean_end(alan, monkeypatch):
    from flowtic.core.stream import door

    monkeypatch.setattr(door, "HEARTBEAT", 0.1)
    cookie = cookie_of(alan)

    async def story():
        async with stream(cookie, "me") as answer:
            await answer.until(lambda one: one.text.count("event: beat") > 1)
            poller.running().close()  # what the signal to stop does
            await answer.until(lambda one: one.ended)
        async with stream(cookie, "me") as late:
            assert late.status == 503

    play(story)
