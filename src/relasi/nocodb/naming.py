"""What rows say for people to read: what the record is called, and those that it links to."""

from __future__ import annotations

from collections.abc import Mapping

from relasi.nocodb.client import Cell, same
from relasi.nocodb.client import Row as SheetRow
from relasi.nocodb.layout import Sheet, Spot
from relasi.nocodb.wanted import mirrored, mirrored_fields
from relasi.platform.query import Row
from relasi.records.links import target_of
from relasi.records.titles import USER, Titles
from relasi.records.view import View
from relasi.schema.model import Entity, Field


class Naming:
    """The cells beside the values, none of which tells what is kept out of NocoDB."""

    def __init__(self, view: View, entity: Entity, sheet: Sheet) -> None:
        self._view = view
        self._entity = entity
        self._sheet = sheet
        self._told = {
            name: frozenset(("id", "version", *(each.name for each in mirrored_fields(view.entity(name)))))
            for name in mirrored(view.ground.model)
        }
        self._titles = Titles(view, view.ground.model.settings.languages[0], self._visible)

    def cells(self, record: Row, row: SheetRow | None) -> dict[str, Cell]:
        """Those that the row does not have yet."""
        sheet = self._sheet
        wanted: dict[Spot, Cell] = {sheet.record: record["id"], sheet.version: record["version"]}
        if sheet.title is not None:
            told = self._only_told(self._entity.name, record)
            wanted[sheet.title] = self._titles.of(self._entity, told) or None
        for name, spot in sheet.twins.items():
            wanted[spot] = self._name(self._entity.fields[name], record[name])
        held: Mapping[str, Cell] = row or {}
        return {spot.title: cell for spot, cell in wanted.items() if not same(cell, held.get(spot.title))}

    def _name(self, field: Field, value: str | None) -> str | None:
        if value is None:
            return None
        if not field.links_to:
            user = self._view.store.users.get(value)
            return user.full_name if user else None
        entity, key = target_of(field, value)
        row = self._visible(entity, key)
        return self._titles.of(self._view.entity(entity), row) if row else None

    def _visible(self, entity: str, key: str) -> Row | None:
        row = self._view.follow(entity, key) if entity in self._told and entity != USER else None
        return row and self._only_told(entity, row)

    def _only_told(self, entity: str, row: Row) -> Row:
        return {name: value if name in self._told[entity] else None for name, value in row.items()}
