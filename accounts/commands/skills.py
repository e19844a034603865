from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import PersonSkill, Skill, User
from accounts.models.skill import HIGHEST, LOWEST
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

FIELDS = ("key", "name_de", "name_en", "active")


@command
def save_skill(actor: Actor, skill: Skill | None, **values: Any) -> Skill:
    """Creates (None) or changes a skill."""
    require(actor, "skill.edit", skill)
    row = Skill() if skill is None else Skill.objects.select_for_update().get(pk=skill.pk)
    if skill is not None and values.get("key", row.key) != row.key:
        raise Invalid(fields={"key": _("The key of a skill is fixed.")})
    if unknown := set(values) - set(FIELDS):
        raise Invalid(fields=dict.fromkeys(unknown, _("Unknown field.")))
    changes = [change(n, getattr(row, n), v) for n, v in values.items() if skill is None or getattr(row, n) != v]
    if not changes:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    row.save()
    record(actor, events.SKILL_CHANGED, row, changes=changes, data={"key": row.key})
    return row


@command
def remove_skill(actor: Actor, skill: Skill) -> None:
    """Deletes a skill that nobody has; others are switched off."""
    require(actor, "skill.edit", skill)
    if skill.people.exists():
        raise Conflict(_("People have this skill; switch it off instead."))
    record(actor, events.SKILL_CHANGED, skill, data={"key": skill.key, "removed": skill.pk})
    skill.delete()


@command
def set_skills(actor: Actor, person: User, *, skills: dict[Skill, int]) -> User:
    """What the person can do from now on, with levels from 1 to 5."""
    person = User.objects.lock(person.pk)
    require(actor, "person.set_skills", person)
    if any(not isinstance(level, int) or not LOWEST <= level <= HIGHEST for level in skills.values()):
        raise Invalid(fields={"skills": _("A level is a number from 1 to 5.")})
    before = dict(person.skills.values_list("skill__key", "level"))
    after = {skill.key: level for skill, level in skills.items()}
    if before == after:
        return person
    PersonSkill.objects.filter(user=person).delete()
    PersonSkill.objects.bulk_create(
        PersonSkill(user=person, skill=skill, level=level) for skill, level in skills.items()
    )
    record(actor, events.PERSON_SKILLS_CHANGED, person, changes=[change("skills", before, after)])
    return person
