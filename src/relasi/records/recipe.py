"""What the recipe needs to know of an entity, sorted out once."""

from __future__ import annotations

from relasi.schema.fields.base import Moment, Value
from relasi.schema.fields.series import SeriesField
from relasi.schema.fields.user import UserField
from relasi.schema.model import Entity


class Recipe:
    """The fields of an entity by what the steps of a write do with them."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        own = tuple(entity.own_fields)
        self.own = {field.name: field for field in own}
        self.series = tuple((field, field.type) for field in own if isinstance(field.type, SeriesField))
        self.links = tuple(field for field in own if field.links_to)
        self.users = tuple(field for field in own if isinstance(field.type, UserField))
        self.required = tuple(field for field in own if field.type.required and not field.type.computed)
        self.required_when = tuple(field for field in own if field.required_when is not None)
        self.read_only_when = tuple(field for field in own if field.read_only_when is not None)
        self.unique = tuple((name,) for name in self._single_unique()) + entity.unique_together
        self.defaults = tuple(field for field in own if field.type.default is not None)
        self.state = entity.process.field if entity.process else None
        self.dumps = {field.name: field.type.dump for field in own}
        self.blank: dict[str, Value] = {field.name: None for field in own}

    def _single_unique(self) -> tuple[str, ...]:
        return tuple(
            field.name for field in self.own.values() if field.type.unique and not field.type.computed
        )

    def with_defaults(self, moment: Moment) -> dict[str, Value]:
        """All own fields, empty but for their defaults."""
        values = dict(self.blank)
        for field in self.defaults:
            values[field.name] = field.type.default_value(moment)
        return values
