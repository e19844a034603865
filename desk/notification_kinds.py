"""The lines of everybody's table of choices that are about tickets. The defaults are what people got before they could
choose: mails at once to whom it concerns, and all of it in the product too."""

from django.utils.translation import gettext_lazy as _

from accounts.notify import Channel, Group, kind

NOW, OFF = Channel.NOW, Channel.OFF


def register() -> None:
    kind(
        "mention", _("I am mentioned"), in_app=True, mail=NOW, group=Group.MENTION, personal=True, order=10
    )  # fmt: skip
    kind(
        "assigned", _("A ticket is assigned to me"), in_app=True, mail=NOW, group=Group.ASSIGNMENT, personal=True,
        order=20,
    )  # fmt: skip
    kind("reply", _("A new message in a ticket of mine"), in_app=True, mail=NOW, order=30)
    kind("note", _("A new note in a ticket of mine"), in_app=True, mail=NOW, order=40)
    kind(
        "promise", _("A promised time runs out or is over"), in_app=True, mail=NOW, group=Group.PROMISE, order=50
    )  # fmt: skip
    kind(
        "returned", _("A ticket of a department I lead lay untouched"), in_app=True, mail=NOW, group=Group.ASSIGNMENT,
        order=60,
    )  # fmt: skip
    kind("rating", _("A requester was not satisfied"), in_app=True, mail=NOW, order=65)
    kind("own", _("News of a request of mine"), in_app=True, mail=NOW, for_users=True, order=70)
    kind("watched", _("News of a ticket I watch"), in_app=True, mail=NOW, for_users=True, order=80)
    kind("watched_note", _("A new note in a ticket I watch"), in_app=True, mail=OFF, order=90)
    kind(
        "claimable", _("A ticket of my departments is free to claim"), in_app=False, mail=OFF, group=Group.ASSIGNMENT,
        order=120,
    )  # fmt: skip
