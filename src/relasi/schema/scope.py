"""The Model as expressions see it: for conditions that people write while Relasi runs, such as filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from relasi.schema.expressions import ScopeField
from relasi.schema.expressions.types import Choice, Files, MultiChoice, Rows, Type
from relasi.schema.fields.base import FieldType
from relasi.schema.model import Entity, Model, RowTable


@dataclass(frozen=True, slots=True)
class ModelScope:
    """A scope of the expression language over a finished Model."""

    model: Model
    entity: str
    has_old: bool = False
    has_user: bool = True
    outer: str | None = None

    def field(self, entity: str, name: str) -> ScopeField | None:
        found = self.model.entities.get(entity)
        field = found.fields.get(name) if found else None
        if found is not None and name in found.tables:
            return ScopeField(rows_type(found, found.tables[name], self.model))
        if found is None or field is None:
            return None
        type_ = owned(field.type.expression_type(), entity, name)
        return ScopeField(type_, _kinds(found, name), weights_of(field.type))

    @property
    def teams(self) -> Mapping[str, frozenset[str]]:
        return self.model.branches

    def trees(self, entity: str) -> tuple[str, ...]:
        found = self.model.entities.get(entity)
        return found.trees if found else ()

    def fields(self, entity: str) -> Iterable[str]:
        found = self.model.entities.get(entity)
        return found.fields if found else ()


def rows_type(entity: Entity, table: RowTable, model: Model) -> Rows:
    """A table as conditions ask about it."""
    fields = model.entities[table.entity].fields
    targets = fields[table.other].links_to if table.other else (table.entity,)
    prefix = f"{entity.name}/" if len(fields[table.link].links_to) > 1 else ""
    return Rows(table.entity, table.link, table.other or "id", targets, prefix)


def owned(type_: Type, entity: str, name: str) -> Type:
    """A choice that knows whose options it has, files whose they are; field types do not know the name of
    their field."""
    if isinstance(type_, Choice | Files | MultiChoice):
        return replace(type_, owner=f"{entity}.{name}")
    return type_


def weights_of(type_: FieldType) -> dict[str, Decimal]:
    """The options that have a weight."""
    return {key: option.weight for key, option in type_.choices().items() if option.weight is not None}


def _kinds(entity: Entity, name: str) -> dict[str, str] | None:
    process = entity.process
    if process is None or process.field != name:
        return None
    return {state.name: state.kind.value for state in process.states.values()}
