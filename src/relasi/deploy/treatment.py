"""What a change does with the value of each record: worked out in the same way for the plan and the apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from relasi.deploy.changes import AddColumn, FillEmpty, Rewrite, Tighten
from relasi.deploy.fill import Fill, Row
from relasi.deploy.recast import Recast
from relasi.platform.sql.values import decoder, encoder
from relasi.schema.fields.base import FieldType, Value, ValueProblem
from relasi.store.trash import Thrown

Kind = Literal["kept", "empty", "converted", "replaced", "filled", "reverted", "restored"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`kept` and `empty` change nothing."""

    kind: Kind
    value: Value


@dataclass(frozen=True, slots=True)
class Treatment:
    """`source` is what the record as it was calls the value, None for a field that it did not have.

    `originals` come from the trash: what the values were before they `became` what they are.
    """

    change: Rewrite | FillEmpty | Tighten | AddColumn
    new: FieldType
    source: str | None = None
    old: FieldType | None = None
    recast: Recast | None = None
    fill: Fill | None = None
    is_demanded: bool = False
    """Whether a record must have a value from now on, and need not have had one."""
    originals: Mapping[str, Thrown] = field(default_factory=dict)
    was_derived: bool = False
    """Whether nobody can have entered another value since the originals went to the trash."""

    @property
    def is_secret(self) -> bool:
        """Whether the values are encrypted, before or after."""
        return self.new.is_encrypted or (self.old is not None and self.old.is_encrypted)

    @property
    def reads(self) -> frozenset[str]:
        """What it has to know of a record, by the names that were."""
        own = frozenset([self.source]) if self.source else frozenset[str]()
        return own | self.fill.reads if self.fill else own

    def outcome(self, key: str, row: Row) -> Outcome:
        """Raises ValueProblem where the value stands in the way of the change."""
        value = row[self.source] if self.source else None
        match self.change:
            case AddColumn():
                return self._restored(key, row)
            case FillEmpty():
                return Outcome("kept", value) if value is not None else self._filled(key, row)
            case Tighten():
                return self._tested(value)
            case Rewrite():
                return self._rewritten(key, row, value)

    def _restored(self, key: str, row: Row) -> Outcome:
        if key in self.originals and self.recast:
            try:
                kept = decoded(self.recast.old, self.originals[key].value)
                return Outcome("restored", self.recast.value(kept))
            except ValueProblem:
                pass  # it no longer fits, and stays in the trash
        return self._filled(key, row)

    def _filled(self, key: str, row: Row) -> Outcome:
        value = self.fill.value(key, row) if self.fill else None
        if value is None and self.is_demanded:
            raise ValueProblem("required")
        return Outcome("empty", None) if value is None else Outcome("filled", value)

    def _tested(self, value: Value) -> Outcome:
        if value is None and self.is_demanded and self.fill is None:
            raise ValueProblem("required")
        self.new.accept(value)
        return Outcome("kept", value)

    def _rewritten(self, key: str, row: Row, value: Value) -> Outcome:
        original = self.originals.get(key)
        if original is not None and (self.was_derived or self._is_untouched(value, original)):
            return Outcome("reverted", decoded(self.new, original.value))
        if value is None:
            return self._filled(key, row) if self.is_demanded and self.fill else Outcome("empty", None)
        try:
            return self._converted(value)
        except ValueProblem:
            if self.new.unconvertible == "stop":
                raise
        if self.new.unconvertible == "empty" or self.fill is None:
            return Outcome("replaced", None)
        return Outcome("replaced", self.fill.value(key, row))

    def _is_untouched(self, value: Value, original: Thrown) -> bool:
        return self.old is not None and encoded(self.old, value) == original.became

    def _converted(self, value: Value) -> Outcome:
        assert self.recast is not None
        result = self.recast.value(value)
        is_same = self.recast.old.name == self.new.name and result == value
        return Outcome("kept" if is_same else "converted", result)


def encoded(type_: FieldType, value: Value) -> Any:  # Any: JSON
    """The value as the trash keeps it."""
    return None if value is None else encoder(type_.storage())(value)


def decoded(type_: FieldType, kept: Any) -> Value:  # Any: JSON
    return None if kept is None else decoder(type_.storage())(kept)
