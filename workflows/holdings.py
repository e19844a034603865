"""The open steps a person has claimed or was given, for who has to pass them on."""

from collections.abc import Callable
from functools import partial

from django.db import transaction

from accounts.holdings import Passed, Tell
from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from workflows.commands.work_items import assign_work_item, release_work_item
from workflows.models import WorkItem
from workflows.models.work_item import WorkItemQuerySet


def open_items(actor: Actor, person: User) -> WorkItemQuerySet:
    return WorkItem.objects.visible_to(actor).open().for_people().filter(assignee=person)


def count(actor: Actor, person: User) -> int:
    return open_items(actor, person).count()


def pass_on(actor: Actor, person: User, successor: User | None, tell: Tell) -> Passed:
    """To the successor where they may take the step, else back to its pool. A step of one person by name stays."""
    handed = returned = kept = 0
    for item in open_items(actor, person).select_related("ticket").order_by("pk"):
        if successor is not None and _done(partial(assign_work_item, actor, item, assignee=successor)):
            handed += 1
        elif not item.is_named and _done(partial(release_work_item, actor, item)):
            returned += 1
        else:
            kept += 1
        if not tell(Passed(handed, returned, kept)):
            break
    return Passed(handed, returned, kept)


def _done(change: Callable[[], object]) -> bool:
    """Whether it was not refused; a refusal leaves nothing behind."""
    try:
        with transaction.atomic():
            change()
    except CommandError:
        return False
    return True
