"""Several telephone numbers."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import PrivateAttr

from relasi.schema.fields.base import FieldType, Surroundings
from relasi.schema.fields.phone import PhoneField
from relasi.schema.fields.several import Several


class PhonesField(Several):
    """Each is checked and kept like a single one."""

    name: ClassVar[str] = "phones"
    summary: ClassVar[str] = "Several telephone numbers, one in each line; the first is the primary one."

    region: str | None = None
    """The country of numbers without a country code, as two capital letters; that of crm.yaml if absent."""

    _each: PhoneField = PrivateAttr(default_factory=lambda: PhoneField(type="phone"))

    def connect(self, around: Surroundings) -> Self:
        resolved = self.model_copy()
        resolved._each = PhoneField(type="phone", region=self.region).connect(around)
        return resolved

    def each(self) -> FieldType:
        return self._each
