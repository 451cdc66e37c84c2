"""Records that were merged parted again."""

from __future__ import annotations

from collections.abc import Mapping

from relasi.errors import Forbidden, NotFound
from relasi.platform.query import Row
from relasi.records.access.rights import holds
from relasi.records.links import link_to, target_of
from relasi.records.merges.shifting import Shifting
from relasi.records.recipe import Recipe
from relasi.records.steps.checks import unless_taken
from relasi.records.work import Work
from relasi.schema.fields.base import Value
from relasi.store.merges import Kept, Merge


def part(work: Work, merge_id: str) -> str:
    """Parts the record that went from the one that stayed, with all that has not been changed since: the id
    of the record that is back. What came after the merge stays where it is.

    Raises NotFound, Forbidden, Invalid where something else has taken a value meanwhile that occurs once.
    """
    held = work.store.merges.get(merge_id)
    if held is None or held.entity not in work.ground.recipes:
        raise NotFound("not_found")
    recipe = work.ground.recipe(held.entity)
    _demand_right(work, held.entity, held.survivor_id, "update")
    row = _reaching(work, recipe, _restored(recipe, held.kept.row))
    if not holds(work.rights(held.entity).delete, work.situation(row)):
        raise Forbidden("may_not_part")
    shifting = Shifting(work)
    survivor = work.transaction.get(held.entity, [held.survivor_id], hold=True)[held.survivor_id]
    given_back = _given_back(recipe, held.kept, survivor)
    ties = {name: given_back.pop(name) for name in held.ties(given_back)}
    shifting.shift((held.entity, held.survivor_id), given_back)
    with unless_taken():
        work.transaction.insert(held.entity, [row])
        for owner, dropped in held.kept.dropped:
            _put_back(work, shifting, owner, dropped)
    shifting.made(held.entity, row)
    shifting.shift((held.entity, held.survivor_id), ties)
    _lead_back(work, shifting, held)
    work.store.runs.hand_over(held.kept.runs, held.entity, held.record_id)
    work.store.merges.remove(held.id)
    shifting.settle("parted", [(held.entity, held.survivor_id), (held.entity, held.record_id)])
    return held.record_id


def _demand_right(work: Work, entity: str, key: str, right: str) -> None:
    row, rights = work.transaction.get(entity, [key]).get(key), work.rights(entity)
    if row is None or not holds(rights.read, work.situation(row)):
        raise NotFound("not_found")
    if not holds(getattr(rights, right), work.situation(row)):
        raise Forbidden("may_not_part")


def _restored(recipe: Recipe, kept: Mapping[str, Value]) -> Row:
    """A whole row. Fields that came since are empty; those that have gone are left out."""
    fields = recipe.entity.fields
    held = {name: fields[name].type.accept(value) for name, value in kept.items() if name in fields}
    return {**dict.fromkeys(fields), **held, "version": held["version"] + 1}


def _reaching(work: Work, recipe: Recipe, row: Row) -> Row:
    """Where a linked record has become another one meanwhile, the link leads there; where it is gone, to
    none."""
    links: dict[str, Value] = {}
    for each in recipe.links:
        if row[each.name] is None:
            continue
        owner, key = target_of(each, row[each.name])
        if work.follow(owner, key) is None:
            survivor = work.store.merges.survivor(owner, key)
            several = len(each.links_to) > 1
            links[each.name] = f"{owner}/{survivor}" if survivor and several else survivor
    return {**row, **links}


def _given_back(recipe: Recipe, kept: Kept, survivor: Row) -> dict[str, Value]:
    """What the record that stayed had before, where it still has what it got."""

    def read(part: Mapping[str, Value]) -> dict[str, Value]:
        own = recipe.own
        return {name: own[name].type.accept(value) for name, value in part.items() if name in own}

    before, after = read(kept.before), read(kept.after)
    return {name: value for name, value in before.items() if survivor[name] == after.get(name)}


def _put_back(work: Work, shifting: Shifting, owner: str, dropped: Mapping[str, Value]) -> None:
    """A row that said the same of both, where all that it links to is still there."""
    if owner not in work.ground.recipes:
        return
    row = _restored(work.ground.recipe(owner), dropped)
    links = [each for each in work.ground.recipe(owner).links if row[each.name] is not None]
    if all(work.follow(*target_of(each, row[each.name])) is not None for each in links):
        work.transaction.insert(owner, [row])
        shifting.made(owner, row)


def _lead_back(work: Work, shifting: Shifting, held: Merge) -> None:
    """What linked to the record before, and still links to the one that stayed."""
    inbound = {(each.entity, each.field): each for each in work.entity(held.entity).inbound}
    for owner, name, key in held.kept.moved:
        link = inbound.get((owner, name))
        row = work.follow(owner, key) if link else None
        if link is None or row is None:
            continue
        source = work.entity(owner)
        if row[name] == link_to(source, link, held.entity, held.survivor_id):
            shifting.shift((owner, key), {name: link_to(source, link, held.entity, held.record_id)})
