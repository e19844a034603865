from accounts.models.department import Department, Membership
from accounts.models.domain import ApprovedDomain
from accounts.models.token import ApiToken
from accounts.models.user import User

__all__ = ["ApiToken", "ApprovedDomain", "Department", "Membership", "User"]
