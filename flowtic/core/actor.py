"""Who acts, and through which door. Made by the door, handed to every command as first argument."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

ROLES = ("user", "agent", "support", "admin")
VIAS = ("web", "api", "email", "celery", "mcp", "admin", "cli", "system", "automation")


@dataclass(frozen=True)
class Actor:
    """A person (or the machine) at a door. `scopes` is None where no token limits the person's rights."""

    user: Any = None
    via: str = "web"
    machine: str = ""
    scopes: frozenset[str] | None = None

    @classmethod
    def system(cls, name: str) -> "Actor":
        """The machine itself, named after the part that acts: `Actor.system("sla")`."""
        return cls(via="system", machine=name)

    @classmethod
    def anonymous(cls, via: str = "web") -> "Actor":
        return cls(via=via)

    @property
    def is_system(self) -> bool:
        return bool(self.machine)

    @property
    def is_person(self) -> bool:
        """An active person: pending, suspended and anonymous visitors are nobody."""
        return self.user is not None and self.user.state == "active"

    @property
    def role(self) -> str:
        return self.user.role if self.is_person else ""

    @property
    def can_work(self) -> bool:
        """Agent, support or admin: somebody who works tickets."""
        return self.role in ("agent", "support", "admin")

    is_agent = can_work

    @property
    def is_support(self) -> bool:
        return self.role in ("support", "admin")

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    @property
    def works_in_every_department(self) -> bool:
        return self.is_system or self.is_support

    @cached_property
    def department_ids(self) -> frozenset[int]:
        """Departments this person works in (agents and above; empty for users)."""
        return frozenset(self.user.working_department_ids()) if self.can_work else frozenset()

    @cached_property
    def lead_department_ids(self) -> frozenset[int]:
        return frozenset(self.user.lead_department_ids()) if self.can_work else frozenset()

    @cached_property
    def sight(self) -> tuple[Any, ...]:
        """Everything that `visible_to` and its kin depend on: actors with the same sight ask the same statements."""
        places = () if self.works_in_every_department else (self.department_ids, self.lead_department_ids)
        return (self.machine, self.role, self.user.pk if self.user is not None else None, self.scopes, *places)

    def works_in(self, department_id: int | None) -> bool:
        """Whether this actor works tickets of that department."""
        return self.works_in_every_department or (department_id is not None and department_id in self.department_ids)

    def leads(self, department_id: int | None) -> bool:
        """Whether this actor may dispatch there: its lead, support, admin, the machine."""
        return self.works_in_every_department or (
            department_id is not None and department_id in self.lead_department_ids
        )

    def may_use(self, scope: str) -> bool:
        """Whether the token in use (if any) carries that scope."""
        return self.scopes is None or scope in self.scopes

    def __str__(self) -> str:
        return f"{self.machine or self.user or 'anonymous'} via {self.via}"
