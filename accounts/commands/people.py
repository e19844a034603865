"""How people come into being and change their own data."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.commands.membership import activate
from accounts.models import ApprovedDomain, Department, Membership, User
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.events import change, record
from flowtic.core.plain_text import one_line
from flowtic.core.policy import require

PROFILE_FIELDS = ("name", "phone", "language", "time_zone", "theme", "density")


def clean_email(email: str) -> str:
    """The address as it is stored. Raises Invalid when it is none."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid(
            _("This is not an e-mail address."), fields={"email": _("This is not an e-mail address.")}
        ) from None
    return email


@command
def create_person(
    actor: Actor,
    *,
    email: str,
    name: str,
    role: str,
    departments: dict[Department, bool],
    password: str | None,
) -> User:
    """An active person with a confirmed address; `departments` says where, and whether as lead."""
    require(actor, "person.create")
    email = clean_email(email)
    if User.objects.filter(email=email).exclude(state=User.State.CONTACT).exists():
        raise Conflict(_("A person with this e-mail address exists."), fields={"email": _("exists already")})
    person = User.objects.filter(email=email).first() or User(email=email)
    person.name, person.role, person.state, person.is_active = clean_name(name), role, User.State.ACTIVE, True
    person.set_password(password)
    person.full_clean(exclude=["password"])
    person.save()
    Membership.objects.bulk_create(
        Membership(user=person, department=department, is_lead=lead) for department, lead in departments.items()
    )
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    record(actor, events.PERSON_CREATED, person, data={"role": role, "departments": [d.key for d in departments]})
    return person


@command
def create_contact(actor: Actor, *, email: str | None, name: str) -> User:
    """Somebody who cannot log in: an unknown requester. A later confirmed sign-up takes the contact over."""
    require(actor, "contact.create")
    email = clean_email(email) if email else None
    known = User.objects.filter(email=email).first() if email else None
    if known:
        return known
    person = User(
        email=email, name=clean_name(name or (email or "").partition("@")[0]), state=User.State.CONTACT, is_active=False
    )
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:  # two requests with the same unknown address
        return User.objects.get(email=email)
    record(actor, events.PERSON_CREATED, person, data={"state": User.State.CONTACT})
    return person


@command
def register_person(
    *, person: User, email: str, name: str, reason: str, department: Department | None, language: str
) -> User:
    """A sign-up through the web form: the address is still to be confirmed. `person` carries the password."""
    email = clean_email(email)
    contact = User.objects.select_for_update().filter(email=email).first()
    if contact is not None:
        if contact.state != User.State.CONTACT:
            raise Conflict(_("A person with this e-mail address exists."))
        contact.password, person = person.password, contact
        # Colleagues know the contact by its name: who has not proved the address does not change it.
        person.requested_name = clean_name(name)
    else:
        person.name = clean_name(name)
    person.email, person.reason, person.language = email, reason.strip()[:500], language
    person.requested_department = department
    person.role, person.state, person.is_active = User.Role.USER, User.State.UNVERIFIED, True
    person.save()
    record(Actor(person, "web"), events.PERSON_REGISTERED, person)
    return person


@command
def confirm_email(person: User) -> User:
    """The address is proved: pending from now on, or active at once when an admin approved its domain."""
    person = User.objects.lock(person.pk)
    if person.state != User.State.UNVERIFIED:
        return person
    if person.requested_name:
        person.name, person.requested_name = person.requested_name, ""
        person.save(update_fields=["name", "requested_name"])
    record(Actor(person, "web"), events.PERSON_CONFIRMED, person)
    domain = ApprovedDomain.objects.filter(domain=(person.email or "").rpartition("@")[2]).first()
    if domain:
        return activate(
            Actor.system("approved_domain"),
            person,
            role=domain.role,
            departments=dict.fromkeys(domain.departments.all(), False),
            reason=_("The e-mail domain is approved."),
        )
    person.state = User.State.PENDING
    person.save(update_fields=["state"])
    return person


@command
def change_profile(actor: Actor, person: User, **values: Any) -> User:
    """Changes name, phone, language, time zone, theme, density; other fields are refused."""
    person = User.objects.lock(person.pk)
    require(actor, "person.edit_profile", person)
    unknown = set(values) - set(PROFILE_FIELDS)
    if unknown:
        raise Forbidden(_("These fields cannot be changed here: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if "name" in values:
        values["name"] = clean_name(values["name"])
    changes = [
        change(field, getattr(person, field), new) for field, new in values.items() if getattr(person, field) != new
    ]
    if not changes:
        return person
    for field, new in values.items():
        setattr(person, field, new)
    try:
        person.clean_fields(exclude=[f.name for f in User._meta.fields if f.name not in values])
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    person.save(update_fields=list(values))
    record(actor, events.PERSON_CHANGED, person, changes=changes)
    return person


def clean_name(name: str) -> str:
    """One line without control characters: names travel into mail headers."""
    cleaned = one_line(name)[:150].rstrip()
    if not cleaned:
        raise Invalid(_("Please enter a name."), fields={"name": _("Please enter a name.")})
    return cleaned
