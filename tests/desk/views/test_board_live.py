"""Cards of the board that others change are fetched like rows: as they are now, unread where something is new."""

from desk.commands import add_comment, change_status, claim_ticket
from desk.models import Status
from tests.factories import make_ticket


def test_changed_cards_come_in_their_new_state(web_of, as_web, alan, lea, hanna, rita, it, hr, ticket):
    claim_ticket(as_web(lea), ticket)
    foreign = make_ticket(rita, hr)
    address = f"/tickets/rows?cards=1&layout=board&ids={ticket.pk},{foreign.pk}"
    web_of(alan).get(f"/tickets/{ticket.number}")
    read = web_of(alan, htmx=True).get(address).content.decode()
    assert f'<li class="card board-card" id="ticket-{ticket.pk}" data-status="assigned"' in read
    assert 'class="board-title"' in read
    assert f"ticket-{foreign.pk}" not in read
    change_status(as_web(lea), ticket, status=Status.objects.get(key="in_progress"))
    add_comment(as_web(lea), ticket, body="news", internal=True)
    changed = web_of(alan, htmx=True).get(address).content.decode()
    assert 'data-status="in_progress"' in changed
    assert 'class="board-title unread"' in changed
    assert "<tr" not in changed
    assert '<tr class="row"' in web_of(alan, htmx=True).get(f"/tickets/rows?ids={ticket.pk}").content.decode()
