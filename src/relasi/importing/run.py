"""The run of an import: batches through the recipe, each in one transaction with the progress of the job.

So a run that was killed goes on where its last batch ended. What only would become of a file is told by the
same run on a copy of the database: see `relasi.trial.files`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from relasi.errors import ImportRefused
from relasi.importing.batch import BatchWriter, Key
from relasi.importing.jobs import demand_right, header_of
from relasi.importing.mapping import Mapping, key_of
from relasi.importing.references import References
from relasi.importing.report import Action, RowOutcome, Summary
from relasi.importing.tables import Row, Table
from relasi.importing.written import Written
from relasi.platform.again import begun_again
from relasi.records import Actor, Records, Source, Work
from relasi.store.audit import NEW_VERSIONS, Change
from relasi.store.imports import ImportJob

BATCH = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Import:
    """A file, ready to be imported; `key` is the same for the same entity, file and map. `written` is the map
    that somebody made for it."""

    key: str
    file_name: str
    table: Table
    mapping: Mapping
    written: Written | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on: `row` gets every outcome, `progress` the number of rows done and of all."""

    row: Callable[[RowOutcome], None] = lambda _: None
    progress: Callable[[int, int], None] = lambda _done, _total: None


class Importer:
    """Runs imports for one actor."""

    def __init__(self, records: Records, actor: Actor, clock: Callable[[], datetime]) -> None:
        self._records, self._clock = records, clock
        self._actor = replace(actor, source=Source.IMPORT)

    def run(self, wanted: Import, *, again: bool = False, watch: Watch | None = None) -> Summary:
        """Goes on where an earlier run of the same import broke off, and tells `watch` what that one refused;
        starts over with `again`, and where the earlier one was taken back.

        Raises Forbidden, ImportRefused where the file cannot be read to its end or the same import runs
        elsewhere, PlatformError where nothing can be written. The batches before that stay, also where
        `watch` raises something.
        """
        demand_right(self._records, self._actor, wanted.mapping.entity.name)
        total, winners = survey(wanted)
        with self._records.work(self._actor, write=False) as work:
            job = None if again else work.store.imports.get(wanted.key)
            refused = work.store.imports.refused(wanted.key) if job else {}
        summary, watch = Summary(total, wanted.mapping.unused, Counter()), watch or Watch()
        if job is not None and job.taken_back is None:
            summary.counts.update(job.counts)
            summary.resumed_at, summary.finished_before = job.next_row, job.finished
        if summary.finished_before is None:
            for line, kept in refused.items():
                watch.row(RowOutcome.refused(line, kept))
            references = References(wanted.mapping, self._records.users(self._actor))
            self._write(wanted, BatchWriter(wanted.mapping, winners, references), summary, watch)
        return summary

    def _write(self, wanted: Import, writer: BatchWriter, summary: Summary, watch: Watch) -> None:
        done = summary.resumed_at
        if not done:
            job = self._job(wanted, summary.total)
            self._do(lambda work: work.store.imports.start(job))
        for rows in batches(wanted.table, done):
            done += len(rows)
            step = partial(_batch, wanted.key, writer, rows, done=done, before=summary.counts)
            writer, outcomes = self._do(step)
            summary.counts.update(each.action.value for each in outcomes)
            for each in outcomes:
                watch.row(each)
            watch.progress(done, summary.total)
        self._do(lambda work: work.store.imports.finish(wanted.key, self._clock()))

    @begun_again
    def _do(self, step: Callable[[Work], T]) -> T:
        with self._records.work(self._actor) as work:
            return step(work)

    def _job(self, wanted: Import, total: int) -> ImportJob:
        return ImportJob(
            key=wanted.key,
            entity=wanted.mapping.entity.name,
            file_name=wanted.file_name,
            total=total,
            next_row=0,
            counts={},
            started=self._clock(),
            user_id=self._actor.user_id,
            header=header_of(wanted.table.columns) if wanted.written else None,
            mapping=wanted.written,
        )


def _batch(
    key: str, writer: BatchWriter, rows: list[Row], work: Work, *, done: int, before: Counter[str]
) -> tuple[BatchWriter, list[RowOutcome]]:
    """What became of the rows, and the writer to go on with once that is saved."""
    attempt = writer.copy()
    changes: list[Change] = []
    work.store.audit.noted = changes
    outcomes = attempt.write(work, rows)
    work.store.audit.noted = None
    work.store.imports.add_written(key, [each.id for each in changes if each.kind in NEW_VERSIONS])
    refused = {each.line: each for each in outcomes if each.action is Action.REFUSED}
    reasons = {line: [why.kept for why in each.reasons] for line, each in refused.items()}
    work.store.imports.add_refused(key, reasons)
    counts = before + Counter(each.action.value for each in outcomes)
    if not work.store.imports.advance(key, done - len(rows), done, counts):
        raise ImportRefused("runs_elsewhere")
    return attempt, outcomes


def survey(wanted: Import) -> tuple[int, dict[Key, int]]:
    """How many rows the file has, and which line counts for each key. Raises ImportRefused."""
    winners: dict[Key, int] = {}
    total = 0
    for row in wanted.table.rows():
        total += 1
        if key := key_of(wanted.mapping, row):
            if wanted.mapping.last_wins:
                winners[key] = row.line
            else:
                winners.setdefault(key, row.line)
    return total, winners


def batches(table: Table, start: int) -> Iterator[list[Row]]:
    """The rows from position `start` on, in batches."""
    rows = islice(table.rows(), start, None)
    while batch := list(islice(rows, BATCH)):
        yield batch
