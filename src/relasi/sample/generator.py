"""Makes the sample through the recipe of every write, so that numbers, rules and the audit trail are real."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from random import Random

from relasi.errors import Invalid
from relasi.platform.again import begun_again
from relasi.platform.query import Row
from relasi.records import Actor, Event, Records, RowResult, Source, Work, written
from relasi.sample.drawing import Drawing
from relasi.sample.mending import Mending, Values
from relasi.sample.recipes import looked_at
from relasi.sample.scene import Scene
from relasi.schema.model import Model
from relasi.schema.samples import SampleSet
from relasi.store.users import User

_IN_A_ROW = 8
"""How many records one person enters before the next one does; a part of them where there are very many."""
_PARTS = 50
_MOST_IN_A_ROW = 200
_SITTING = timedelta(hours=1)
"""How long what is entered in a row may take; a day where there are very many."""
_LONG_SITTING = timedelta(days=1)
_MOST_DRAWN = 50_000
"""So many records are put in the order of their moments at a time."""
_HEARD = timedelta(days=30)
"""In a large sample, rules hear of what was entered since then: what lies further back has had its
consequences, and to work them out anew takes longer than all the rest."""
_AT_ONCE = 2000
"""Records in one transaction of a large sample."""
_TRIES = 200
"""How often a record is drawn anew until it is taken."""

Tell = Callable[[str, int], None]
"""Hears of which entity how many more records there are."""


@begun_again
def make_sample(
    records: Records, users: Sequence[User], password_hashes: Mapping[str, str], *, seed: int = 1
) -> dict[str, int]:
    """Adds the users (`password_hashes` by name) and the records, all in one transaction.

    The same for the same seed, clock and Model. Returns how many records of each entity were made. Raises
    Invalid where a recipe makes a record that its entity refuses, DuplicateValue for a user name in use.
    """
    sample = _Sample(records.model, Random(seed), users)  # noqa: S311  # no secret
    with records.work(_NOBODY) as work:
        _add_users(work, users, password_hashes)
        for batch in sample.batches(work.now):
            sample.enter(work, batch)
    return sample.made


def make_large_sample(
    records: Records,
    users: Sequence[User],
    password_hashes: Mapping[str, str],
    *,
    size: int,
    seed: int = 1,
    tell: Tell = lambda *_: None,
) -> dict[str, int]:
    """As `make_sample`, with about `size` records, and in many transactions: when it is interrupted, what has
    been made stays. There are fewer where no more can be told apart by what must be unique. Rules hear only
    of what was entered in the last days."""
    sample = _Sample(records.model, Random(seed), users, size)  # noqa: S311  # no secret
    with records.work(_NOBODY) as work:
        _add_users(work, users, password_hashes)
        batches = sample.batches(work.now)
    for first in batches:
        with records.work(_NOBODY) as work:
            entered = 0
            for batch in chain([first], batches):
                sample.enter(work, batch)
                entered += len(batch.rows)
                tell(batch.entity, len(batch.rows))
                if entered >= _AT_ONCE:
                    break
    return sample.made


_NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.SAMPLE, everything=True)


def _add_users(work: Work, users: Sequence[User], password_hashes: Mapping[str, str]) -> None:
    for user in users:
        work.store.users.add(user, password_hashes.get(user.name))


def counts(sets: Sequence[SampleSet], size: int | None) -> dict[str, int]:
    """How many records each set has in a sample of about `size`: as written, or in the same proportions. Sets
    that do not grow stay as they are."""
    written = {each.entity: each.count for each in sets}
    growing = sum(each.count for each in sets if each.grows)
    if size is None or not growing:
        return written
    factor = max(0, size - sum(written.values()) + growing) / growing
    return {each.entity: max(1, round(each.count * factor)) if each.grows else each.count for each in sets}


@dataclass(frozen=True, slots=True)
class _Batch:
    """Records that somebody enters in a row, at a moment; None is now. `numbers` count them within their
    set."""

    entity: str
    drawing: Drawing
    numbers: Sequence[int]
    rows: Sequence[Values]
    at: datetime | None


class _Sample:
    """A sample on its way: what is drawn next looks at what has been entered."""

    def __init__(self, model: Model, random: Random, users: Sequence[User], size: int | None = None) -> None:
        self.made: dict[str, int] = {}
        self._model = model
        self._random = random
        self._users = users
        self._counts = counts(model.sample.sets, size)
        self._is_large = size is not None
        self._exhausted: set[str] = set()

    def batches(self, now: datetime) -> Iterator[_Batch]:
        sample = self._model.sample
        kept = looked_at(self._model, sample.sets)
        zone = self._model.settings.zone
        self._scene = Scene(self._random, now, zone, self._users, kept, sample.seasons)
        for wanted in sample.sets:
            self.made[wanted.entity] = 0
            yield from self._of(wanted, self._counts[wanted.entity])

    def enter(self, work: Work, batch: _Batch) -> None:
        """Raises Invalid for a record that is refused however often it is drawn; in a large sample, that ends
        the set."""
        somebody = self._somebody(work, batch.at or work.now)
        results = written(somebody, partial(somebody.create_many, batch.entity), batch.rows)
        entity = self._model.entities[batch.entity]
        for n, row, result in zip(batch.numbers, batch.rows, results, strict=True):
            self._scene.n = n
            mending = Mending(entity, self._scene, partial(batch.drawing.row, self._scene, n))
            try:
                taken = _entered(somebody, row, result, mending)
            except Invalid:
                if not self._is_large or not self.made[batch.entity]:
                    raise
                self._exhausted.add(batch.entity)
                return
            self._scene.keep(batch.entity, {"created_at": somebody.now, **taken})
            self.made[batch.entity] += 1

    def _of(self, wanted: SampleSet, count: int) -> Iterator[_Batch]:
        drawing = Drawing.of(self._model, wanted)
        longest = min(max(_IN_A_ROW, count // _PARTS), _MOST_IN_A_ROW)
        together = longest if drawing.at is None or drawing.looks_at_itself else min(count, _MOST_DRAWN)
        first = 1
        while first <= count and wanted.entity not in self._exhausted:
            if drawing.looks_at_itself:
                together = min(longest, first)  # so that there is somebody to look at
            numbers = range(first, min(first + together, count + 1))
            first += together
            drawn = [(n, *drawing.fresh(self._scene, n)) for n in numbers]
            if drawing.at is not None:
                drawn.sort(key=lambda each: each[2] or self._scene.now)
            yield from _in_sittings(wanted.entity, drawing, drawn, longest)

    def _somebody(self, work: Work, at: datetime) -> Work:
        """A person at work at that moment."""
        actor = work.actor
        if self._users:
            actor = replace(actor, user_id=self._random.choice(self._users).id)
        is_heard = not self._is_large or work.now - at < _HEARD
        ground = work.ground if is_heard else replace(work.ground, rules=_Unheard())
        return replace(work, actor=actor, now=at, ground=ground)


class _Unheard:
    """Stands for the rules where they do not hear of anything."""

    def after(self, work: Work, entity: str, events: Sequence[Event]) -> None: ...

    def deleted(self, work: Work, rows: Mapping[tuple[str, str], Row]) -> None: ...

    def erased(self, work: Work, record_ids: Collection[str]) -> None: ...


def _in_sittings(
    entity: str, drawing: Drawing, drawn: Sequence[tuple[int, Values, datetime | None]], longest: int
) -> Iterator[_Batch]:
    """Records that follow each other, as long as they were entered at about the same time."""
    longest_time = _SITTING if longest == _IN_A_ROW else _LONG_SITTING
    start = 0
    for end in range(1, len(drawn) + 1):
        begun = drawn[start][2]
        at = drawn[end][2] if end < len(drawn) else None
        is_over = begun is not None and (at is None or at - begun > longest_time)
        if end == len(drawn) or end - start == longest or is_over:
            numbers, rows, moments = zip(*drawn[start:end], strict=True)
            yield _Batch(entity, drawing, numbers, rows, moments[-1])
            start = end


def _entered(work: Work, row: Values, result: RowResult, mending: Mending) -> Values:
    """The row as it was taken at last, with its id."""
    for _ in range(_TRIES):
        if result.id is not None:
            return {**row, "id": result.id}
        row = mending.of(row, result.issues)
        (result,) = written(work, partial(work.create_many, mending.entity.name), [row])
    raise Invalid(result.issues)
