"""What people do about a person's data: look what an erasure would do, erase, and prove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO

from relasi.errors import Forbidden, NotFound
from relasi.platform.again import begun_again
from relasi.platform.lookup import all_rows
from relasi.platform.query import Query
from relasi.platform.sql.database import Database
from relasi.privacy.archive import write
from relasi.privacy.dossier import Dossier, dossier_of
from relasi.privacy.erasing import Why, erase
from relasi.privacy.ledger import Ledger
from relasi.records import Actor, Records, Source
from relasi.records.access.rights import holds
from relasi.records.people import is_person
from relasi.records.work import Work
from relasi.schema.model import Fate
from relasi.store.audit import EXPORT, Change
from relasi.store.contents import Contents
from relasi.store.erasures import Erasure, digest_of

EVERY = timedelta(seconds=5)


class Privacy:
    """All errors are those of `relasi.errors`; what raises has erased nothing."""

    def __init__(self, records: Records, database: Database, contents: Contents) -> None:
        self._records = records
        self._database = database
        self._contents = contents
        self._next: datetime | None = None
        self._ledger = Ledger(contents.folder)

    def may_erase(self, actor: Actor, entity: str, key: str) -> bool:
        """Whether the record is a person whose data the actor may take out, and erase."""
        with self._records.work(actor, write=False) as work:
            row = work.follow(entity, key)
            return row is not None and is_person(work, work.entity(entity), row) and _may(work, entity, key)

    @begun_again
    def export(self, actor: Actor, entity: str, key: str, language: str, target: BinaryIO) -> Dossier:
        """Writes all that is known of a person into a ZIP file, and notes it in the audit log. Raises
        NotFound, Forbidden."""
        with self._records.work(actor) as work:
            _demand(work, entity, key)
            found = dossier_of(work.as_definition(), entity, key, language)
            work.store.audit.append([_taken_out(work, found)])
        write(target, found, self._records.model, self._contents, language)
        return found

    @begun_again
    def preview(self, actor: Actor, entity: str, key: str, chosen: Fate | None = None) -> Erasure:
        """What `erase` would do, which is done and taken back. Raises NotFound, Forbidden."""
        done: list[Erasure] = []
        with self._records.work(actor) as work, suppress(_UndoneError), work.attempt():
            _demand(work, entity, key)
            done.append(erase(work, entity, key, Why(actor.user_id, ""), chosen))
            raise _UndoneError
        return done[0]

    @begun_again
    def erase(
        self, actor: Actor, entity: str, key: str, *, reason: str, chosen: Fate | None = None
    ) -> Erasure:
        """Erases a person, or what is personal in another record, and gives the proof. What is left outside
        of the database is done by `finish`. Raises NotFound, Forbidden, Stale."""
        with self._records.work(actor) as work:
            _demand(work, entity, key)
            return erase(work, entity, key, Why(actor.user_id, reason), chosen)

    def proofs(self, actor: Actor, *, limit: int = 50) -> tuple[Erasure, ...]:
        """Those of the entities of which the actor may erase any, newest first."""
        with self._records.work(actor, write=False) as work:
            found = work.store.erasures.list(limit=limit)
            return tuple(each for each in found if _may_any(work, each.entity))

    def proofs_of(self, actor: Actor, entity: str, key: str) -> tuple[Erasure, ...]:
        """Those of one record, newest first. Raises NotFound, Forbidden."""
        with self._records.work(actor, write=False) as work:
            _demand(work, entity, key)
            return work.store.erasures.of(key)

    def finish(self, now: datetime) -> None:
        """Takes what was erased off the disk: the contents of files, and bytes that the database has freed.
        Before that, it is on the list that outlives the database. Killed in the middle, it begins again."""
        with self._records.work(_NOBODY, write=False) as work:
            waiting = work.store.erasures.unfinished()
        if not waiting:
            return
        self._ledger.write(waiting)
        for each in waiting:
            for sha256 in each.files:
                self._contents.remove(sha256)
        if self._database.compact():
            self._note_finished(waiting, now)

    def missing(self) -> list[Erasure]:
        """Those of which the database knows nothing, since it is from a backup of before."""
        listed = self._ledger.read()
        if not listed:
            return []
        with self._records.work(_NOBODY, write=False) as work:
            known = work.store.erasures.ids()
        return [each for each in listed if each.id not in known]

    def replay(self) -> None:
        """Erases again what is missing."""
        for each in self.missing():
            self._repeat(each)

    def sweep(self, now: datetime) -> bool:
        """What workers do, every few seconds: what `replay` does, then `finish`."""
        if self._next is not None and self._next - EVERY <= now < self._next:
            return False
        self._next = now + EVERY
        self.replay()
        self.finish(now)
        return False

    def keep_list(self) -> None:
        """Puts all erasures on the list, before the database is replaced."""
        with self._records.work(_NOBODY, write=False) as work:
            self._ledger.write(reversed(work.store.erasures.list(limit=1_000_000)))

    @begun_again
    def _note_finished(self, erasures: Iterable[Erasure], now: datetime) -> None:
        with self._records.work(_NOBODY) as work:
            for each in erasures:
                work.store.erasures.finish(each.id, now)

    @begun_again
    def _repeat(self, known: Erasure) -> None:
        why = Why(known.user_id, known.reason, known)
        with self._records.work(_NOBODY) as work:
            for key in _with_digest(work, known) if known.entity in work.ground.recipes else ():
                erase(work, known.entity, key, why, Fate(known.how))
            work.store.erasures.add(replace(known, counts={}))


_NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.CLI, everything=True)


def _taken_out(work: Work, dossier: Dossier) -> Change:
    said = {"records": len(dossier.records), "format": "zip", "fields": [], "where": [], "search": ""}
    return Change(
        id=work.ground.new_id(),
        at=work.now,
        entity=dossier.entity,
        record_id=dossier.id,
        kind="exported",
        version=0,
        fields={EXPORT: (None, said)},
        user_id=work.actor.user_id,
        source=work.actor.source.value,
    )


class _UndoneError(Exception):
    """Nothing of what was done is to stay."""


def _demand(work: Work, entity: str, key: str) -> None:
    rights, row = work.rights(entity), work.follow(entity, key)
    if row is None or not holds(rights.read, work.situation(row)):
        raise NotFound("not_found")
    if not holds(rights.erase, work.situation(row)):
        raise Forbidden("may_not_erase")


def _may(work: Work, entity: str, key: str) -> bool:
    try:
        _demand(work, entity, key)
    except (NotFound, Forbidden):
        return False
    return True


def _may_any(work: Work, entity: str) -> bool:
    return entity in work.ground.recipes and work.rights(entity).erase is not False


def _with_digest(work: Work, known: Erasure) -> Iterator[str]:
    for row in all_rows(work.transaction, Query(known.entity, work.asking, fields=())):
        if digest_of(row["id"]) == known.digest:
            yield row["id"]
