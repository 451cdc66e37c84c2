"""A drawn record that its entity refuses is drawn anew where it was wrong, as a person would correct it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from relasi.errors import Issue
from relasi.sample.by_type import by_type
from relasi.sample.scene import Scene
from relasi.schema.fields.base import Value
from relasi.schema.model import Entity

Values = Mapping[str, Value]

_KEPT = 0.8
"""How often a field that need not be filled is tried again before it is left empty."""


@dataclass(frozen=True, slots=True)
class Mending:
    """`draw` makes another row of the same number."""

    entity: Entity
    scene: Scene
    draw: Callable[[], Values]

    def of(self, row: Values, issues: Sequence[Issue]) -> Values:
        """The row with other values where it was wrong; another row where no single field is to blame."""
        demanded = {issue.field for issue in issues if issue.code == "required"}
        made = dict(row)
        for issue in issues:
            field = self.entity.fields.get(issue.field or "")
            if field is None or field.computed or issue.code == "refused":
                return self._other()
            made.pop(field.name, None)
            is_demanded = field.type.required or field.name in demanded
            does_apply = issue.code != "does_not_apply"
            if is_demanded or (does_apply and self.scene.random.random() < _KEPT):
                value = by_type(field, self.scene, demanded=is_demanded)
                made |= {} if value is None else {field.name: value}
        return made

    def _other(self) -> Values:
        """Another row, without some of what need not be filled: values may contradict each other. What is
        drawn for a state goes with that state."""
        state = self.entity.process.field if self.entity.process else None
        return {
            name: value
            for name, value in self.draw().items()
            if self.entity.fields[name].type.required or name == state or self.scene.random.random() < _KEPT
        }
