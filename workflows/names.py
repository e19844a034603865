"""What departments, people and skills in definitions are called; each list is read when it is needed."""

from functools import cached_property

from accounts.models import Department, Skill, User


class DatabaseNames:
    """For workflows.definition.words; '' for what does not exist, so that the key stands for itself."""

    @cached_property
    def _departments(self) -> dict[str, str]:
        return {row.key: row.name for row in Department.objects.all()}

    @cached_property
    def _skills(self) -> dict[str, str]:
        return {row.key: row.name for row in Skill.objects.all()}

    def department(self, key: str) -> str:
        return self._departments.get(key, "")

    def person(self, email: str) -> str:
        return User.objects.filter(email=email).values_list("name", flat=True).first() or ""

    def skill(self, key: str) -> str:
        return self._skills.get(key, "")
