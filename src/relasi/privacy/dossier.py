"""Everything about a person as data: records, their history, and what the engine tells of them.

The person gets what is about the person. What is about others is left out, and that it is stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from relasi.platform.query import Row
from relasi.privacy.addresses import addresses_in, others_with, told_by
from relasi.privacy.belonging import Belongings, belongings
from relasi.records.anonymising import Place
from relasi.records.links import references_of
from relasi.records.people import is_person
from relasi.records.titles import USER, Titles
from relasi.records.view import View
from relasi.schema.fields.attached import FILE, Attached
from relasi.schema.fields.base import Showing, Value
from relasi.schema.holes import showing_in
from relasi.schema.labels import text
from relasi.schema.model import Entity, Field
from relasi.store.audit import Change
from relasi.store.files import File
from relasi.texts import say

Data = dict[str, Any]  # Any: JSON

_OURS = ("user_id", "on_behalf_of", "lease", "woken", "next_at", "attempts", "digest", "change_id")
"""Columns of the engine that are about people who work here, or about its own work."""
_SHOWN = {
    "relasi_consent",
    "relasi_effect",
    "relasi_decision",
    "relasi_approval",
    "relasi_closed",
    "relasi_trace",
}
"""What the engine tells of somebody that is more than a copy of it for those who work here."""


@dataclass(slots=True)
class Dossier:
    """`records` come with the person's own one first; `told` are rows of the engine by table; `left_out` are
    codes of `texts/privacy.yaml` with how many there were."""

    entity: str
    id: str
    title: str
    at: datetime
    records: list[Data] = field(default_factory=list)
    history: list[Data] = field(default_factory=list)
    told: dict[str, list[Data]] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    """By their names in the archive."""
    left_out: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> Data:
        """For machines: values as the API has them."""
        return {
            "format": "relasi.person/1",
            "about": {"entity": self.entity, "id": self.id, "title": self.title},
            "at": self.at.isoformat(),
            "records": self.records,
            "history": self.history,
            "told": self.told,
            "files": {name: {"name": each.name, "sha256": each.sha256} for name, each in self.files.items()},
            "left_out": self.left_out,
        }


def dossier_of(view: View, entity: str, key: str, language: str) -> Dossier:
    """Everything about a person, shown in a language. Raises NotFound."""
    return _Reading(view, belongings(view, entity, key), language).dossier()


class _Reading:
    def __init__(self, view: View, belongings: Belongings, language: str) -> None:
        self._view = view
        self._belongings = belongings
        self._language = language
        self._titles = Titles(view, language, self._visible)
        self._showing: Showing = showing_in(view.ground.model.settings, language, self._title)
        self._left: dict[str, int] = {}

    def dossier(self) -> Dossier:
        rows, (entity, key) = self._belongings.rows, self._belongings.person
        title = self._titles.of(self._view.entity(entity), rows[entity, key])
        found = Dossier(entity, key, title, self._view.now, left_out=self._left)
        found.files = self._files()
        names = {file.id: name for name, file in found.files.items()}
        found.records = [self._record(place, row, names) for place, row in rows.items()]
        past = sorted(self._past(), key=lambda each: (each.at, each.id))
        found.history = [each for change in past for each in self._change(change)]
        found.told = self._told(past)
        self._leave("left_shared", len(self._belongings.shared))
        return found

    def _record(self, place: Place, row: Row, files: Mapping[str, str]) -> Data:
        entity = self._view.entity(place[0])
        return {
            "entity": entity.name,
            "label": text(entity.label, self._language),
            "id": place[1],
            "title": self._titles.of(entity, row),
            "created_at": row["created_at"].isoformat(),
            "updated_at": row["updated_at"].isoformat(),
            "values": {
                each.name: self._value(each, row[each.name], files)
                for each in self._fields(entity)
                if row[each.name] is not None
            },
        }

    def _value(self, field: Field, value: Value, files: Mapping[str, str]) -> Data:
        shown: Data = {"label": text(field.label, self._language)}
        if isinstance(field.type, Attached):
            return {**shown, "files": [files[each] for each in value if each in files]}
        if any(self._is_other(*each) for each in references_of(field, value)):
            self._leave("left_others", 1)
            return {**shown, "value": None, "text": self._somebody}
        return {**shown, "value": field.type.dump(value), "text": field.type.show(value, self._showing)}

    def _fields(self, entity: Entity) -> Iterator[Field]:
        """Hidden ones, too: they are kept about the person. Who works here is somebody else."""
        for each in entity.own_fields:
            if each.is_inner or each.type.name == USER:
                self._leave("left_inner", 1)
            else:
                yield each

    def _change(self, change: Change) -> Iterator[Data]:
        known = {each.name: each for each in self._fields(self._view.entity(change.entity))}
        fields = {
            name: values
            for name, values in change.fields.items()
            if name in known and not known[name].links_to and values != (None, None)
        }
        if fields:
            yield {
                "at": change.at.isoformat(),
                "entity": change.entity,
                "id": change.record_id,
                "kind": change.kind,
                "fields": {name: list(values) for name, values in fields.items()},
            }

    def _past(self) -> Iterator[Change]:
        rows = self._belongings.rows
        for change in self._view.store.audit.on({key for _, key in rows}):
            if (change.entity, change.record_id) in rows:
                yield change

    def _told(self, past: list[Change]) -> dict[str, list[Data]]:
        rows = self._belongings.rows
        addresses = addresses_in(self._view, rows, past)
        others = others_with(self._view, addresses, rows.keys())
        self._leave("left_addresses", len(others))
        found: dict[str, list[Data]] = {}
        told = told_by(rows, addresses - others)
        for table, row in self._view.store.erasing.rows(told):
            if table in _SHOWN:
                kept = {name: _plain(value) for name, value in row.items() if name not in _OURS}
                found.setdefault(table, []).append(
                    {name: each for name, each in kept.items() if each is not None}
                )
            else:
                self._leave("left_notes", 1)
        return found

    def _files(self) -> dict[str, File]:
        keys = [
            key
            for (entity, _), row in self._belongings.rows.items()
            for each in self._view.entity(entity).own_fields
            if isinstance(each.type, Attached)
            for key in row[each.name] or ()
        ]
        known = self._view.store.files.get(keys)
        unique = [known[key] for key in dict.fromkeys(keys) if key in known]
        return {f"files/{number:03}-{each.name}": each for number, each in enumerate(unique, 1)}

    def _is_other(self, entity: str, key: str) -> bool:
        """Whether that is somebody else: another person, or what is about others."""
        if entity in (USER, FILE):
            return entity == USER
        if (entity, key) in self._belongings.rows:
            return False
        row = self._view.follow(entity, key)
        return (entity, key) in self._belongings.shared or (
            row is not None and is_person(self._view, self._view.entity(entity), row)
        )

    def _visible(self, entity: str, key: str) -> Row | None:
        return None if self._is_other(entity, key) else self._view.follow(entity, key)

    def _title(self, entity: str, key: str) -> str:
        row = None if entity in (USER, FILE) else self._visible(entity, key)
        return self._titles.of(self._view.entity(entity), row) if row else self._somebody

    @property
    def _somebody(self) -> str:
        return say(self._language, "privacy.somebody_else")

    def _leave(self, code: str, count: int) -> None:
        if count:
            self._left[code] = self._left.get(code, 0) + count


def _plain(value: Any) -> Any:  # Any: what a column has, and JSON
    return value.isoformat() if isinstance(value, datetime) else value
