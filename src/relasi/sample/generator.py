"""Makes the sample through the recipe of every write, so that numbers, rules and the audit trail are real."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from random import Random

from relasi.errors import Invalid
from relasi.platform.again import begun_again
from relasi.platform.query import Row
from relasi.records import Actor, Event, Past, Records, RowResult, Source, Work, written
from relasi.sample.begun import begun
from relasi.sample.drawing import Drawing
from relasi.sample.mending import Mending, Values
from relasi.sample.pieces import IN_A_ROW, UNHEARD, Piece, pieces
from relasi.sample.recipes import looked_at
from relasi.sample.scene import TRIES, Scene
from relasi.schema.model import Model
from relasi.schema.samples import SampleSet
from relasi.store.users import User

_AT_ONCE = 2000
"""Records in one transaction of a large sample."""
_MOST_DRAWN = 50_000
"""So many records are put in the order of their moments at a time."""
_ROUNDS = 10
"""So often, at least, all of what is refused is drawn anew before it is given up."""

Tell = Callable[[str, int], None]
"""Hears of which entity how many more records there are."""

_NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.SAMPLE, everything=True)


@begun_again
def make_sample(
    records: Records, users: Sequence[User], password_hashes: Mapping[str, str], *, seed: int = 1
) -> dict[str, int]:
    """Adds the users (`password_hashes` by name) and the records, all in one transaction.

    The same for the same seed, clock and Model. Returns how many records of each entity were made. Raises
    Invalid where a recipe makes a record that its entity refuses, DuplicateValue for a user name in use.
    """
    sample = _Sample(records.model, seed, users)
    with records.work(_NOBODY) as work:
        _add_users(work, users, password_hashes)
        for piece in sample.pieces(work):
            sample.enter(work, piece)
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
    """As `make_sample`, with about `size` records, and in many transactions: when it is broken off, what has
    been made stays, and the same call goes on from there. There are fewer where no more can be told apart by
    what must be unique. Rules hear only of what was entered in the last days.

    Raises OtherDataError where there is anything but the beginning of this sample."""
    sets = records.model.sample.sets
    with records.work(_NOBODY) as work:
        there = begun(work, users, sets, counts(sets, size))
        _add_users(work, there.missing, password_hashes)
        sample = _Sample(records.model, seed, there.users, size, there.ids)
        waiting = sample.pieces(work)
    for first in waiting:
        with records.work(_NOBODY) as work:
            entered = 0
            for piece in chain([first], waiting):
                sample.enter(work, piece)
                entered += len(piece.drawn)
                tell(piece.entity, len(piece.drawn))
                if entered >= _AT_ONCE:
                    break
    return sample.made


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


_Entering = tuple[int, Values, Past]
"""A record on its way: its number within its set, its values, and when it is entered."""


class _Sample:
    """A sample on its way: what is drawn next looks at what has been entered. `there` has the ids of what was
    entered before it was broken off, by entity."""

    def __init__(
        self,
        model: Model,
        seed: int,
        users: Sequence[User],
        size: int | None = None,
        there: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.made: dict[str, int] = {}
        self._model = model
        self._seed = seed
        self._users = users
        self._counts = counts(model.sample.sets, size)
        self._is_large = size is not None
        self._there = there or {}
        self._exhausted: set[str] = set()

    def pieces(self, work: Work) -> Iterator[Piece]:
        sample = self._model.sample
        kept = looked_at(self._model, sample.sets)
        zone, random = self._model.settings.zone, Random()  # noqa: S311  # no secret
        self._scene = Scene(random, work.now, zone, self._users, kept, sample.seasons)
        for wanted in sample.sets:
            self.made[wanted.entity] = 0
            yield from self._of(wanted, self._counts[wanted.entity])

    def enter(self, work: Work, piece: Piece) -> None:
        """Raises Invalid for a record that is refused however often it is drawn; in a large sample, that ends
        the set."""
        made = self.made[piece.entity]
        self._shuffle("entered", piece.entity, made)
        taken = self._there.get(piece.entity, ())[made : made + len(piece.drawn)]
        taken = taken or self._entered(work, piece)
        if len(taken) < len(piece.drawn):
            self._exhausted.add(piece.entity)
        self.made[piece.entity] += len(taken)
        rows = work.transaction.get(piece.entity, taken)
        for key in sorted(rows):
            self._scene.keep(piece.entity, rows[key])

    def _entered(self, work: Work, piece: Piece) -> list[str]:
        """The ids of the records that were taken; where the set has ended, they are fewer."""
        pasts = self._pasts(work, piece)
        ground = work.ground if piece.is_heard else replace(work.ground, rules=_Unheard())
        create = partial(_create, replace(work.at(pasts[-1]), ground=ground), piece.entity)
        waiting = [(n, row, past) for (n, row, _), past in zip(piece.drawn, pasts, strict=True)]
        taken: list[str] = []
        fruitless = 0
        while waiting:
            results = written(work, create, waiting)
            refused = [(each, result) for each, result in zip(waiting, results, strict=True) if not result.id]
            taken += (result.id for result in results if result.id)
            fruitless = fruitless + 1 if len(refused) == len(waiting) else 0
            if fruitless > max(_ROUNDS, TRIES // len(waiting)):
                if self._is_large and (taken or self.made[piece.entity]):
                    break
                raise Invalid(refused[0][1].issues)
            waiting = [self._mended(piece.drawing, each, result) for each, result in refused]
        return taken

    def _mended(self, drawing: Drawing, entering: _Entering, result: RowResult) -> _Entering:
        """The record drawn anew where it was refused."""
        n, row, past = entering
        self._scene.n = n
        mending = Mending(drawing.entity, self._scene, partial(drawing.row, self._scene, n))
        return n, mending.of(row, result.issues), past

    def _of(self, wanted: SampleSet, count: int) -> Iterator[Piece]:
        drawing = Drawing.of(self._model, wanted)
        together = UNHEARD if drawing.at is None else _MOST_DRAWN
        first = 1
        while first <= count and wanted.entity not in self._exhausted:
            if drawing.looks_at_itself:
                together = min(UNHEARD, first)  # so that there is somebody to look at
            numbers = range(first, min(first + together, count + 1))
            first += together
            self._shuffle("drawn", wanted.entity, first)
            drawn = [(n, *drawing.fresh(self._scene, n)) for n in numbers]
            if drawing.at is not None:
                drawn.sort(key=lambda each: each[2] or self._scene.now)
            for piece in pieces(drawing, drawn, self._scene.now, is_large=self._is_large):
                if wanted.entity not in self._exhausted:
                    yield piece

    def _shuffle(self, *place: object) -> None:
        """Chance begins anew, so that whoever goes on draws what was drawn before."""
        self._scene.random.seed(f"{self._seed} {place}")

    def _pasts(self, work: Work, piece: Piece) -> list[Past]:
        """When each record of the piece was entered, and by whom."""
        by: str | None = None
        pasts = []
        for n, (_, _, at) in enumerate(piece.drawn):
            if self._users and n % IN_A_ROW == 0:
                by = self._scene.random.choice(self._users).id
            pasts.append(Past(at or work.now, by))
        return pasts


class _Unheard:
    """Stands for the rules where they do not hear of anything."""

    def after(self, work: Work, entity: str, events: Sequence[Event]) -> None: ...

    def deleted(self, work: Work, rows: Mapping[tuple[str, str], Row]) -> None: ...

    def erased(self, work: Work, record_ids: Collection[str]) -> None: ...


def _create(work: Work, entity: str, entering: Sequence[_Entering]) -> list[RowResult]:
    _, rows, pasts = zip(*entering, strict=True)
    return work.create_many(entity, rows, pasts)
