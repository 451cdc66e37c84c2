"""`relasi doctor`: looks at everything that a project needs to run, also while parts of it are broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from relasi import __version__
from relasi.doctor import database, disk, keys, log, mailboxes, nocodb, work
from relasi.doctor.finding import Finding, Weight
from relasi.errors import PlatformError, RelasiError
from relasi.nocodb.agreement import Agreement
from relasi.platform.sql.condition import Condition, condition
from relasi.runtime import Crm

__all__ = ["Finding", "Report", "Weight", "examine"]


@dataclass(frozen=True, slots=True)
class Report:
    """`condition` is None where the database cannot be reached. `compared` are the tables of a copy, where
    that was asked for."""

    relasi: str
    platform: str
    condition: Condition | None
    findings: tuple[Finding, ...]
    compared: tuple[Agreement, ...] = ()

    @property
    def is_well(self) -> bool:
        return all(each.weight is not Weight.WRONG for each in self.findings)


def examine(crm: Crm, *, compare: bool = False) -> Report:
    """Never raises for what is broken: that is what it tells. `compare` reads every row of a copy in NocoDB,
    where there is one."""
    seen, findings = None, []
    compared: tuple[Agreement, ...] = ()
    try:
        seen = condition(crm.database)
    except PlatformError as error:
        findings.append(database.gone(error))
    if seen is not None:
        findings += _all(crm, database.whole, database.rights, partial(database.clock, seen=seen))
        unmade = list(_all(crm, database.unmade))
        findings += unmade or _all(crm, *_INSIDE)
        if compare and not unmade:
            compared, differing = nocodb.compare(crm)
            findings += differing
    findings += _all(crm, disk.newest_backup, partial(disk.space, size=seen.size if seen else 0))
    return Report(__version__, crm.model.platform.name, seen, tuple(dict.fromkeys(findings)), compared)


Look = Callable[[Crm], Iterable[Finding]]

_INSIDE: tuple[Look, ...] = (
    database.by_hand,
    database.plan,
    nocodb.look,
    nocodb.waiting,
    work.failed,
    work.overdue,
    work.unfinished,
    work.outside,
    work.people,
    mailboxes.look,
    disk.files,
    keys.missing,
    log.chain,
    keys.exposed,
)
"""What can be looked at where the tables are those of this version."""


def _all(crm: Crm, *looks: Look) -> Iterator[Finding]:
    """A look that fails is a finding too, and the others go on."""
    for look in looks:
        try:
            yield from look(crm)
        except (RelasiError, OSError) as error:
            yield Finding(
                "database",
                str(error),
                "This stands in the way of a closer look.",
                "Solve what else is found here first, then run relasi doctor again.",
            )
