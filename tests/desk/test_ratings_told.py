"""A bad rating reaches who worked on it, and a secret in any of the small texts goes with the rest."""

import pytest

from desk.commands import add_comment, change_status, claim_ticket, rate_ticket, redact_text
from desk.commands.checklists import add_item
from desk.commands.time_entries import add_time
from desk.mail.wording import compose
from desk.models import ChecklistItem, Comment, Rating, Status, Ticket, TimeEntry
from desk.notices import concerned, who_is_told
from flowtic.core import audit
from flowtic.core.models import Event

SECRET = "Tr0ub4dor-99x"


@pytest.fixture
def closed(as_web, alan, lea, sven, ticket):
    claim_ticket(as_web(alan), ticket)
    change_status(as_web(sven), ticket, status=Status.objects.get(key="closed"))
    return Ticket.objects.get(pk=ticket.pk)


def told():
    event = Event.objects.filter(name="ticket.rated").latest("pk")
    return event, {(one.person.name, one.reason, one.kind) for one in concerned(event)[0]}


def test_who_hears_of_a_bad_rating(as_web, rita, alan, lea, closed):
    rate_ticket(as_web(rita), closed, good=True)
    assert told()[1] == set()
    rate_ticket(as_web(rita), closed, good=False, words="Took a week")
    event, people = told()
    assert people == {("Alan Agent", "assignee", "rating"), ("Lea Leitung", "lead", "rating")}
    assert {one.person for one in who_is_told(event)} == {alan, lea}
    notice = compose(event, lea, "lead")
    assert (notice.headline, notice.quote) == ("Rita Reiter was not satisfied with how it went.", "Took a week")
    rate_ticket(as_web(rita), closed, good=False, words="Took two weeks")
    assert told()[1] == set()  # once is enough


def test_a_secret_goes_out_of_ratings_times_and_checklists(as_web, rita, alan, lea, closed):
    add_item(as_web(alan), closed, text=f"Reset {SECRET}")
    add_time(as_web(alan), closed, minutes=5, note=f"tried {SECRET}")
    rate_ticket(as_web(rita), closed, good=False, words=f"You lost {SECRET}")
    comment = add_comment(as_web(alan), closed, body=f"It was {SECRET}", internal=True)
    audit.seal_new_events()
    redact_text(as_web(lea), closed, comment=comment, text=SECRET)
    left = [Rating.objects.get().words, TimeEntry.objects.get().note, ChecklistItem.objects.get().text]
    assert all(SECRET not in text and "█" in text for text in (*left, Comment.objects.get().body))
    assert not any(SECRET in f"{event.changes}{event.data}" for event in Event.objects.all())
    audit.seal_new_events()
    assert audit.verify().finding is None


def test_authors_take_out_their_own_only(as_web, rita, alan, lea, closed):
    add_time(as_web(alan), closed, minutes=5, note=f"tried {SECRET}")
    add_time(as_web(lea), closed, minutes=5, note=f"saw {SECRET}")
    add_item(as_web(alan), closed, text=f"Reset {SECRET}")
    comment = add_comment(as_web(alan), closed, body=f"It was {SECRET}", internal=True)
    redact_text(as_web(alan), closed, comment=comment, text=SECRET)
    assert {SECRET in row.note for row in TimeEntry.objects.filter(person=alan)} == {False}
    assert SECRET in TimeEntry.objects.get(person=lea).note
    assert SECRET in ChecklistItem.objects.get().text
