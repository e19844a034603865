"""A person's own keys."""

from accounts import shortcuts
from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.policy import require


@command
def change_shortcuts(actor: Actor, person: User, *, mode: str, keys: dict[str, str]) -> User:
    """Switches single keys on, off or to Alt, and gives them other signs. Raises Invalid with errors by key.

    No event: how somebody types is nobody else's business.
    """
    person = User.objects.lock(person.pk)
    require(actor, "person.edit_profile", person)
    stored = shortcuts.checked(mode, keys)
    if stored != person.shortcuts:
        person.shortcuts = stored
        person.save(update_fields=["shortcuts"])
    return person
