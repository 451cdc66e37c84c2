"""Records that are one and the same made one. How they are parted again stands in `parting`.

The record that stays is changed by the recipe, like any other. What linked to the others is led to it without
a check and without a word to the rules: nothing has happened to those records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from relasi.errors import Forbidden, NotFound, Refused
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Query, Row
from relasi.records.access.rights import holds
from relasi.records.draft import Accepted
from relasi.records.links import link_to, target_of
from relasi.records.merges import consenting
from relasi.records.merges.shifting import Shifting
from relasi.records.merges.survival import mergeable, surviving
from relasi.records.recipe import Recipe
from relasi.records.steps import auditing, derived
from relasi.records.work import Work
from relasi.schema.fields.base import Value
from relasi.schema.model import Entity, Inbound
from relasi.store.merges import Kept, Merge

Place = tuple[str, str]
MOST = 10
"""So many records are merged at a time."""
_LINKED = 20_000
"""Records with more that link to them are none that somebody entered twice."""


def merge(
    work: Work, entity: str, survivor: str, others: Sequence[str], chosen: Mapping[str, str] | None = None
) -> None:
    """Makes the first record of them all. `chosen` says of which record a field keeps the value, by its id;
    of the others the definition of the entity says so.

    Raises NotFound, Forbidden (who may not change the first and delete the others), Refused, Invalid.
    """
    recipe = work.ground.recipe(entity)
    rows = _rows(work, recipe, [survivor, *others], chosen or {})
    _demand_undecided(work, entity, others)
    values = surviving(recipe, rows, chosen or {})
    before = {name: rows[0][name] for name in values if rows[0][name] != values[name]}
    ties = _ties(recipe, rows)
    givers = {name: ties.get(name) or _giver(name, rows[1:], values[name]) for name in before}
    parting = [_Parting(work, recipe.entity, row, survivor) for row in rows[1:]]
    for each in parting:
        each.lead_over()
    shifting = Shifting(work)
    shifting.shift((entity, survivor), dict.fromkeys(ties))
    shifting.settle("updated", ())
    _demand_no_circle(work, recipe, survivor)
    _take_away(work, recipe, rows[1:])
    row = work.transaction.get(entity, [survivor], hold=True)[survivor]
    changed = Accepted({name: value for name, value in values.items() if row[name] != value})
    work.as_definition().update(entity, survivor, row["version"], changed)
    consenting.keep_stricter(work, recipe.entity, rows)
    stays = work.transaction.get(entity, [survivor])[survivor]
    work.store.audit.append([auditing.entry(work, recipe, "merged", stays, {})])
    for each in parting:
        had = {name: before[name] for name, giver in givers.items() if giver == each.row["id"]}
        work.store.merges.add(each.noted(had, values))


def _rows(work: Work, recipe: Recipe, ids: Sequence[str], chosen: Mapping[str, str]) -> list[Row]:
    """All of them, the one that stays first."""
    entity = recipe.entity.name
    if len(set(ids)) != len(ids) or not 2 <= len(ids) <= MOST:
        raise Refused("merge_count", most=MOST)
    found = work.transaction.get(entity, ids, hold=True)
    rights = work.rights(entity)
    for number, key in enumerate(ids):
        if key not in found or not holds(rights.read, work.situation(found[key])):
            raise NotFound("not_found")
        right = rights.delete if number else rights.update
        if not holds(right, work.situation(found[key])):
            raise Forbidden("may_not_merge")
    known = {each.name for each in mergeable(recipe)}
    for name, key in chosen.items():
        closed = rights.hidden_in(work.situation(found[ids[0]])) | rights.locked_in(
            work.situation(found[ids[0]])
        )
        if name not in known - closed or key not in found:
            raise Refused("merge_field", field=name[:100])
    return [found[key] for key in ids]


def _giver(name: str, others: Sequence[Row], value: Value) -> str:
    """With which of the records the value goes again: the one that had it, or the last where several did
    their part."""
    key: str = next((row["id"] for row in others if row[name] == value), others[-1]["id"])
    return key


def _ties(recipe: Recipe, rows: Sequence[Row]) -> dict[str, str]:
    """The links of the record that stays which lead to those that go: to which."""
    others = {row["id"] for row in rows[1:]}
    held = {link.name: target_of(link, rows[0][link.name]) for link in recipe.links if rows[0][link.name]}
    return {name: key for name, (owner, key) in held.items() if owner == recipe.entity.name and key in others}


def _demand_no_circle(work: Work, recipe: Recipe, survivor: str) -> None:
    """Nothing stands below itself."""
    for name in recipe.trees:
        seen: set[str] = set()
        above: str | None = survivor
        while above is not None:
            if above in seen:
                raise Refused("merge_circle")
            seen.add(above)
            row = work.follow(recipe.entity.name, above)
            above = row[name] if row else None


def _demand_undecided(work: Work, entity: str, keys: Sequence[str]) -> None:
    """What people decide about is there until they have decided."""
    if open_ := work.store.approvals.open_on(entity, keys):
        raise Refused("merge_awaits", label=open_[0].label)


def _take_away(work: Work, recipe: Recipe, rows: Sequence[Row]) -> None:
    entity, keys = recipe.entity.name, [row["id"] for row in rows]
    links = [each.name for each in recipe.links if each.links_to == (entity,)]
    for row in rows:
        now = work.transaction.get(entity, [row["id"]], hold=True)[row["id"]]
        untied = {name: None for name in links if now[name] is not None}
        if untied:
            work.transaction.update(entity, row["id"], now["version"], untied)
        work.transaction.delete(entity, row["id"], now["version"] + bool(untied))
        work.linked.forget((entity, row["id"]))
    gone = {(entity, row["id"]): row for row in rows}
    changes, events = derived.audited(work, derived.spread_from_deleted(work, gone))
    work.store.audit.append([*(auditing.entry(work, recipe, "merged", row, {}) for row in rows), *changes])
    work.tell(events)
    work.store.likeness.forget(keys)


@dataclass(slots=True)
class _Parting:
    """One record that goes, and what it takes to bring it back."""

    work: Work
    entity: Entity
    row: Row
    survivor: str
    moved: list[tuple[str, str, str]] = field(default_factory=list)
    dropped: list[tuple[str, Row]] = field(default_factory=list)
    runs: tuple[str, ...] = ()

    def lead_over(self) -> None:
        """Everything that links to it links to the one that stays."""
        shifting = Shifting(self.work)
        for inbound in self.entity.inbound:
            source = self.work.entity(inbound.entity)
            value = link_to(source, inbound, self.entity.name, self.survivor)
            for row in self._linking(source, inbound):
                if row["id"] == self.survivor and inbound.entity == self.entity.name:
                    continue  # it would lead to itself; what it keeps is chosen with its other values
                if self._is_said_already(source, inbound, row, value):
                    self.dropped.append((source.name, row))
                    shifting.drop(source.name, row)
                else:
                    self.moved.append((source.name, inbound.field, row["id"]))
                    shifting.shift((source.name, row["id"]), {inbound.field: value})
        shifting.settle("updated", ())
        runs = self.work.store.runs.on([self.row["id"]])
        self.runs = tuple(run.id for run in runs)
        self.work.store.runs.hand_over(self.runs, self.entity.name, self.survivor)

    def _linking(self, source: Entity, inbound: Inbound) -> list[Row]:
        value = link_to(source, inbound, self.entity.name, self.row["id"])
        query = Query(inbound.entity, self.work.asking)
        found = list(matching_rows(self.work.transaction, query, inbound.field, [value]))
        if len(found) > _LINKED:
            raise Refused("merge_too_many", entity=source.plural, most=_LINKED)
        return found

    def _is_said_already(self, source: Entity, inbound: Inbound, row: Row, value: Value) -> bool:
        """Whether another row says of the record that stays what this one would. Raises Refused where that is
        more than a pair of records."""
        for group in self.work.ground.recipe(source.name).unique:
            then = {**row, inbound.field: value}
            if inbound.field not in group or any(then[name] is None for name in group):
                continue
            matching = {name: [then[name]] for name in group}
            query = Query(source.name, self.work.asking, matching=matching, fields=(), limit=1)
            if self.work.transaction.find(query).rows:
                if not self.work.ground.ends(source.name):
                    raise Refused("merge_in_the_way", entity=source.plural)
                return True
        return False

    def noted(self, before: Mapping[str, Value], after: Mapping[str, Value]) -> Merge:
        """With what the one that stays had before, where this is the record that gave it what it has."""
        recipe = self.work.ground.recipe(self.entity.name)
        return Merge(
            id=self.work.ground.new_id(),
            entity=self.entity.name,
            record_id=self.row["id"],
            survivor_id=self.survivor,
            at=self.work.now,
            by=self.work.actor.user_id,
            kept=Kept(
                row=_dumped(self.entity, self.row),
                before=_dumped(self.entity, before),
                after=_dumped(self.entity, {name: after[name] for name in before}),
                moved=self.moved,
                dropped=[(owner, _dumped(self.work.entity(owner), row)) for owner, row in self.dropped],
                runs=self.runs,
            ),
            secret=bool(recipe.encrypted),
        )


def _dumped(entity: Entity, values: Mapping[str, Value]) -> dict[str, Value]:
    return {
        name: None if value is None else entity.fields[name].type.dump(value)
        for name, value in values.items()
        if name in entity.fields
    }
