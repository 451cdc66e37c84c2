"""The form that an actor has before them: which fields apply to a record, must be filled, or are locked.

It holds on every channel, not only on a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from relasi.records.view import View
from relasi.schema.expressions import Expression, Situation
from relasi.schema.model import Entity, Field, Form, RowTable


@dataclass(frozen=True, slots=True)
class Sheet:
    """The conditions of a field and those of its section on the form, asked of one record."""

    form: Form
    situation: Situation

    @classmethod
    def of(cls, view: View, entity: Entity, situation: Situation) -> Self:
        """The first form that is for the record and for the actor; the last is for all."""
        *some, last = entity.forms
        roles = view.actor.roles
        found = (
            form
            for form in some
            if (not form.roles or form.roles & roles) and (form.when is None or form.when.evaluate(situation))
        )
        return cls(next(found, last), situation)

    def shows(self, field: Field | RowTable) -> bool:
        """A field that is not on the form can be filled all the same: by an import, or by others."""
        section = self.form.places.get(field.name)
        conditions = (field.visible_when, section.visible_when if section else None)
        return all(each is None or self._true(each) for each in conditions)

    def demands(self, field: Field) -> bool:
        section = self.form.places.get(field.name)
        return (
            field.type.required
            or self._true(field.required_when)
            or (section is not None and self._true(section.required_when))
        )

    def locks(self, field: Field) -> bool:
        section = self.form.places.get(field.name)
        return self._true(field.read_only_when) or (
            section is not None and self._true(section.read_only_when)
        )

    def closes(self, table: RowTable) -> bool:
        """Whether the rows of a table stay as they are, because of the section that it stands in."""
        section = self.form.places.get(table.name)
        return section is not None and self._true(section.read_only_when)

    def _true(self, condition: Expression | None) -> bool:
        return condition is not None and bool(condition.evaluate(self.situation))
