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
from relasi.schema.expressions import Expression, Situation, Template
from relasi.schema.fields.base import FieldType, Value, ValueProblem, quoted

Met = dict[tuple[Value, ...], list[tuple[str, Row]]]
"""Values -> the records that have them."""


@dataclass(slots=True)
class Tally:
    """How many records each kind of outcome has, and those that stand in the way."""

    kinds: Counter[str] = field(default_factory=Counter)
    offenders: list[Offender] = field(default_factory=list)


class Tallies:
    """`treatments` by any key; `uniques` are indexes that no two records may fill alike, `refusals` what no
    record may be."""

    def __init__(
        self,
        ground: Ground,
        name: str,
        treatments: Mapping[str, Treatment],
        uniques: Collection[Index],
        refusals: Mapping[str, Expression],
    ) -> None:
        self._ground = ground
        self._name = name
        self._treatments = treatments
        self._title = ground.title(ground.held[name].source)
        self._met: dict[Index, Met] = {each: {} for each in uniques}
        self._refusals = refusals
        self.by_key: dict[str, Tally] = {key: Tally() for key in treatments}
        self.refused: dict[str, list[Offender]] = {key: [] for key in refusals}
        if treatments or uniques or refusals:
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
                outcomes = self._outcomes(key, row)
                self._meet(row, outcomes, key)
                self._judge(row, outcomes, key)

    def _columns(self) -> Columns:
        held = self._ground.held[self._name].columns
        read = {each for index in self._met for each in index.columns}
        read = read.union(*(_starts(each) for each in self._refusals.values()))
        sources = {held[each].source for each in read if each in held}
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
                value, why = row[treatment.source] if treatment.source else None, problem.text()
                if treatment.is_secret and value is not None:  # a plan is kept, and shown to many
                    value, why = None, ValueProblem("not_told").text()
                tally.offenders.append(self._offender(key, row, value, treatment.old, why))
            else:
                tally.kinds[outcome.kind] += 1
                values[treatment.change.column] = outcome.value
        return values

    def _meet(self, row: Row, outcomes: Mapping[str, Value], key: str) -> None:
        for index, met in self._met.items():
            found = tuple(self._future(each, row, outcomes) for each in index.columns)
            if None not in found:
                met.setdefault(found, []).append((key, row))

    def _judge(self, row: Row, outcomes: Mapping[str, Value], key: str) -> None:
        """By the rules of the entity, which read the record as it will be."""
        ground = self._ground
        for name, refused in self._refusals.items():
            record = {each: self._future(each, row, outcomes) for each in _starts(refused)}
            situation = Situation(
                record, ground.moment.now, ground.moment.zone, record_id=key, follow=ground.follow_renamed
            )
            if refused.evaluate(situation):
                self.refused[name].append(self._offender(key, row, None, None, ""))

    def _future(self, name: str, row: Row, outcomes: Mapping[str, Value]) -> Value:
        """The value that a field will have."""
        if name in outcomes:
            return outcomes[name]
        held = self._ground.held[self._name].columns.get(name)
        return row.get(held.source) if held else None

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
    return frozenset[str]().union(*map(_starts, title.expressions if title else ()))


def _starts(expression: Expression) -> frozenset[str]:
    """The fields of the record itself that an expression reads."""
    return frozenset(path.partition(".")[0] for path in expression.fields)
