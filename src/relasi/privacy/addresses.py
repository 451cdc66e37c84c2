"""Where a person is written to or called: what is found of somebody in messages and notes by these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from relasi.platform.lookup import all_rows
from relasi.platform.query import Query, Row, Search
from relasi.records.anonymising import Place
from relasi.records.view import View
from relasi.schema.fields.email import EmailField
from relasi.schema.fields.emails import EmailsField
from relasi.schema.fields.phone import PhoneField
from relasi.schema.fields.phones import PhonesField
from relasi.schema.model import Entity, Field
from relasi.store.audit import Change
from relasi.store.consents import folded
from relasi.store.erasing import Told

_ADDRESSES = (EmailField, EmailsField, PhoneField, PhonesField)


def addresses_in(view: View, rows: Mapping[Place, Row], changes: Iterable[Change]) -> frozenset[str]:
    """The personal addresses that the records have, and those that they had, as `folded` writes them."""
    found: set[str] = set()
    for (entity, _), row in rows.items():
        for field in _fields(view.entity(entity)):
            found.update(_read(row[field.name]))
    for change in changes:
        for field in _fields(view.entity(change.entity)):
            for value in change.fields.get(field.name, ()):
                found.update(_read(value))
    return frozenset(found)


def others_with(view: View, addresses: frozenset[str], besides: Collection[Place]) -> frozenset[str]:
    """Those of the addresses that other records have as well: a family's, or a front desk's."""
    taken: set[str] = set()
    for entity in view.ground.model.entities.values():
        names = [field.name for field in _fields(entity, personal=False) if not field.type.is_encrypted]
        for address in addresses if names else ():
            query = Query(entity.name, view.asking, search=Search(address, tuple(names)), fields=tuple(names))
            for row in all_rows(view.transaction, query):
                if (entity.name, row["id"]) not in besides:
                    taken.update(each for name in names for each in _read(row[name]) if each == address)
    return frozenset(taken)


def told_by(places: Iterable[Place], addresses: frozenset[str]) -> Told:
    """By what the engine tells of the records and of whoever has the addresses."""
    return Told(frozenset(f"{entity}/{key}" for entity, key in places), addresses)


def _fields(entity: Entity, *, personal: bool = True) -> Iterator[Field]:
    for field in entity.own_fields:
        if isinstance(field.type, _ADDRESSES) and (field.personal is not None or not personal):
            yield field


def _read(value: Any) -> Iterator[str]:  # Any: a value, or what the type dumps of one
    """Those of a value, one in each line."""
    return map(folded, value.splitlines()) if isinstance(value, str) else iter(())
