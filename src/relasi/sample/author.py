"""The recipes of one entity as written: looks words up, and reports those that mean nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from relasi.schema.fields.base import Report, Value, ValueProblem
from relasi.schema.model import Entity, Field, Model

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """The recipes of one entity as written; `report` gets every mistake with its path below the fields."""

    model: Model
    entity: Entity
    fields: Mapping[str, Any]  # Any: plain YAML
    report: Report

    def value(self, field: Field, path: Path, written: Any) -> Value:  # Any: plain YAML
        """A value of the field; what cannot be one is reported."""
        if written is None:
            return None
        try:
            return field.type.accept(written)
        except ValueProblem as problem:
            choices = field.type.choices()
            word = str(written) if choices else None
            message = f"{written} cannot be the value. {problem.text()}"
            self.report(path, "bad-value", message, word=word, candidates=choices)
            return None

    def values(self, field: Field, path: Path, written: Any) -> list[Value]:  # Any: plain YAML
        """The values of a pool, or of a list written in its place."""
        if isinstance(written, str):
            pools = self.model.sample.pools
            if written not in pools:
                message = f'there is no pool "{written}"'
                self.report(path, "unknown-pool", message, word=written, candidates=pools)
            written = list(pools.get(written, ()))
        if not isinstance(written, list) or not written:
            self.report(path, "wrong-type", "expected the name of a pool, or a list of values")
            return [None]
        return [self.value(field, path, each) for each in written]

    def earlier(self, path: Path, name: Any) -> str:  # Any: plain YAML
        """The name of a field that stands further up."""
        known = list(self.fields)
        above = known[: known.index(str(path[0]))] if path[0] in known else known
        if name not in above:
            message = f'there is no field "{name}" above this one'
            self.report(path, "unknown-field", message, word=str(name), candidates=above)
        return str(name)

    def range(self, path: Path, written: Any) -> tuple[Decimal, Decimal]:  # Any: plain YAML
        """Two numbers, the smaller first."""
        numbers = isinstance(written, list) and all(isinstance(each, int | Decimal) for each in written)
        if not numbers or len(written) != 2 or written[0] > written[1]:
            self.report(path, "wrong-type", "expected two numbers, the smaller one first: [1, 10]")
            return Decimal(0), Decimal(0)
        return Decimal(written[0]), Decimal(written[1])
