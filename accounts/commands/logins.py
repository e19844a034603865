"""What happens around logging in: noted for the audit; passwords themselves stand nowhere but as a hash."""

from accounts import events
from accounts.commands.membership import end_sessions, end_tokens
from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.events import record
from flowtic.core.policy import require


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


@command
def log_out_everywhere(actor: Actor, person: User, *, tokens: bool = False) -> User:
    """Ends all logins of the person in browsers, also those of the actor's own; the API tokens too if asked for."""
    person = User.objects.lock(person.pk)
    require(actor, "person.end_logins", person)
    ended = end_sessions(person)
    revoked = end_tokens(person) if tokens else 0
    if ended or revoked:
        record(actor, events.PERSON_LOGGED_OUT, person, data={"ended_sessions": ended, "ended_tokens": revoked})
    return person
