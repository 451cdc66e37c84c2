"""What the steps of a write need to know of an entity, sorted out once. Their order stands in `work`."""

from __future__ import annotations

from relasi.schema.derivations import is_binding
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import Moment, Value
from relasi.schema.fields.expression import ExpressionField
from relasi.schema.fields.long_text import LongTextField
from relasi.schema.fields.series import SeriesField
from relasi.schema.fields.several import Several
from relasi.schema.fields.tree import TreeField
from relasi.schema.fields.user import UserField
from relasi.schema.model import Entity, Field, Personal


class Recipe:
    """The fields of an entity by what the steps of a write do with them."""

    def __init__(self, entity: Entity, awaited: frozenset[str] = frozenset()) -> None:
        """`awaited` are fields on which people may be deciding."""
        self.entity = entity
        self.awaited = awaited
        own = tuple(entity.own_fields)
        self.own = {field.name: field for field in own}
        self.series = tuple((field, field.type) for field in own if isinstance(field.type, SeriesField))
        self.computed = frozenset(field.name for field in own if is_binding(field.derivation))
        self.links = tuple(field for field in own if field.links_to and not field.computed)
        self.trees = tuple(field.name for field in own if isinstance(field.type, TreeField))
        self.narrowed = tuple(
            field for field in own if (field.option_conditions or field.where) and not field.computed
        )
        texts = (field for field in own if isinstance(field.type, LongTextField) and field.type.mentions)
        self.mentioning = tuple(field.name for field in texts)
        self.users = tuple(field for field in own if isinstance(field.type, UserField) and not field.computed)
        self.attached = tuple(
            (field.name, field.type)
            for field in own
            if isinstance(field.type, Attached) and not field.computed
        )
        self.conditions = tuple(
            (field.name, field.type.of)
            for field in own
            if isinstance(field.type, ExpressionField) and not field.computed
        )
        self.state = entity.process.field if entity.process else None
        self.guarded = tuple(field for field in own if self._is_guarded(field))
        self.demanding = tuple(field for field in own if self._may_demand(field))
        self.conditional = tuple(
            field for field in own if field.visible_when or field.name in self._in_sections("visible_when")
        )
        single = (field for field in own if field.type.unique and not isinstance(field.type, Several))
        self.unique = tuple((field.name,) for field in single) + entity.unique_together
        self.unique_lines = tuple(
            field.name for field in own if field.type.unique and isinstance(field.type, Several)
        )
        self.defaults = tuple(field for field in own if field.type.default is not None)
        self.filled = tuple(field for field in own if field.default_from is not None)
        self.encrypted = frozenset(field.name for field in own if field.type.is_encrypted)
        self.personal = frozenset(field.name for field in own if field.personal)
        self.special = tuple(field for field in own if field.personal is Personal.SPECIAL)
        self.dumps = {field.name: field.type.dump for field in own}
        self.blank: dict[str, Value] = {field.name: None for field in own}

    def _is_guarded(self, field: Field) -> bool:
        """Whether there is anybody who may not simply write the field."""
        conditional = field.read_only_when is not None or field.name in self._in_sections("read_only_when")
        grants = self.entity.access.values()
        for_some = field.name in self.entity.writers or any(
            field.name in (*each.locked, *each.masks) for each in grants
        )
        return field.name == self.state or field.computed or field.type.read_only or conditional or for_some

    def _may_demand(self, field: Field) -> bool:
        conditional = field.required_when is not None or field.name in self._in_sections("required_when")
        return not field.computed and (field.type.required or conditional)

    def _in_sections(self, key: str) -> frozenset[str]:
        """The fields that stand in a section with such a condition, on any form."""
        sections = (section for section in self.entity.form if getattr(section, key) is not None)
        return frozenset(name for section in sections for row in section.rows for name in row)

    def with_defaults(self, moment: Moment) -> dict[str, Value]:
        """All own fields, empty but for their defaults."""
        values = dict(self.blank)
        for field in self.defaults:
            values[field.name] = field.type.default_value(moment)
        return values
