"""Names of what happens to people, with the sentence people read."""

from django.utils.translation import gettext_lazy as _

from flowtic.core.events import declare

PERSON_CREATED = declare("person.created", _("%(actor)s created the account of %(subject)s"))
PERSON_REGISTERED = declare("person.registered", _("%(subject)s signed up"))
PERSON_CONFIRMED = declare("person.email_confirmed", _("%(subject)s confirmed the e-mail address"))
PERSON_APPROVED = declare("person.approved", _("%(actor)s approved the account of %(subject)s"))
PERSON_REJECTED = declare("person.rejected", _("%(actor)s rejected the account of %(subject)s"))
PERSON_SUSPENDED = declare("person.suspended", _("%(actor)s suspended %(subject)s"))
PERSON_WORK_PASSED = declare("person.work_passed", _("%(actor)s passed the open work of %(subject)s on"))
PERSON_REACTIVATED = declare("person.reactivated", _("%(actor)s reactivated %(subject)s"))
PERSON_CHANGED = declare("person.changed", _("%(actor)s changed the profile of %(subject)s"))
PERSON_ROLE_CHANGED = declare("person.role_changed", _("%(actor)s changed the role of %(subject)s"))
PERSON_DEPARTMENTS_CHANGED = declare(
    "person.departments_changed", _("%(actor)s changed the departments of %(subject)s")
)
PERSON_EMAIL_CHANGED = declare("person.email_changed", _("%(actor)s changed the e-mail address of %(subject)s"))
PERSON_PASSWORD_CHANGED = declare("person.password_changed", _("%(actor)s changed the password of %(subject)s"))
DEPARTMENT_CREATED = declare("department.created", _("%(actor)s created the department %(subject)s"))
DEPARTMENT_CHANGED = declare("department.changed", _("%(actor)s changed the department %(subject)s"))
CALENDAR_CREATED = declare("calendar.created", _("%(actor)s created the calendar %(subject)s"))
CALENDAR_CHANGED = declare("calendar.changed", _("%(actor)s changed the calendar %(subject)s"))
CALENDAR_REMOVED = declare("calendar.removed", _("%(actor)s deleted a calendar"))
SKILL_CHANGED = declare("skill.changed", _("%(actor)s changed the skill %(subject)s"))
PERSON_SKILLS_CHANGED = declare("person.skills_changed", _("%(actor)s changed the skills of %(subject)s"))
PERSON_ABSENT = declare("person.absence_recorded", _("%(actor)s entered an absence of %(subject)s"))
PERSON_PRESENT = declare("person.absence_removed", _("%(actor)s ended an absence of %(subject)s"))
TOKEN_CREATED = declare("token.created", _("%(actor)s created an API token for %(subject)s"))
TOKEN_REVOKED = declare("token.revoked", _("%(actor)s revoked an API token of %(subject)s"))
DOMAIN_CHANGED = declare("approved_domain.changed", _("%(actor)s changed the approved e-mail domains"))
LOGIN_FAILED = declare("person.login_failed", _("A login for %(subject)s failed"))
LOGGED_IN = declare("person.logged_in", _("%(subject)s logged in"))
NOTIFICATIONS_CHANGED = declare(
    "person.notifications_changed", _("%(actor)s changed the notification settings of %(subject)s")
)
PERSON_LOGGED_OUT = declare("person.logged_out_everywhere", _("%(actor)s ended all logins of %(subject)s"))
