"""A look through all records, day by day and batch by batch: what is missing, what today's rules would
refuse, what is there twice, and what nobody has touched for long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from relasi.errors import Forbidden, Issue
from relasi.platform.again import begun_again
from relasi.platform.query import Query, Row
from relasi.records.actor import Actor, Source
from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.service import Records
from relasi.records.steps import checks, twins
from relasi.records.work import Work
from relasi.schema.expressions.operations import today
from relasi.schema.fields.base import ValueProblem
from relasi.schema.model import Sort
from relasi.store.quality import Doubt, Look

AT_ONCE = 100
INVALID, TWINS, STALE, MISSING = "invalid", "twins", "stale", "missing."
"""What is counted; behind MISSING stands the field."""

_LOOKING = Actor(user_id=None, roles=frozenset(), source=Source.CLI, everything=True)
_IN_ORDER = (Sort("id"),)


@dataclass(frozen=True, slots=True)
class Found:
    """The looks at an entity, the newest first, and what the newest has found."""

    looks: tuple[Look, ...]
    invalid: tuple[Doubt, ...]
    twins: tuple[Doubt, ...]


class QualitySweep:
    """Looks through the records of each entity whose definition says what is expected of them, once a day."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._over: date | None = None
        """The day of which it is known that all has been looked at."""

    def __call__(self, now: datetime) -> bool:
        model = self._records.model
        day = today(now, model.settings.zone)
        if self._over == day:
            return False
        looked_for = [entity.name for entity in model.entities.values() if entity.quality]
        left = [name for name in looked_for if self._go_on(name, day)]
        self._over = None if left else day
        return bool(left)

    @begun_again
    def _go_on(self, entity: str, day: date) -> bool:
        """Whether there may be more to look at. Nobody has to wait while it looks."""
        with self._records.work(_LOOKING, write=False) as work:
            newest = work.store.quality.newest(entity)
            if newest is None or newest.day != day:
                before = Look(entity, day)
            elif newest.cursor is None:
                return False
            else:
                before = newest
            after, doubts = _batch(work, before)
        with self._records.work(_LOOKING) as work:
            if work.store.quality.newest(entity) == newest:  # no other worker was faster
                work.store.quality.put(after, doubts)
                if after.cursor is None:
                    work.store.quality.forget(entity, day)
        return after.cursor is not None


def found(records: Records, actor: Actor, entity: str, limit: int) -> Found:
    """For who may read, change and delete all records of the entity. Raises Forbidden."""
    if not may_look(records, actor, entity):
        raise Forbidden("may_not_read")
    with records.work(actor, write=False) as work:
        quality = work.store.quality
        looks = quality.looks(entity, limit=limit)
        if not looks:
            return Found((), (), ())
        day = looks[0].day
        return Found(
            looks,
            quality.doubts(entity, day, "invalid", limit=limit),
            quality.doubts(entity, day, "twin", limit=limit),
        )


def may_look(records: Records, actor: Actor, entity: str) -> bool:
    rights = records.rights(actor, entity)
    return rights.read is True and rights.update is True and rights.delete is True


def _batch(work: Work, look: Look) -> tuple[Look, Sequence[Doubt]]:
    """The look after some more records, and what it has found in them."""
    recipe = work.ground.recipe(look.entity)
    query = Query(look.entity, work.asking, sort=_IN_ORDER, limit=AT_ONCE, after=look.cursor or None)
    page = work.transaction.find(query)
    alike = twins.find(work, recipe.entity, page.rows)
    counts, doubts = Counter(look.counts), []
    for row in page.rows:
        counts.update(_lacks(work, recipe, row))
        if issues := _issues(work, recipe, row):
            counts[INVALID] += 1
            why = [[each.field, each.code] for each in issues]
            doubts.append(Doubt(look.entity, look.day, row["id"], "", "invalid", why))
        for twin in alike.get(row["id"], ()):
            if twin.id > row["id"]:
                counts[TWINS] += 1
                what = [twin.rule.name, round(twin.likeness, 3)]
                doubts.append(Doubt(look.entity, look.day, row["id"], twin.id, "twin", what))
    done = look.done + len(page.rows)
    return replace(look, counts=dict(counts), done=done, cursor=page.next), doubts


def _lacks(work: Work, recipe: Recipe, row: Row) -> list[str]:
    """What is missing, and whether nobody has changed the record for too long."""
    quality = recipe.entity.quality
    assert quality is not None
    lacking = [f"{MISSING}{name}" for name in quality.expected if row[name] is None]
    is_stale = quality.stale_after is not None and row["updated_at"] < work.now - quality.stale_after
    return [*lacking, STALE] if is_stale else lacking


def _issues(work: Work, recipe: Recipe, row: Row) -> list[Issue]:
    """Why the record would not be saved today as it is."""
    draft = Draft(dict(row), row, row)
    for name, field in recipe.own.items():
        try:
            if row[name] is not None and not field.computed:
                field.type.accept(row[name])
        except ValueProblem as problem:
            draft.refuse(name, problem.code)
    checks.require(work, recipe, [draft])
    checks.refuse(work, recipe, [draft])
    return draft.issues
