from accounts.models.absence import Absence
from accounts.models.calendar import Calendar, CalendarDay
from accounts.models.department import Department, Membership
from accounts.models.domain import ApprovedDomain
from accounts.models.notification import Digest, Notification, NotificationSettings, TicketMute
from accounts.models.skill import PersonSkill, Skill
from accounts.models.token import ApiToken
from accounts.models.user import User

__all__ = [
    "Absence",
    "ApiToken",
    "ApprovedDomain",
    "Calendar",
    "CalendarDay",
    "Department",
    "Digest",
    "Membership",
    "Notification",
    "NotificationSettings",
    "PersonSkill",
    "Skill",
    "TicketMute",
    "User",
]
