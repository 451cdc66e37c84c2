"""The database: whether it is there and does what we ask, and what it holds against the project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from relasi.deploy import make_plan
from relasi.deploy.drift import Drift, drift
from relasi.doctor.finding import Finding, Weight, as_yaml
from relasi.errors import PlatformError
from relasi.platform.sql.condition import Condition, damage, demand_rights
from relasi.runtime import Crm
from relasi.store.store import VERSION, held_version

_AREA = "database"
_SKEW = timedelta(seconds=5)


def gone(error: PlatformError) -> Finding:
    """The database cannot be asked anything."""
    return Finding(
        _AREA,
        str(error),
        "Nobody can work until it answers; nothing that was saved is lost by that.",
        "Look whether the server or the disk is there, and at config/platforms/ for how it is reached."
        " Where the file itself is damaged: relasi restore FILE keeps it and brings a backup back.",
    )


def unmade(crm: Crm) -> Iterator[Finding]:
    """The engine's tables are not there, or not those of this version: nothing else can be looked at."""
    with crm.database.transaction(write=False) as connection:
        held = held_version(connection)
    if held is None:
        yield Finding(
            _AREA,
            "No apply has made this database yet.",
            "There is nothing to work with.",
            "relasi apply makes it, relasi restore FILE brings a backup here.",
        )
    elif held < VERSION:
        yield Finding(
            _AREA,
            "An older version of Relasi made this database.",
            "This one cannot work with it yet.",
            "Make a backup with the older version, then run relasi apply, which only adds to it.",
        )
    elif held > VERSION:
        yield Finding(
            _AREA,
            "A newer version of Relasi has brought this database up to date.",
            "This one does not know what it means.",
            "Install the newer version again, or restore a backup from before.",
        )


def rights(crm: Crm) -> Iterator[Finding]:
    try:
        demand_rights(crm.database)
    except PlatformError as error:
        yield Finding(
            _AREA,
            f"No table can be made or written to: {error}",
            "People see their records and cannot save, and no plan can be applied.",
            "Give the role that config/platforms/ names all rights on its schema; on SQLite, give the user"
            " who runs Relasi the file and its folder. A full disk says the same.",
        )


def whole(crm: Crm) -> Iterator[Finding]:
    if (said := damage(crm.database)) is not None:
        yield Finding(
            _AREA,
            f"The file is damaged: {said}",
            "More of it will be lost with each write.",
            "Stop the server and the workers, keep a copy of the file, and restore the newest backup.",
        )


def clock(crm: Crm, seen: Condition) -> Iterator[Finding]:
    if seen.clock is not None and abs(skew := crm.clock() - seen.clock) > _SKEW:
        ahead = "ahead of" if skew > timedelta() else "behind"
        yield Finding(
            "clock",
            f"The clock of this machine is {abs(skew).total_seconds():.0f} s {ahead} that of the database.",
            "Machines that disagree about the time begin schedules and end waits too early or too late.",
            "Let both keep time by NTP.",
        )


def plan(crm: Crm) -> Iterator[Finding]:
    if due := len(make_plan(crm.model, crm.database, now=crm.clock()).due):
        yield Finding(
            _AREA,
            f"{due} change(s) are due.",
            "The project describes more than the database has, and relasi run refuses to serve it.",
            "relasi plan shows them, relasi apply makes them.",
        )


def by_hand(crm: Crm) -> Iterator[Finding]:
    with crm.database.transaction(write=False) as connection:
        found = drift(connection, crm.model)
    yield from map(_drifted, found)


_DRIFTS = {
    "column_new": (
        "{table} has a column {column} that no apply has made.",
        "Relasi leaves it alone: nobody sees it, and no backup on another kind of database has it.",
    ),
    "type_changed": (
        "The column {column} of {table} has another type than the last apply gave it.",
        "Relasi does not touch values that it did not write; the next plan is blocked.",
    ),
    "column_gone": (
        "The column {column} of {table} is gone.",
        "Its values are lost, and pages that show it fail.",
    ),
    "index_gone": (
        "The index {column} of {table} is gone.",
        "Lists are slow without it; a unique one no longer keeps values apart.",
    ),
    "table_gone": ("The table {table} is gone.", "Its records are lost, and its pages fail."),
    "table_new": (
        "There is a table {table} that no apply has made.",
        "Relasi leaves it alone; no backup on another kind of database has it.",
    ),
}
_AGREE = "Take this into schema/{table}.yaml, which makes it a part of the project"
_REMAKE = "relasi apply makes it again, empty; relasi restore brings the values back, too"


def _drifted(each: Drift) -> Finding:
    what, why = (text.format(table=each.table, column=each.column) for text in _DRIFTS[each.what])
    theirs = each.what in ("column_new", "table_new")
    if each.patch is not None:
        help = _AGREE.format(table=each.table)
        if each.statement is not None:
            help += f", after this SQL: {each.statement};"
        elif each.what == "index_gone":
            help = "relasi apply makes it again. To do without it, take this into the project"
        return Finding(_AREA, what, why, f"{help}.", weight=_weight(theirs), patch=as_yaml(each.patch))
    help = "Leave it, or take it away." if theirs else f"{_REMAKE}."
    return Finding(_AREA, what, why, help, weight=_weight(theirs))


def _weight(theirs: bool) -> Weight:
    return Weight.ADVICE if theirs else Weight.WRONG
