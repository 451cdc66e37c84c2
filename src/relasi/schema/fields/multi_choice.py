"""Several of a list of options."""

from __future__ import annotations

from typing import Any, ClassVar

from relasi.schema.expressions import types
from relasi.schema.fields.base import Kind, Moment, Reading, Showing, Storage, Value, ValueProblem, Widget
from relasi.schema.fields.choice import ChoiceField


class MultiChoiceField(ChoiceField):
    """Values are tuples of keys in the order of the options, each once."""

    name: ClassVar[str] = "multi_choice"
    summary: ClassVar[str] = "Any number of a list of options."
    widget: ClassVar[Widget] = Widget.MULTISELECT

    def storage(self) -> Storage:
        return Storage(Kind.TEXT_LIST)

    def expression_type(self) -> types.Type:
        return types.MultiChoice(tuple(self._choices))

    def keep(self, value: Value) -> Value:
        if not isinstance(value, (list, tuple, set, frozenset)):
            raise self._refused(value)
        chosen = {super(MultiChoiceField, self).keep(each) for each in value}
        return tuple(key for key in self._choices if key in chosen) or None

    def parse(self, text: str, reading: Reading) -> Value:
        """Options separated by ";", or by "," where there is no ";"."""
        try:
            return self.accept([super().parse(text, reading)])
        except ValueProblem:
            parts = [part.strip() for part in text.split(";" if ";" in text else ",")]
            return self.accept([super(MultiChoiceField, self).parse(part, reading) for part in parts if part])

    def authored(self, written: Any, moment: Moment) -> Value:  # Any: a plain value of YAML
        """One word stands for a list of one."""
        return self.accept([written] if isinstance(written, str) else written)

    def show(self, value: Value, showing: Showing) -> str:
        labels = [super(MultiChoiceField, self).show(each, showing) for each in value]
        return ("; " if any("," in label for label in labels) else ", ").join(labels)

    def dump(self, value: Value) -> list[str]:
        return list(value)
