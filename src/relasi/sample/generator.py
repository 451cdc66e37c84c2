"""Makes the sample through the recipe of every write, so that numbers, rules and the audit trail are real."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

from relasi.errors import Invalid
from relasi.platform.again import begun_again
from relasi.records import Actor, Records, RowResult, Source, Work
from relasi.sample.author import Author
from relasi.sample.by_type import by_type
from relasi.sample.mending import Mending, Values
from relasi.sample.recipes import Recipe, recipes
from relasi.sample.scene import Scene
from relasi.schema.fields.base import Value
from relasi.schema.model import Entity, Field, Model
from relasi.schema.samples import SampleSet
from relasi.store.users import User

_IN_A_ROW = 8
"""How many records one person enters before the next one does."""
_TRIES = 200
"""How often a record is drawn until it repeats no other where it must not."""


@begun_again
def make_sample(
    records: Records, users: Sequence[User], password_hashes: Mapping[str, str], *, seed: int = 1
) -> dict[str, int]:
    """Adds the users (`password_hashes` by name) and the records, all in one transaction.

    The same for the same seed, clock and Model. Returns how many records of each entity were made. Raises
    Invalid where a recipe makes a record that its entity refuses, DuplicateValue for a user name in use.
    """
    nobody = Actor(user_id=None, roles=frozenset(), source=Source.SAMPLE, everything=True)
    made = {}
    with records.work(nobody) as work:
        for user in users:
            work.store.users.add(user, password_hashes.get(user.name))
        scene = Scene(Random(seed), work.now, records.model.settings.zone, users)  # noqa: S311  # no secret
        for wanted in records.model.sample.sets:
            made[wanted.entity] = _make_set(work, records.model, wanted, scene)
    return made


def _make_set(work: Work, model: Model, wanted: SampleSet, scene: Scene) -> int:
    entity = model.entities[wanted.entity]
    drawn = _recipes(model, entity, wanted.recipes)
    earlier = scene.earlier.setdefault(entity.name, [])
    taken: set[tuple[Value, ...]] = set()
    for first in range(0, wanted.count, _IN_A_ROW):
        numbers = range(first + 1, min(first + _IN_A_ROW, wanted.count) + 1)
        rows = [_fresh_row(entity, taken, partial(_row, drawn, scene, n)) for n in numbers]
        somebody = _as_somebody(work, scene)
        for n, row, result in zip(numbers, rows, somebody.create_many(entity.name, rows), strict=True):
            scene.n = n
            earlier.append(
                _entered(somebody, row, result, Mending(entity, scene, partial(_row, drawn, scene, n)))
            )
    return len(earlier)


def _entered(work: Work, row: Values, result: RowResult, mending: Mending) -> dict[str, Value]:
    """The row as it was taken at last, with its id."""
    for _ in range(_TRIES):
        if result.id is not None:
            return {**row, "id": result.id}
        row = mending.of(row, result.issues)
        (result,) = work.create_many(mending.entity.name, [row])
    raise Invalid(result.issues)


def _fresh_row(
    entity: Entity, taken: set[tuple[Value, ...]], draw: Callable[[], Mapping[str, Value]]
) -> Mapping[str, Value]:
    """A row that can stand beside those before it, if one is found."""
    row = draw()
    for _ in range(_TRIES):
        if _is_fresh(entity, row, taken):
            break
        row = draw()
    return row


def _is_fresh(entity: Entity, row: Mapping[str, Value], taken: set[tuple[Value, ...]]) -> bool:
    """Whether the row has all that it must have of what occurs once together, such as the ends of a pair, and
    none before it had the same."""
    names = {name for group in entity.unique_together for name in group}
    lacks = any(entity.fields[name].type.required and row.get(name) is None for name in names)
    keys = {(group, *(row.get(name) for name in group)) for group in entity.unique_together}
    is_fresh = not lacks and keys.isdisjoint(taken)
    taken |= keys
    return is_fresh


def _as_somebody(work: Work, scene: Scene) -> Work:
    if not scene.users:
        return work
    return replace(work, actor=replace(work.actor, user_id=scene.random.choice(scene.users).id))


def _row(drawn: Mapping[str, Recipe], scene: Scene, n: int) -> dict[str, Value]:
    scene.values, scene.n = {}, n
    for name, recipe in drawn.items():
        value = recipe(scene)
        if value is not None:
            scene.values[name] = value
    return scene.values


def _recipes(model: Model, entity: Entity, written: Mapping[str, Any]) -> dict[str, Recipe]:
    found = recipes(Author(model, entity, written, _checked_before))
    for field in entity.own_fields:
        if field.name not in written and not _fills_itself(field):
            found[field.name] = partial(by_type, field)
    return found


def _fills_itself(field: Field) -> bool:
    """Fields with a default or a number, those made of others, and those that only sometimes make sense."""
    conditional = field.visible_when or field.required_when or field.type.read_only
    made = field.computed or field.derivation is not None
    starts = field.type.default is not None or field.default_from is not None
    return bool(conditional) or made or starts


def _checked_before(*_: object, **__: object) -> None:
    """`check_sample` has reported what is wrong."""
