"""Draws the rows of one set: each field by its recipe, or by its type where it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from relasi.sample.author import Author
from relasi.sample.by_type import by_type
from relasi.sample.mending import Values
from relasi.sample.recipes import Recipe, moment, recipes
from relasi.sample.scene import TRIES, Scene
from relasi.schema.fields.base import Value
from relasi.schema.model import Entity, Field, Model
from relasi.schema.samples import SampleSet


@dataclass(slots=True)
class Drawing:
    """`at` draws when a record was entered; without it, that is now."""

    entity: Entity
    recipes: Mapping[str, Recipe]
    at: Recipe | None
    taken: set[tuple[Value, ...]] = field(default_factory=set)

    @classmethod
    def of(cls, model: Model, wanted: SampleSet) -> Drawing:
        entity = model.entities[wanted.entity]
        author = Author(model, entity, wanted.recipes, _checked_before)
        found = recipes(author)
        for each in entity.own_fields:
            if each.name not in wanted.recipes and not _fills_itself(each):
                found[each.name] = partial(by_type, each)
        return cls(entity, found, None if wanted.at is None else moment(author, wanted.at))

    @property
    def looks_at_itself(self) -> bool:
        """Whether a record may link to an earlier one of the same entity."""
        own = (self.entity.fields[name] for name in self.recipes)
        return any(self.entity.name in each.links_to for each in own)

    def fresh(self, scene: Scene, n: int) -> tuple[Values, datetime | None]:
        """A row that can stand beside those before it, if one is found, and when it was entered."""
        row = self.row(scene, n)
        for _ in range(TRIES):
            if self._is_fresh(row):
                break
            row = self.row(scene, n)
        at = self.at(scene) if self.at else None
        return row, at if isinstance(at, datetime) else None

    def row(self, scene: Scene, n: int) -> Values:
        scene.values, scene.n = {}, n
        for name, recipe in self.recipes.items():
            value = recipe(scene)
            if value is not None:
                scene.values[name] = value
        return scene.values

    def _is_fresh(self, row: Values) -> bool:
        """Whether the row has all that it must have of what occurs once together, such as the ends of a pair,
        and none before it had the same."""
        entity = self.entity
        names = {name for group in entity.unique_together for name in group}
        lacks = any(entity.fields[name].type.required and row.get(name) is None for name in names)
        keys = {(group, *(row.get(name) for name in group)) for group in entity.unique_together}
        is_fresh = not lacks and keys.isdisjoint(self.taken)
        self.taken |= keys
        return is_fresh


def _fills_itself(field: Field) -> bool:
    """Fields with a default or a number, those made of others, and those that only sometimes make sense."""
    conditional = field.visible_when or field.required_when or field.type.read_only
    made = field.computed or field.derivation is not None
    starts = field.type.default is not None or field.default_from is not None
    return bool(conditional) or made or starts


def _checked_before(*_: Any, **__: Any) -> None:
    """`check_sample` has reported what is wrong."""
