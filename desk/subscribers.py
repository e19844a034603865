"""Who listens to tickets: mails to the people concerned."""

from desk import notices
from desk.mail import outbound
from flowtic.core.events import subscribe
from flowtic.core.models import Event


@subscribe(*notices.RULES, key="desk.notices")
def tell_people(event: Event) -> None:
    """Mails everybody who is to be told of the event."""
    outbound.send_notices(event)
