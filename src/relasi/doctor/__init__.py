"""`relasi doctor`: looks at everything that a project needs to run, also while parts of it are broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from relasi import __version__
from relasi.doctor import database, disk, nocodb, work
from relasi.doctor.finding import Finding, Weight
from relasi.errors import PlatformError, RelasiError
from relasi.platform.sql.condition import Condition, condition
from relasi.runtime import Crm

__all__ = ["Finding", "Report", "Weight", "examine"]


@dataclass(frozen=True, slots=True)
class Report:
    """`condition` is None where the database cannot be reached."""

    relasi: str
    platform: str
    condition: Condition | None
    findings: tuple[Finding, ...]

    @property
    def is_well(self) -> bool:
        return all(each.weight is not Weight.WRONG for each in self.findings)


def examine(crm: Crm) -> Report:
    """Never raises for what is broken: that is what it tells."""
    seen, findings = None, []
    try:
        seen = condition(crm.database)
    except PlatformError as error:
        findings.append(database.gone(error))
    looks: list[Callable[[], Iterable[Finding]]] = [lambda: disk.newest_backup(crm)]
    looks.append(lambda: disk.space(crm, seen.size if seen else 0))
    if seen is not None:
        there = seen
        looks = [
            lambda: database.whole(crm),
            lambda: database.rights(crm),
            lambda: database.clock(crm, there),
            lambda: database.by_hand(crm),
            lambda: database.plan(crm),
            lambda: nocodb.look(crm),
            lambda: nocodb.waiting(crm),
            lambda: work.failed(crm),
            lambda: work.overdue(crm),
            lambda: work.outside(crm),
            lambda: work.people(crm),
            lambda: disk.files(crm),
            *looks,
        ]
    for look in looks:
        findings += _looked(look)
    return Report(__version__, crm.model.platform.name, seen, tuple(dict.fromkeys(findings)))


def _looked(look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """A look that fails is a finding too, and the others go on."""
    try:
        yield from look()
    except (RelasiError, OSError) as error:
        yield Finding(
            "database",
            str(error),
            "This stands in the way of a closer look.",
            "Solve what else is found here first, then run relasi doctor again.",
        )
