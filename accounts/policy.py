"""Who may do what to people, departments and tokens."""

from typing import Any

from flowtic.core.actor import Actor
from flowtic.core.policy import rule


@rule("person.view", scope="people:read")
def view_person(actor: Actor, person: Any) -> bool:
    return actor.can_work or (person is not None and person.pk == actor.user.pk)


@rule("person.edit_profile", scope="admin")
def edit_profile(actor: Actor, person: Any) -> bool:
    """One's own profile; admins also those of others."""
    return actor.is_admin or person.pk == actor.user.pk


@rule("person.create", scope="admin")
def create_person(actor: Actor, _subject: Any) -> bool:
    return actor.is_admin


@rule("person.decide", scope="admin")
def decide(actor: Actor, _person: Any) -> bool:
    """Approve or reject who is pending."""
    return actor.is_admin


@rule("person.suspend", scope="admin")
def suspend(actor: Actor, person: Any) -> bool:
    """Nobody locks themselves out."""
    return actor.is_admin and person.pk != actor.user.pk


@rule("person.end_logins", scope="admin")
def end_logins(actor: Actor, _person: Any) -> bool:
    """Log somebody out everywhere: after a lost device. It takes nothing else away, so also one's own."""
    return actor.is_admin


@rule("person.set_role", scope="admin")
def set_role(actor: Actor, person: Any) -> bool:
    """Nobody changes their own role: the last admin cannot disappear by accident."""
    return actor.is_admin and person.pk != actor.user.pk


@rule("person.set_departments", scope="admin")
def set_departments(actor: Actor, _person: Any) -> bool:
    return actor.is_admin


@rule("person.set_working", scope="admin")
def set_working(actor: Actor, _person: Any) -> bool:
    """Manager, most open work, working hours."""
    return actor.is_admin


@rule("person.set_skills", scope="admin")
def set_skills(actor: Actor, person: Any) -> bool:
    """Admins, and the leads of a department the person works in."""
    return actor.is_admin or bool(actor.lead_department_ids & person.working_department_ids())


@rule("person.set_absence", scope="work:write")
def set_absence(actor: Actor, person: Any) -> bool:
    """One's own; admins and the person's leads those of others."""
    return person.pk == actor.user.pk or set_skills(actor, person)


@rule("person.see_absences", scope="people:read")
def see_absences(actor: Actor, person: Any) -> bool:
    """The list with notes and substitutes: whoever may change it. Until when somebody is away, the card says."""
    return set_absence(actor, person)


@rule("calendar.view", scope="people:read")
def view_calendars(actor: Actor, _calendar: Any) -> bool:
    return actor.can_work


@rule("calendar.edit", scope="admin")
def edit_calendar(actor: Actor, _calendar: Any) -> bool:
    return actor.is_admin


@rule("skill.edit", scope="admin")
def edit_skill(actor: Actor, _skill: Any) -> bool:
    return actor.is_admin


@rule("department.edit", scope="admin")
def edit_department(actor: Actor, _department: Any) -> bool:
    return actor.is_admin


@rule("approved_domain.edit", scope="admin")
def edit_domain(actor: Actor, _domain: Any) -> bool:
    return actor.is_admin


@rule("token.create", scope="admin")
def create_token(actor: Actor, owner: Any) -> bool:
    """For oneself; a token never makes a stronger token of somebody else."""
    return owner.pk == actor.user.pk


@rule("token.revoke", scope="admin")
def revoke_token(actor: Actor, token: Any) -> bool:
    return actor.is_admin or token.user_id == actor.user.pk


@rule("settings.view", scope="admin")
def view_settings(actor: Actor, _subject: Any) -> bool:
    return actor.is_admin


@rule("outbox.manage", scope="admin")
def manage_outbox(actor: Actor, _subject: Any) -> bool:
    return actor.is_admin


@rule("contact.create", scope="tickets:write")
def create_contact(actor: Actor, _subject: Any) -> bool:
    """Agents note down requesters who have no account."""
    return actor.can_work


@rule("notification.read", scope="tickets:read")
def read_notifications(actor: Actor, _subject: Any) -> bool:
    """One's own: the commands touch no others."""
    return True


@rule("notification.change", scope="tickets:write")
def change_notifications(actor: Actor, _subject: Any) -> bool:
    """What one wants to hear of, for oneself."""
    return True
