"""The words that a condition is told in: the labels of the Model in one language."""

from __future__ import annotations

from dataclasses import dataclass

from relasi.schema.expressions.names import TEAM
from relasi.schema.labels import from_key, text
from relasi.schema.model import Model


@dataclass(frozen=True, slots=True)
class ModelLabels:
    """Labels for `Expression.describe`."""

    model: Model
    language: str

    def field(self, entity: str, name: str) -> str:
        found = self.model.entities.get(entity)
        field = (found.fields.get(name) or found.tables.get(name)) if found else None
        return text(field.label, self.language) if field else from_key(name)

    def option(self, owner: str, key: str) -> str:
        if owner == TEAM:
            team = self.model.teams.get(key)
            return text(team.label, self.language) if team else from_key(key)
        entity, _, name = owner.partition(".")
        found = self.model.entities.get(entity)
        field = found.fields.get(name) if found else None
        option = field.type.choices().get(key) if field else None
        return text(option.label, self.language) if option else from_key(key)
