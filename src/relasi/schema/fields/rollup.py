"""Values summed up over the records that link to one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, model_validator
from pydantic_core import PydanticCustomError

from relasi.diagnostics import nearest
from relasi.schema.fields.base import FieldSpec

FUNCTIONS = ("count", "sum", "average", "min", "max", "first", "last")
"""The keys of which a rollup has one: what it does with the records."""
_ORDERED = ("first", "last")


def is_misspelt(functions: Iterable[str], spec: type[BaseModel], written: object) -> bool:
    """Whether a key that `spec` does not know was to be one of the functions: then that is the mistake."""
    return isinstance(written, dict) and any(
        nearest(key, functions) for key in written if key not in spec.model_fields
    )


class OneFunction:
    """Of several keys, one says what is done with the records, and with which of their fields."""

    functions: ClassVar[tuple[str, ...]]

    @property
    def function(self) -> str:
        return next(key for key in self.functions if getattr(self, key) is not None)

    @property
    def field(self) -> str | None:
        """The field that the function works on, None for a count."""
        name = getattr(self, self.function)
        return name if isinstance(name, str) else None


class RollupSpec(FieldSpec, OneFunction):
    name: ClassVar[str] = "rollup"
    functions: ClassVar[tuple[str, ...]] = FUNCTIONS
    summary: ClassVar[str] = (
        "A count, a sum or another figure over the records that link to this one; one of `count`, `sum`, "
        "`average`, `min`, `max`, `first` and `last` says which."
    )

    of: str
    """The records and the field through which they link to this one: `task.about`."""
    count: Literal[True] | None = None
    """`count: true` counts the records."""
    sum: str | None = None
    """The field of those records whose values are added up; 0 where there are none."""
    average: str | None = None
    """The field whose average is taken over the records where it is filled."""
    min: str | None = None
    """The field whose smallest value is taken."""
    max: str | None = None
    """The field whose greatest value is taken."""
    first: str | None = None
    """The field whose value is taken from the first record."""
    last: str | None = None
    """The field whose value is taken from the last record."""
    by: str | None = None
    """The field that puts the records in order for `first` and `last`; if absent, when they were created.
    Records where it is empty count only when all are."""
    over: str | None = None
    """The field of this entity that makes a tree of its records: then also what links to a record below this
    one counts. With the entity alone in `of`, the record itself and all records below it count."""
    where: str | bool | None = None
    """The condition on the records that count; all of them if absent."""

    @model_validator(mode="before")
    @classmethod
    def _one_function(cls, written: Any) -> Any:  # Any: plain YAML
        found = [key for key in FUNCTIONS if isinstance(written, dict) and written.get(key) is not None]
        if not found and is_misspelt(FUNCTIONS, cls, written):
            return written
        if len(found) != 1:
            message = "a rollup needs one of count, sum, average, min, max, first and last"
            context = {"help": "write count: true, or the function and a field of the records: sum: amount"}
            raise PydanticCustomError("rollup_function", message, context)
        if written.get("by") is not None and found[0] not in _ORDERED:
            context = {"function": found[0], "help": 'take "by" away, or write first or last'}
            raise PydanticCustomError("rollup_order", '"by" means nothing to {function}', context)
        return written
