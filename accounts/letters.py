"""The words of every mail about accounts. Called in the reader's language (flowtic.core.mail.read_by)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from flowtic.core.models import Event


@dataclass(frozen=True)
class Letter:
    """One mail: sentences, at most one quoted text of somebody else, at most one link, and why it was sent."""

    subject: str
    lines: tuple[str, ...]
    why: str
    name: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    label: str = ""
    url: str = ""


def address_of(view: str, *args: object) -> str:
    """A link that works outside: on the installation's own address, whatever host a request named."""
    return f"{settings.BASE_URL}{reverse(view, args=args)}"


# ---- ordered by a page (accounts/adapter.py) ----------------------------------------------------
def confirm(person: User, url: str) -> Letter:
    return Letter(
        subject=_("Please confirm your e-mail address"),
        lines=(
            _("Somebody, probably you, asked for an account of this help desk with this e-mail address."),
            _("Please confirm that the address is yours. The link works for three days."),
            _("If it was not you, do nothing: without your confirmation nobody gets access."),
        ),
        label=_("Confirm the address"),
        url=url,
        why=_("You get this because the address was entered on the sign-up page."),
    )


def confirm_change(person: User, url: str) -> Letter:
    return Letter(
        subject=_("Please confirm your new e-mail address"),
        lines=(
            _("You want to use this address for your account from now on."),
            _("It takes effect when you confirm it. The link works for three days."),
        ),
        label=_("Confirm the new address"),
        url=url,
        name=person.name,
        why=_("You get this because the address was entered in your account."),
    )


def reset(person: User, url: str) -> Letter:
    return Letter(
        subject=_("Set a new password"),
        lines=(
            _("Somebody, probably you, asked for a new password for your account."),
            _("The link works for one hour and once. If it was not you, do nothing: your password stays as it is."),
        ),
        label=_("Set a new password"),
        url=url,
        name=person.name,
        why=_("You get this because a new password was asked for on the login page."),
    )


def exists() -> Letter:
    return Letter(
        subject=_("You have an account already"),
        lines=(
            _("Somebody, probably you, wanted to sign up with this e-mail address. It has an account already."),
            _("If you do not remember the password, set a new one. If it was not you, do nothing."),
        ),
        label=_("Set a new password"),
        url=address_of("account_reset_password"),
        why=_("You get this because the address was entered on the sign-up page."),
    )


def unknown() -> Letter:
    return Letter(
        subject=_("No account with this address"),
        lines=(
            _("Somebody, probably you, asked for a new password. There is no active account with this address."),
            _("Perhaps you signed up with another address? If it was not you, do nothing."),
        ),
        label=_("Sign up"),
        url=address_of("account_signup"),
        why=_("You get this because a new password was asked for on the login page."),
    )


# ---- about events (accounts/subscribers.py) ------------------------------------------------------
def pending(person: User) -> Letter:
    """To an admin: `person` waits for a decision."""
    facts = [(_("Name"), person.name), (_("E-mail"), person.email or "")]
    if person.requested_department:
        facts.append((_("Department"), person.requested_department.name))
    return Letter(
        subject=_("%(name)s waits for approval") % {"name": person.name},
        lines=(_("Somebody signed up, confirmed the e-mail address and waits to be let in:"),),
        facts=tuple(facts),
        quote=person.reason,
        label=_("Approve or reject"),
        url=address_of("accounts:people_pending"),
        why=_("You get this because you are an administrator."),
    )


def approved(event: Event, person: User) -> Letter:
    return Letter(
        subject=_("Your account is approved"),
        lines=(_("Welcome. You can log in and use the help desk from now on."),),
        quote=event.data.get("reason", ""),
        label=_("Log in"),
        url=address_of("account_login"),
        name=person.name,
        why=_about_account(),
    )


def rejected(event: Event, person: User) -> Letter:
    return Letter(
        subject=_("Your account was not approved"),
        lines=(_("An administrator decided not to approve your account. The reason given:"),),
        quote=event.data.get("reason", ""),
        name=person.name,
        why=_about_account(),
    )


def suspended(event: Event, person: User) -> Letter:
    reason = event.data.get("reason", "")
    line = _("You cannot log in until an administrator reactivates your account; API tokens have ended.")
    return Letter(
        subject=_("Your account is suspended"),
        lines=(line, _("The reason given:")) if reason else (line,),
        quote=reason,
        name=person.name,
        why=_about_account(),
    )


def reactivated(event: Event, person: User) -> Letter:
    return Letter(
        subject=_("Your account is active again"),
        lines=(_("You can log in again. API tokens that ended stay ended; make new ones where you need them."),),
        label=_("Log in"),
        url=address_of("account_login"),
        name=person.name,
        why=_about_account(),
    )


def password_changed(event: Event, person: User) -> Letter:
    return Letter(
        subject=_("Your password was changed"),
        lines=(
            _("The password of your account was changed. All other devices were logged out."),
            _("If it was not you, set a new password at once and tell an administrator."),
        ),
        label=_("Set a new password"),
        url=address_of("account_reset_password"),
        name=person.name,
        why=_about_account(),
    )


def email_changed(event: Event, person: User) -> Letter:
    """To the old address."""
    return Letter(
        subject=_("Your e-mail address was changed"),
        lines=(
            _("Your account uses another e-mail address from now on; this one no longer works for logging in."),
            _("If it was not you, tell an administrator at once."),
        ),
        name=person.name,
        why=_about_account(),
    )


def _about_account() -> str:
    return _("You get this because it concerns your account.")


ABOUT_EVENT: dict[str, Callable[[Event, User], Letter]] = {
    "person.approved": approved,
    "person.rejected": rejected,
    "person.suspended": suspended,
    "person.reactivated": reactivated,
    "person.password_changed": password_changed,
}
