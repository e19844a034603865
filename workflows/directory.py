"""What a definition may name: people, departments, skills, as the database knows them."""

from functools import cached_property

from accounts.models import Department, Membership, Skill, User
from desk.models import Priority, RequestType, Status
from flowtic.core.models import Secret
from workflows import robots


class DatabaseDirectory:
    """Reads each list once; validation asks often."""

    @cached_property
    def _people(self) -> set[str]:
        return set(User.objects.active().exclude(email=None).values_list("email", flat=True))

    @cached_property
    def _departments(self) -> set[str]:
        return set(Department.objects.active().values_list("key", flat=True))

    @cached_property
    def _skills(self) -> set[str]:
        return set(Skill.objects.values_list("key", flat=True))

    @cached_property
    def _staffed(self) -> set[str]:
        return set(Membership.objects.filter(department__active=True).values_list("department__key", flat=True))

    @cached_property
    def _secrets(self) -> set[str]:
        return set(Secret.objects.values_list("name", flat=True))

    @cached_property
    def _statuses(self) -> set[str]:
        return set(Status.objects.filter(active=True).values_list("key", flat=True))

    @cached_property
    def _priorities(self) -> set[str]:
        return set(Priority.objects.values_list("key", flat=True))

    @cached_property
    def _request_types(self) -> set[str]:
        return set(RequestType.objects.filter(active=True).values_list("key", flat=True))

    def has_person(self, email: str) -> bool:
        return email.strip().lower() in self._people

    def has_department(self, key: str) -> bool:
        return key in self._departments

    def department_is_staffed(self, key: str) -> bool:
        return key in self._staffed

    def has_skill(self, key: str) -> bool:
        return key in self._skills

    def has_secret(self, name: str) -> bool:
        return name in self._secrets

    def has_status(self, key: str) -> bool:
        return key in self._statuses

    def has_priority(self, key: str) -> bool:
        return key in self._priorities

    def has_request_type(self, key: str) -> bool:
        return key in self._request_types

    def has_topic(self, topic: str) -> bool:
        return robots.has_asked(topic)
