"""Encrypted fields: their values on the way into columns and out of them, and how equal ones are found.

A column holds "mark:key:content". The mark is empty where the field cannot be searched.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, false, func, literal_column

from relasi.errors import PlatformError
from relasi.platform.keyring import MARK_LENGTH, Keyring
from relasi.platform.sql.values import decoder, encoder
from relasi.schema.fields.base import FieldType, Kind
from relasi.schema.model import Model

Value = Any  # Any: the value of a field
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Cipher:
    """The values of one field. What is encrypted is bound to the field and the record."""

    keyring: Keyring
    entity: str
    field: str
    type: FieldType

    def encrypted(self, record_id: str, value: Value) -> str | None:
        if value is None:
            return None
        mark = self.keyring.mark(self._found_by(value), *self._place) if self.type.searchable else ""
        text = json.dumps(encoder(self.type.storage())(value), ensure_ascii=False)
        return f"{mark}:{self.keyring.encrypt(text, *self._place, record_id)}"

    def decrypted(self, record_id: str, kept: str | None) -> Value:
        """Raises PlatformError for what is not of this field and record."""
        if kept is None:
            return None
        text = self.keyring.decrypt(kept.partition(":")[2], *self._place, record_id)
        return decoder(self.type.storage())(json.loads(text))

    def is_one_of(self, column: ColumnElement[Any], values: list[Value]) -> ColumnElement[bool]:
        """Whether the column holds one of the values; null where it is null. Needs `searchable`."""
        marks: list[str] = []
        for value in values:
            try:
                marks += self.keyring.marks(self._found_by(value), *self._place)
            except ValueError:  # more decimal places than the field has: nothing holds that
                continue
        return marked(column).in_(marks) if marks else false()

    @property
    def _place(self) -> tuple[str, str, str]:
        return "field", self.entity, self.field

    def _found_by(self, value: Value) -> str:
        """Equal for values that count as equal: case, width and spaces do not matter."""
        storage = self.type.storage()
        if storage.kind is Kind.TEXT:
            return " ".join(unicodedata.normalize("NFKC", value).casefold().split())
        return json.dumps(encoder(storage)(value))


Ciphers = Mapping[str, Cipher]
"""Those of an entity by field."""


def ciphers_of(model: Model, keyring: Keyring) -> dict[str, Ciphers]:
    """Those of the entities that have any."""
    found = {
        name: {
            field.name: Cipher(keyring, name, field.name, field.type)
            for field in entity.own_fields
            if field.type.is_encrypted
        }
        for name, entity in model.entities.items()
    }
    return {name: ciphers for name, ciphers in found.items() if ciphers}


def locked(ciphers: Ciphers, record_id: str, row: Values) -> Values:
    """The row as its table keeps it."""
    held = {name: each.encrypted(record_id, row[name]) for name, each in ciphers.items() if name in row}
    return {**row, **held} if held else row


def unlock(ciphers: Ciphers, row: dict[str, Value]) -> None:
    """Puts the values into a row, which has its id, as the table keeps it."""
    for name, each in ciphers.items():
        if name in row:
            row[name] = each.decrypted(row["id"], row[name])


def demand_searchable(cipher: Cipher) -> Cipher:
    """Raises PlatformError for a field that can only be read."""
    if cipher.type.searchable is None:
        raise PlatformError("not_searchable", field=cipher.field)
    return cipher


def marked(column: ColumnElement[Any]) -> ColumnElement[str]:
    """What the index of a searchable field is made of."""
    return func.substr(column, literal_column("1"), literal_column(str(MARK_LENGTH)), type_=Text())
