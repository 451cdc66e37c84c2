"""One look at every record of a table, for all the changes that need one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from relasi.deploy.changes import Offender
from relasi.deploy.fill import Row
from relasi.deploy.ground import Ground
from relasi.deploy.recast import Usage, as_text
from relasi.deploy.rows import Columns, read_rows
from relasi.deploy.structure import Index
from relasi.deploy.treatment import Treatment
from relasi.schema.expressions import Template
from relasi.schema.fields.base import FieldType, Value, ValueProblem, quoted

Met = dict[tuple[Value, ...], list[tuple[str, Row]]]
"""Values -> the records that have them."""


@dataclass(slots=True)
class Tally:
    """How many records each kind of outcome has, and those that stand in the way."""

    kinds: Counter[str] = field(default_factory=Counter)
    offenders: list[Offender] = field(default_factory=list)


class Tallies:
    """`treatments` by any key; `uniques` are indexes that no two records may fill alike."""

    def __init__(
        self, ground: Ground, name: str, treatments: Mapping[str, Treatment], uniques: Collection[Index]
    ) -> None:
        self._ground = ground
        self._name = name
        self._treatments = treatments
        self._title = ground.title(ground.held[name].source)
        self._met: dict[Index, dict[tuple[Value, ...], list[tuple[str, Row]]]] = {
            each: {} for each in uniques
        }
        self.by_key: dict[str, Tally] = {key: Tally() for key in treatments}
        if treatments or uniques:
            self._count()

    def duplicates(self, index: Index) -> tuple[Offender, ...]:
        """The records that share their values with another one."""
        return tuple(
            self._offender(key, row, values[0], None, "")
            for values, group in self._met[index].items()
            if len(group) > 1
            for key, row in group
        )

    def _count(self) -> None:
        for batch in read_rows(self._ground.connection, self._ground.physical(self._name), self._columns()):
            for key, row in batch:
                self._meet(key, row, self._outcomes(key, row))

    def _columns(self) -> Columns:
        held = self._ground.held[self._name].columns
        sources = {held[each].source for index in self._met for each in index.columns if each in held}
        sources = sources.union(_reads(self._title), *(each.reads for each in self._treatments.values()))
        return self._ground.columns(self._name, sources)

    def _outcomes(self, key: str, row: Row) -> dict[str, Value]:
        """The values that the treated columns would have; those that are refused have none."""
        values: dict[str, Value] = {}
        for name, treatment in self._treatments.items():
            tally = self.by_key[name]
            try:
                outcome = treatment.outcome(key, row)
            except ValueProblem as problem:
                value = row[treatment.source] if treatment.source else None
                tally.offenders.append(self._offender(key, row, value, treatment.old, problem.text()))
            else:
                tally.kinds[outcome.kind] += 1
                values[treatment.change.column] = outcome.value
        return values

    def _meet(self, key: str, row: Row, values: Mapping[str, Value]) -> None:
        held = self._ground.held[self._name].columns
        for index, met in self._met.items():
            found = tuple(
                values[each] if each in values else row[held[each].source] if each in held else None
                for each in index.columns
            )
            if None not in found:
                met.setdefault(found, []).append((key, row))

    def _offender(self, key: str, row: Row, value: Value, type_: FieldType | None, why: str) -> Offender:
        shown = _shown(value, type_, self._ground.usage)
        return Offender(key, self._ground.titled(self._title, key, row), quoted(shown), why)


def _shown(value: Value, type_: FieldType | None, usage: Usage) -> str:
    """As an admin can use it: options by the words of the YAML."""
    if value is None:
        return ""
    if type_ is None or type_.choices():
        return ", ".join(value) if isinstance(value, tuple) else str(value)
    return as_text(value, type_, usage)


def _reads(title: Template | None) -> frozenset[str]:
    paths = (path for each in title.expressions for path in each.fields) if title else ()
    return frozenset(path.partition(".")[0] for path in paths)
