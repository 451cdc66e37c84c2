"""An import taken back: what it made is deleted, what it changed gets its old values back, by batches.

Nobody's later work is lost: what somebody has changed since, or linked to, stays and is told. Rules hear of
none of it. What an import did stands in the audit log; `trails` reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import partial

from relasi.errors import NotFound, RecordError
from relasi.importing.jobs import demand_right
from relasi.importing.report import Reason
from relasi.importing.run import BATCH, Watch
from relasi.importing.trails import Trail, trails
from relasi.platform.again import begun_again
from relasi.platform.query import Row
from relasi.records import Accepted, Actor, Records, Source, Work, written
from relasi.records.access.rights import holds
from relasi.records.deletion import delete, wanted_by_others

Place = tuple[str, str]
"""An entity and the id of a record."""
Reasons = tuple[Reason, ...]
LINKED = (Reason(None, "imports.linked_since"),)


class TakenBack(Enum):
    """What became of a record that an import had made or changed."""

    DELETED = "deleted"
    RESTORED = "restored"
    PARTLY = "partly"
    """It has its old values again, but for fields that somebody has changed since."""
    GONE = "gone"
    """It was not there any more."""
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Undone:
    """`counts` has records by their fate, those of earlier tries included. `kept` says why some stay as they
    are, which can be tried again; `partly`, why fields of others do."""

    counts: Mapping[str, int]
    kept: Mapping[Place, Reasons]
    partly: Mapping[Place, Reasons]


@dataclass(slots=True)
class _Step:
    """What one transaction did: `last` is where the next one goes on, None at the end."""

    last: str | None
    settled: set[str] = field(default_factory=set)
    fates: dict[Place, TakenBack] = field(default_factory=dict)
    kept: dict[Place, Reasons] = field(default_factory=dict)
    partly: dict[Place, Reasons] = field(default_factory=dict)


def undo(
    records: Records,
    actor: Actor,
    key: str,
    clock: Callable[[], datetime],
    *,
    watch: Watch | None = None,
) -> Undone:
    """Takes back the import with this key, as far as the actor may delete and change its records.

    A run that was broken off goes on when it is called again; `watch.progress`, which gets entries of the
    log, may raise to break it off. Raises NotFound, Forbidden.
    """
    undoing = _Undoing(records, replace(actor, source=Source.IMPORT), key)
    undoing.begin()
    undoing.run((watch or Watch()).progress)
    return undoing.end(clock())


@dataclass(slots=True)
class _Undoing:
    records: Records
    actor: Actor
    key: str
    counts: Counter[str] = field(default_factory=Counter)
    kept: dict[Place, Reasons] = field(default_factory=dict)
    partly: dict[Place, Reasons] = field(default_factory=dict)
    total: int = 0
    done: int = 0

    def begin(self) -> None:
        with self.records.work(self.actor, write=False) as work:
            job = work.store.imports.get(self.key)
            self.total = work.store.imports.count_written(self.key)
        if job is None or job.entity not in self.records.model.entities:
            raise NotFound("not_found")
        demand_right(self.records, self.actor, job.entity)
        self.counts.update(job.taken_back or {})
        del self.counts[TakenBack.KEPT.value]

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Records that others link to are tried again as long as something is settled that may have linked to
        them."""
        while True:
            last, went = None, False
            while (step := self._step(last)).last is not None:
                last, went = step.last, went or bool(step.fates)
                self.counts.update(fate.value for fate in step.fates.values())
                self.kept |= step.kept
                self.partly |= step.partly
                self.done += len(step.settled)
                for place in step.fates:
                    self.kept.pop(place, None)
                progress(self.done, self.total)
            if not went or LINKED not in self.kept.values():
                return

    @begun_again
    def end(self, now: datetime) -> Undone:
        counts = self.counts + Counter({TakenBack.KEPT.value: len(self.kept)})
        with self.records.work(self.actor) as work:
            work.store.imports.take_back(self.key, (), counts, undone=now)
        return Undone(counts, self.kept, self.partly)

    @begun_again
    def _step(self, before: str | None) -> _Step:
        finally_kept = {key for (_, key), reasons in self.kept.items() if reasons != LINKED}
        with self.records.work(self.actor) as work:
            ids = work.store.imports.written(self.key, BATCH, before=before)
            if not ids:
                return _Step(None)
            step = _Step(ids[-1])
            entries = {each.id: each for each in work.store.audit.entries(ids)}
            step.settled.update(set(ids) - entries.keys())
            about = {each.record_id for each in entries.values()} - finally_kept
            history = {each.id: each for each in work.store.audit.on(about)}
            ours = work.store.imports.among(self.key, sorted(history))
            _take_back(work, trails(history, ours), step)
            counts = self.counts + Counter(fate.value for fate in step.fates.values())
            work.store.imports.take_back(self.key, step.settled, counts)
            return step


def _take_back(work: Work, found: Sequence[Trail], step: _Step) -> None:
    rows = _rows(work, found)
    quiet = replace(work.as_definition(), held_back={})
    made: list[Trail] = []
    changed: list[Trail] = []
    for trail in found:
        row = rows.get(trail.place)
        if row is None:
            step.fates[trail.place] = TakenBack.GONE
        elif reasons := _refusal(work, trail, row):
            step.kept[trail.place] = reasons
        else:
            (made if trail.is_created else changed).append(trail)
    for entity in dict.fromkeys(trail.entity for trail in changed):
        wanted = [_Wanted.of(work, trail, rows[trail.place]) for trail in changed if trail.entity == entity]
        _restore(quiet, entity, wanted, step)
    _delete(quiet, [trail.place for trail in made], step)
    for trail in found:
        if trail.place in step.fates:
            step.settled.update(each.id for each in trail.ours)


def _rows(work: Work, found: Sequence[Trail]) -> dict[Place, Row]:
    keys: dict[str, list[str]] = {}
    for trail in found:
        if trail.entity in work.ground.recipes:
            keys.setdefault(trail.entity, []).append(trail.record_id)
    return {
        (entity, key): row
        for entity, some in keys.items()
        for key, row in work.transaction.get(entity, some, hold=True).items()
    }


def _refusal(work: Work, trail: Trail, row: Row) -> Reasons:
    """Why the record stays as it is. What rules had done goes with what led to it, whoever takes it back."""
    rights, situation = work.rights(trail.entity), work.situation(row)
    if not trail.is_by_rules:
        right, code = ("delete", "may_not_delete") if trail.is_created else ("update", "may_not_update")
        if not (holds(rights.read, situation) and holds(getattr(rights, right), situation)):
            return (Reason(None, f"issues.{code}"),)
    claimed = trail.claimed(work.ground.recipe(trail.entity), row) if trail.is_created else None
    if claimed is None:
        return ()
    seen = [name for name in claimed if name not in rights.hidden_in(situation)]
    return tuple(Reason(name, "imports.changed_since") for name in seen or (None,))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A record with the values that it gets back, and why some of its fields stay."""

    row: Row
    values: Accepted
    staying: Reasons

    @classmethod
    def of(cls, work: Work, trail: Trail, row: Row) -> _Wanted:
        rights, situation = work.rights(trail.entity), work.situation(row)
        hidden, locked = rights.hidden_in(situation), rights.locked_in(situation)
        values, names = trail.before(work.ground.recipe(trail.entity), row, hidden | locked)
        told = (
            Reason(None, "issues.may_not_update")
            if name in hidden
            else Reason(name, "issues.read_only" if name in locked else "imports.changed_since")
            for name in names
        )
        return cls(row, Accepted(values), tuple(told))


def _restore(work: Work, entity: str, found: Sequence[_Wanted], step: _Step) -> None:
    """Gives records of one entity their old values."""
    going = [each for each in found if each.values]
    rows = [(each.row["id"], each.row["version"], each.values) for each in going]
    results = written(work, partial(work.update_many, entity), rows) if rows else []
    refused = {row[0]: result.issues for row, result in zip(rows, results, strict=True) if result.issues}
    for each in found:
        place = entity, each.row["id"]
        if issues := refused.get(each.row["id"]):
            step.kept[place] = tuple(Reason.of(issue) for issue in issues)
        elif not each.staying:
            step.fates[place] = TakenBack.RESTORED
        elif each.values:
            step.fates[place], step.partly[place] = TakenBack.PARTLY, each.staying
        else:
            step.kept[place] = each.staying


def _delete(work: Work, places: Sequence[Place], step: _Step) -> None:
    """Deletes the records to which nothing links but what goes as well."""
    going = list(places)
    while going and (wanted := wanted_by_others(work, going)):
        step.kept.update(dict.fromkeys(wanted, LINKED))
        going = [place for place in going if place not in wanted]
    for place, error in _deleted(work, going):
        if error is None:
            step.fates[place] = TakenBack.DELETED
        else:
            step.kept[place] = (Reason(None, f"errors.{error.code}", error.params),)


def _deleted(work: Work, places: Sequence[Place]) -> Iterator[tuple[Place, RecordError | None]]:
    """Together, or one after the other where that is refused."""
    if not places:
        return
    try:
        with work.attempt():
            delete(work, places)
    except RecordError as error:
        if len(places) == 1:
            yield places[0], error
            return
        for place in places:
            yield from _deleted(work, [place])
    else:
        yield from ((place, None) for place in places)
