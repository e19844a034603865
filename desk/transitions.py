"""The ways between statuses: which role may take a ticket from where to where, and what nothing leads out of."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from desk.models import Status, StatusTransition
from desk.seeds import WORKERS

Way = tuple[int, int]


@dataclass(frozen=True)
class Ways:
    """All statuses in their order and, for each role, the ways (from, to) as primary keys."""

    statuses: list[Status]
    by_role: dict[str, set[Way]] = field(default_factory=dict)

    def stuck_for(self, role: str) -> list[Status]:
        """Open statuses in use that this role can take no ticket out of."""
        active = {row.pk for row in self.statuses if row.active}
        left = {source for source, target in self.by_role.get(role, ()) if target in active}
        return [row for row in self.statuses if row.active and row.is_open and row.pk not in left]

    @property
    def stuck(self) -> list[Status]:
        """Open statuses that nobody who works tickets can take a ticket out of."""
        found = [{row.pk for row in self.stuck_for(role)} for role in WORKERS]
        return [row for row in self.statuses if all(row.pk in stuck for stuck in found)]

    def fingerprint(self, role: str) -> str:
        """Changes with the ways of the role: a form says which ones it showed."""
        return ",".join(f"{source}-{target}" for source, target in sorted(self.by_role.get(role, ())))


def all_ways() -> Ways:
    """Two queries."""
    ways: dict[str, set[Way]] = defaultdict(set)
    for role, source, target in StatusTransition.objects.values_list("role", "source_id", "target_id"):
        ways[role].add((source, target))
    return Ways(list(Status.objects.all()), dict(ways))


def newly_stuck(before: Ways, after: Ways, roles: Iterable[str] = WORKERS) -> dict[str, list[Status]]:
    """For each role the open statuses that it could leave before and cannot leave now."""
    found = {}
    for role in roles:
        known = {row.pk for row in before.stuck_for(role)}
        if rows := [row for row in after.stuck_for(role) if row.pk not in known]:
            found[role] = rows
    return found
