"""What happens around logging in: noted for the audit; passwords themselves stand nowhere but as a hash."""

from accounts import events
from accounts.commands.membership import end_tokens
from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.events import record


@command
def record_login(actor: Actor, person: User) -> None:
    """The person has just logged in."""
    record(actor, events.LOGGED_IN, person)


@command
def record_failed_login(actor: Actor, person: User | None) -> None:
    """Somebody failed to log in as that person; None for an address nobody has.

    Both are written: a wrong password must not take longer than a wrong address.
    """
    record(actor, events.LOGIN_FAILED, person or User())


@command
def change_password(actor: Actor, person: User, *, password: str, keep_tokens: bool) -> User:
    """Sets a new password. Every other session ends with it, and the API tokens too unless they are to stay.

    The door has proved that it is the person: by the old password or by a link sent to their address.
    """
    person = User.objects.lock(person.pk)
    person.set_password(password)
    person.save(update_fields=["password"])
    ended = 0 if keep_tokens else end_tokens(person)
    record(actor, events.PERSON_PASSWORD_CHANGED, person, data={"ended_tokens": ended})
    return person
