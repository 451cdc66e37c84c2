"""Edits that the database noted, one record after the other: taken out of the tables again, and put in by the
recipe."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from relasi.errors import DuplicateValue, PlatformUnavailable
from relasi.platform.again import begun_again
from relasi.platform.query import Row
from relasi.records.actor import Actor, Source
from relasi.records.edits.adopting import Edit, adopt
from relasi.records.links import target_of
from relasi.records.recipe import Recipe
from relasi.records.service import Records
from relasi.records.work import Work
from relasi.schema.fields.base import Storage
from relasi.schema.model import Field
from relasi.store.edits import LATER
from relasi.store.edits import Edit as Noted

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Records in one round, each in a transaction of its own."""

OUTSIDE = Actor(user_id=None, roles=frozenset(), source=Source.GRID, everything=True)
"""Somebody whom only the outside knows, and has let edit: nobody of ours whose rights could be asked."""


class EditSweep:
    """Looks at what others than Relasi have done to the records, in the order in which they did."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def __call__(self, now: datetime) -> bool:
        with self._records.work(OUTSIDE, write=False) as work:
            places = work.store.edits.waiting(now, AT_ONCE)
            unsettled = [place for place in work.store.objections.incomplete() if _is_here(work, place)]
        for entity, key in dict.fromkeys((*places, *unsettled)):
            self._look(entity, key, now)
        return len(places) == AT_ONCE

    @begun_again
    def _look(self, entity: str, key: str, now: datetime) -> None:
        """A fault keeps no other record waiting."""
        try:
            self._take_over(entity, key)
        except PlatformUnavailable:
            raise
        except Exception:
            log.exception("the edits of %s %s outside could not be looked at", entity, key)
            with self._records.work(OUTSIDE) as work:
                work.store.edits.put_off(entity, key, now + LATER)

    @begun_again
    def _take_over(self, entity: str, key: str) -> None:
        with self._records.work(OUTSIDE) as work:
            take_over(work, entity, key)


def _is_here(work: Work, place: tuple[str, str]) -> bool:
    """Whether somebody has seen here to a record that was not whole."""
    if place[0] not in work.ground.recipes:
        return False
    row = work.follow(*place)
    return row is None or row["version"] > 0


def take_over(work: Work, entity: str, key: str) -> None:
    """All edits of one record as one, as far as the recipe lets them."""
    if entity not in work.ground.recipes:
        work.store.edits.take(entity, key, {})
        return
    recipe = work.ground.recipe(entity)
    row = work.transaction.get(entity, [key], hold=True).get(key)
    noted = work.store.edits.take(entity, key, _storages(recipe))
    before = noted[0].old if noted else None
    is_ours = before is not None and before["version"] > 0
    who = noted[-1].who if noted else None
    if row is None:
        _gone(work, recipe, key, noted)
    elif is_ours and before is not None:
        given = {name: row[name] for name in _edited(recipe, noted, row)}
        _take_out(work, recipe, row, {name: before[name] for name in given})
        adopt(work, Edit(entity, key, "changed", given, who))
    elif noted or any(each.what == "created" for each in work.store.objections.on(entity, [key])):
        _appeared(work, recipe, row, who)


def _appeared(work: Work, recipe: Recipe, row: Row, who: str | None) -> None:
    """A row that others put into the table. One that somebody has completed here meanwhile has values that
    people do not enter, by the recipe."""
    entity, key, version = recipe.entity.name, row["id"], row["version"]
    is_completed = version > 0
    given = {name: value for name in recipe.own if (value := row[name]) is not None}
    if is_completed:
        given = {name: value for name, value in given.items() if name not in recipe.computed}
    doing = work.as_definition() if is_completed else work
    objections = adopt(doing, Edit(entity, key, "created", given, who, there=version))
    refused = {each.field: None for each in objections if each.field in given}
    if refused and any(each.what == "created" for each in objections):
        work.transaction.put(entity, {key: refused})


def _storages(recipe: Recipe) -> dict[str, Storage]:
    return {field.name: field.type.storage() for field in recipe.entity.fields.values()}


def _edited(recipe: Recipe, noted: Sequence[Noted], row: Row) -> list[str]:
    """The fields that were edited outside and have not been changed here since."""
    last = noted[-1].new
    first = noted[0].old
    assert first is not None
    return [
        name
        for name in recipe.own
        if row[name] != first[name] and last is not None and row[name] == last[name]
    ]


def _take_out(work: Work, recipe: Recipe, row: Row, before: Mapping[str, object]) -> None:
    """Gives the record back what it had. Where another has got a unique value in between, it has none."""
    if not before:
        return
    try:
        with work.attempt():
            work.transaction.put(recipe.entity.name, {row["id"]: before})
    except DuplicateValue:
        unique = {name for group in recipe.unique for name in group}
        left = {name: None if name in unique else value for name, value in before.items()}
        work.transaction.put(recipe.entity.name, {row["id"]: left})


def _gone(work: Work, recipe: Recipe, key: str, noted: Sequence[Noted]) -> None:
    """A record that was deleted outside comes back for the moment, so that all happens that belongs to a
    delete; and stays where the recipe forbids one. Not so one that was deleted here, or never whole."""
    entity = recipe.entity.name
    before, last = (noted[0].old, noted[-1]) if noted else (None, None)
    if before is not None and before["version"] > 0 and last and last.new is None and last.old:
        nothing = {each.name: None for each in recipe.links if _leads_nowhere(work, each, before)}
        work.transaction.insert(entity, [{**before, **nothing, "version": last.old["version"]}])
    adopt(work, Edit(entity, key, "deleted", who=last.who if last else None))


def _leads_nowhere(work: Work, link: Field, row: Row) -> bool:
    """Whether what a link of the database led to has been deleted, too."""
    if len(link.links_to) != 1 or row[link.name] is None:
        return False
    entity, key = target_of(link, row[link.name])
    return not work.transaction.existing(entity, [key])
