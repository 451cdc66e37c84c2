"""From the differences to the plan: asks the database for the numbers, and finds what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, column, func, select, table

from relasi.deploy.changes import (
    AddColumn,
    AddIndex,
    Blocked,
    Change,
    CreateTable,
    Derive,
    EmptyTrash,
    FillEmpty,
    Forbid,
    RemoveColumn,
    RemoveTable,
    Retire,
    Rewrite,
    Tighten,
)
from relasi.deploy.differ import differences
from relasi.deploy.fill import BadFill
from relasi.deploy.flight import runs_in_flight
from relasi.deploy.ground import Ground
from relasi.deploy.tally import Tallies, Tally
from relasi.deploy.treating import Treated, treatment_of
from relasi.deploy.treatment import Treatment
from relasi.schema.clocks import OPEN
from relasi.schema.derivations import Clock
from relasi.store.session import Session


def changes_on(ground: Ground) -> tuple[Change, ...]:
    """What is to be done, with all numbers."""
    today = ground.moment.now.astimezone(ground.moment.zone).date()
    sketch = differences(ground.wanted, ground.held, ground.renames, today)
    tables = {name: _Table(ground, name, sketch) for name in ground.held if name in ground.wanted}
    counted: list[Change] = []
    for change in sketch:
        match change:
            case AddColumn() | Rewrite() | FillEmpty() | Tighten():
                counted += tables[change.table].treated(change)
            case Forbid():
                counted += tables[change.table].forbidden(change)
            case _:
                counted.append(_simply_counted(ground, change))
    for each in tables.values():
        counted += each.clashes()
    clashing = {(each.table, each.columns) for each in counted if isinstance(each, Blocked)}
    counted = [
        each
        for each in counted
        if not (isinstance(each, AddIndex) and (each.table, each.columns) in clashing)
    ]
    return (*counted, *_runs(ground), *_expired(ground))


def _runs(ground: Ground) -> Iterator[Change]:
    """Taking a deployment back leaves runs as they are."""
    if ground.has_store and ground.undoes is None:
        yield from runs_in_flight(ground.model, Session(ground.connection))


def _simply_counted(ground: Ground, change: Change) -> Change:
    match change:
        case CreateTable(name):
            removal = ground.removed(name, None)
            return replace(change, restored=removal.rows) if removal else change
        case RemoveTable():
            return replace(change, until=_until(ground))
        case RemoveColumn(name, key):
            return replace(change, rows=_filled(ground, name, key), until=_until(ground))
        case Derive(name, key) if isinstance(ground.model.entities[name].fields[key].derivation, Clock):
            return replace(change, rows=_open_clocks(ground, name, key), clock=True)
        case Retire(name, key):
            return replace(change, rows=_filled(ground, name, key))
        case _:
            return change


def _until(ground: Ground) -> str:
    last = ground.moment.now + ground.model.settings.keep_removed
    return last.astimezone(ground.moment.zone).date().isoformat()


def _filled(ground: Ground, name: str, key: str) -> int:
    query = select(func.count(column(ground.physical_column(name, key)))).select_from(
        table(ground.physical(name))
    )
    number: int = ground.connection.execute(query).scalar_one()
    return number


def _open_clocks(ground: Ground, name: str, key: str) -> int:
    state: ColumnElement[str] = column(ground.physical_column(name, key))
    query = select(func.count()).select_from(table(ground.physical(name))).where(state.in_(sorted(OPEN)))
    number: int = ground.connection.execute(query).scalar_one()
    return number


def _expired(ground: Ground) -> Iterator[Change]:
    for each in ground.removals:
        if ground.is_over(each):
            removed = each.at.astimezone(ground.moment.zone).date().isoformat()
            yield EmptyTrash(each.id, each.entity, each.field, each.rows, removed)


class _Table:
    """All that has to look at every record of a table, which is done once."""

    def __init__(self, ground: Ground, name: str, sketch: Sequence[Change]) -> None:
        self._ground = ground
        self._name = name
        self._bad: dict[str, Blocked] = {}
        self._treatments: dict[str, Treatment] = {}
        rewritten = set()
        for change in sketch:
            if isinstance(change, Treated) and change.table == name:
                self._treat(change)
                rewritten.add(change.column)
        held, wanted = ground.held[name].indexes, ground.wanted[name].indexes
        self._uniques = sorted(
            index
            for index in wanted
            if index.unique and (index not in held or not rewritten.isdisjoint(index.columns))
        )
        new = {each.rule for each in sketch if isinstance(each, Forbid) and each.table == name}
        refusals = {rule: each for rule, each in ground.wanted[name].refusals.items() if rule in new}
        self._tallies = Tallies(ground, name, self._treatments, self._uniques, refusals)

    def _treat(self, change: Treated) -> None:
        try:
            self._treatments[_key(change)] = treatment_of(self._ground, change)
        except BadFill as problem:
            place = (change.column,)
            self._bad[_key(change)] = Blocked(change.table, place, "bad_fill", {"problem": str(problem)})

    def clashes(self) -> Iterator[Change]:
        """What new and newly filled unique indexes would refuse."""
        for index in self._uniques:
            if offenders := self._tallies.duplicates(index):
                rows = {"rows": len(offenders)}
                yield Blocked(self._name, index.columns, "duplicates", rows, offenders)

    def forbidden(self, change: Forbid) -> Iterator[Change]:
        if offenders := tuple(self._tallies.refused[change.rule]):
            yield replace(change, rows=len(offenders), offenders=offenders)

    def treated(self, change: Treated) -> Iterator[Change]:
        """The change with its numbers; nothing where it does not matter to any record."""
        if (bad := self._bad.get(_key(change))) is not None:
            yield bad
            return
        tally, treatment = self._tallies.by_key[_key(change)], self._treatments[_key(change)]
        match change:
            case Tighten():
                if tally.offenders:
                    yield replace(change, rows=len(tally.offenders), offenders=tuple(tally.offenders))
            case AddColumn() | Rewrite() | FillEmpty() if tally.offenders:
                yield _in_the_way(change, treatment, tally)
            case AddColumn():
                yield replace(change, filled=tally.kinds["filled"], restored=tally.kinds["restored"])
            case FillEmpty():
                if rows := tally.kinds["filled"]:
                    yield replace(change, rows=rows)
            case Rewrite():
                yield from _rewritten(change, treatment, tally, self._is_rebuilt(change.column))

    def _is_rebuilt(self, key: str) -> bool:
        held, wanted = self._ground.held[self._name], self._ground.wanted[self._name]
        return held.columns[key].declared != wanted.columns[key].declared


def _key(change: Treated) -> str:
    return f"{change.kind} {change.column}"


def _rewritten(change: Rewrite, treatment: Treatment, tally: Tally, is_rebuilt: bool) -> Iterator[Change]:
    kinds = tally.kinds
    rows, replaced, filled, reverted = (
        kinds[each] for each in ("converted", "replaced", "filled", "reverted")
    )
    if change.encrypts is not None:
        rows += kinds["kept"]
    if is_rebuilt or change.was != change.type or any((rows, replaced, filled, reverted)):
        yield replace(change, rows=rows, replaced=replaced, filled=filled, reverted=reverted)
    if treatment.is_demanded and kinds["empty"]:
        yield Tighten(change.table, change.column, kinds["empty"])


def _in_the_way(change: AddColumn | Rewrite | FillEmpty, treatment: Treatment, tally: Tally) -> Blocked:
    place, offenders = (change.column,), tuple(tally.offenders)
    rows: dict[str, object] = {"rows": len(offenders)}
    if isinstance(change, AddColumn) and treatment.fill is None:
        return Blocked(change.table, place, "no_existing_rows", rows)
    if isinstance(change, Rewrite) and change.was == change.type and treatment.new.choices():
        gone = Counter(each.value for each in offenders)
        named = ", ".join(f"{value} ({count})" for value, count in gone.most_common())
        legal = ", ".join(treatment.new.choices())
        return Blocked(change.table, place, "option_gone", {"options": named, "legal": legal}, offenders)
    if isinstance(change, Rewrite):
        words = {"was": change.was, "type": change.type}
        return Blocked(change.table, place, "not_convertible", rows | words, offenders)
    return Blocked(change.table, place, "bad_existing_rows", rows, offenders)
