"""Records that are one and the same, as people see to it: found, compared, merged, and parted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from relasi.platform.again import begun_again
from relasi.records.access.rights import holds
from relasi.records.actor import Actor
from relasi.records.merges.merging import MOST, merge
from relasi.records.merges.parting import part
from relasi.records.merges.survival import mergeable, surviving
from relasi.records.reading import Reader
from relasi.records.record import Record
from relasi.records.service import Records
from relasi.records.steps.twins import Twin, find
from relasi.records.titles import kept


@dataclass(frozen=True, slots=True)
class Gone:
    """A record that has become another one: how it was called, when that was, and by whom."""

    merge_id: str
    title: str
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Records side by side, the one that stays first. `differing` are the fields that the actor sees and in
    which they differ, each with the id of the record whose value stays; None where it is made of several."""

    records: tuple[Record, ...]
    differing: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Unifying:
    """For all records."""

    records: Records

    def may_merge(self, actor: Actor, record: Record) -> bool:
        """Whether the actor may merge the record with some other one of those like it."""
        with self.records.work(actor, write=False) as work:
            rights, row = work.rights(record.entity), work.follow(record.entity, record.id)
            changes = row is not None and holds(rights.update, work.situation(row))
            return changes and rights.delete is not False

    def like(self, actor: Actor, entity: str, key: str) -> tuple[tuple[Record, Twin], ...]:
        """The records that may be the same and that the actor may read, the most alike first. Raises
        NotFound."""
        with self.records.work(actor, write=False) as work:
            reader = Reader(work)
            reader.get(entity, key)
            row = work.follow(entity, key)
            twins = find(work, work.entity(entity), [row]).get(key, ()) if row else ()
            seen = work.readable(entity, [each.id for each in twins])
            return tuple((reader.get(entity, each.id), each) for each in twins if each.id in seen)[:MOST]

    def proposal(self, actor: Actor, entity: str, ids: Sequence[str]) -> Proposal:
        """Raises NotFound."""
        with self.records.work(actor, write=False) as work:
            recipe, reader = work.ground.recipe(entity), Reader(work)
            records = tuple(reader.get(entity, key) for key in ids)
            held = work.transaction.get(entity, ids)
            rows = [held[key] for key in ids]
            stays = surviving(recipe, rows, {})
            differing = {}
            for name in (each.name for each in mergeable(recipe)):
                values = [row[name] for row in rows]
                if name in records[0].values and any(value != values[0] for value in values[1:]):
                    differing[name] = next((row["id"] for row in rows if row[name] == stays[name]), None)
            return Proposal(records, differing)

    @begun_again
    def merge(
        self, actor: Actor, entity: str, survivor: str, others: Sequence[str], *, chosen: Mapping[str, str]
    ) -> Record:
        """The record that stays. Raises what `merging.merge` raises."""
        with self.records.work(actor) as work:
            merge(work, entity, survivor, others, chosen)
            return Reader(work).get(entity, survivor)

    @begun_again
    def part(self, actor: Actor, merge_id: str) -> str:
        """The id of the record that is back. Raises what `parting.part` raises."""
        with self.records.work(actor) as work:
            return part(work, merge_id)

    def gone(self, actor: Actor, entity: str, key: str) -> tuple[Gone, ...]:
        """The records that have become this one, which the actor may read; the newest merge first. Raises
        NotFound."""
        with self.records.work(actor, write=False) as work:
            Reader(work).get(entity, key)
            found, written = work.entity(entity), kept(work)
            own, hidden = found.fields, work.rights(entity).secret
            merges = []
            for each in work.store.merges.into(entity, key):
                held = each.kept.row.items()
                row = {n: own[n].type.accept(v) for n, v in held if n in own and n not in hidden}
                title = found.title.render(work.situation(row), written)
                merges.append(Gone(each.id, title, each.at, each.by))
            return tuple(merges)
