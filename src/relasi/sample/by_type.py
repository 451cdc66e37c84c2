"""Values for fields without a recipe, told by what kind of value the field holds."""

from __future__ import annotations

from relasi.sample.scene import Scene
from relasi.schema.fields.base import FieldType, Kind, Value
from relasi.schema.fields.decimal import Quantity
from relasi.schema.fields.email import EmailField
from relasi.schema.fields.rating import RatingField
from relasi.schema.fields.user import UserField
from relasi.schema.labels import from_key
from relasi.schema.model import Field


def by_type(field: Field, scene: Scene, *, demanded: bool = False) -> Value:
    """Something plausible; None where a guess would be noise, such as text that nobody demands."""
    demanded = demanded or field.type.required
    kind = field.type.storage().kind
    if field.links_to:
        return _linked(field, scene)
    if choices := list(field.type.choices()):
        return [scene.random.choice(choices)] if kind is Kind.TEXT_LIST else scene.random.choice(choices)
    if isinstance(field.type, UserField):
        return scene.random.choice(scene.users).id if scene.users else None
    if kind is Kind.TEXT:
        text = field.type.example(scene.n) or f"{from_key(field.name)} {scene.n}"
        return text if demanded or isinstance(field.type, EmailField) else None
    if kind in (Kind.DATE, Kind.DATETIME):
        moment = scene.not_later(scene.working_moment(-scene.random.randint(0, 30)))
        return moment.astimezone(scene.zone).date() if kind is Kind.DATE else moment
    if kind is Kind.BOOLEAN:
        return scene.random.random() < 0.5
    return _number(field.type, scene) if kind in (Kind.INTEGER, Kind.DECIMAL) else None


def _linked(field: Field, scene: Scene) -> Value:
    earlier = {entity: scene.earlier[entity] for entity in field.links_to if scene.earlier.get(entity)}
    if not earlier:
        return None
    (entity,) = scene.random.choices(list(earlier), [len(ids) for ids in earlier.values()])
    key = scene.random.choice(earlier[entity])
    return key if len(field.links_to) == 1 else f"{entity}/{key}"


def _number(type_: FieldType, scene: Scene) -> int:
    if isinstance(type_, RatingField):
        return scene.random.randint(1, type_.max)
    low = int(type_.min) if isinstance(type_, Quantity) and type_.min is not None else 1
    high = int(type_.max) if isinstance(type_, Quantity) and type_.max is not None else low + 99
    return scene.random.randint(min(low, high), max(low, high))
