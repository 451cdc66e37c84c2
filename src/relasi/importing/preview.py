"""The first rows of a file as they will be: written, read, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from relasi.importing.batch import BatchWriter
from relasi.importing.jobs import demand_right
from relasi.importing.references import References
from relasi.importing.report import RowOutcome
from relasi.importing.run import Import, survey
from relasi.importing.tables import Row
from relasi.platform.again import begun_again
from relasi.records import Actor, Record, Records, Source
from relasi.records.reading import Reader
from relasi.schema.model import Entity


@dataclass(frozen=True, slots=True)
class Previewed:
    """`record` is what becomes of the row, as the actor will see it; None where there will be none, or none
    that the actor may read."""

    row: Row
    outcome: RowOutcome
    record: Record | None


class _Seen(Exception):
    """Takes back what was written, once it was looked at."""

    def __init__(self, outcomes: Sequence[RowOutcome], made: Mapping[str, Record]) -> None:
        self.outcomes, self.made = outcomes, made


def preview(records: Records, actor: Actor, wanted: Import, most: int = 20) -> tuple[Previewed, ...]:
    """The first rows. Raises Forbidden, ImportRefused where the file cannot be read to its end."""
    entity = wanted.mapping.entity
    demand_right(records, actor, entity.name)
    _, winners = survey(wanted)
    rows = list(islice(wanted.table.rows(), most))
    writer = BatchWriter(wanted.mapping, winners, References(wanted.mapping, records.users(actor)))
    outcomes, made = _foreseen(records, replace(actor, source=Source.IMPORT), entity, writer, rows)
    return tuple(
        Previewed(row, outcome, made.get(outcome.record_id or ""))
        for row, outcome in zip(rows, outcomes, strict=True)
    )


@begun_again
def _foreseen(
    records: Records, actor: Actor, entity: Entity, writer: BatchWriter, rows: Sequence[Row]
) -> tuple[Sequence[RowOutcome], Mapping[str, Record]]:
    try:
        with records.work(actor) as work:
            outcomes = writer.copy().write(work, rows)
            keys = work.readable(entity.name, [each.record_id for each in outcomes if each.record_id])
            held = work.transaction.get(entity.name, sorted(keys))
            raise _Seen(outcomes, {key: Reader(work).record(entity, row) for key, row in held.items()})
    except _Seen as seen:
        return seen.outcomes, seen.made
