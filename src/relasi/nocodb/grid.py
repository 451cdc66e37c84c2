"""Makes a base over the tables themselves, in which people see them under their own names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from relasi.deploy.granting import grant
from relasi.nocodb.base import Base, Survey
from relasi.nocodb.cells import Choice, choices, is_named
from relasi.nocodb.difference import (
    BASE,
    LINK,
    AddOptions,
    MakeBase,
    MakeColumn,
    MakeTable,
    MakeView,
    Note,
    Rename,
    Retire,
    Step,
)
from relasi.nocodb.external import External
from relasi.nocodb.failures import Missing
from relasi.nocodb.meta import HeldColumn, HeldTable
from relasi.nocodb.views import wanted_views
from relasi.nocodb.wanted import WantedColumn, WantedTable, different, mirrored, mirrored_fields
from relasi.platform.sql.database import Database
from relasi.schema.fields.base import Kind
from relasi.schema.labels import text
from relasi.schema.model import Entity, Field, Model
from relasi.schema.model.platform import Grid as Access
from relasi.schema.model.platform import PostgresqlServer
from relasi.schema.secrets import reveal
from relasi.store.places import Place
from relasi.texts import say

_FOLLOWS = (MakeTable, MakeColumn, Retire)
"""What NocoDB does by itself when it looks at the tables again."""


@dataclass(frozen=True)
class Grid(Base):
    """As a Base; what it shows are the records themselves."""

    database: Database
    external: External
    root: Path

    _others: ClassVar[Collection[str]] = ("Links", "LinkToAnotherRecord")

    def make(self) -> Survey:
        """Also gives NocoDB's role the rights to what it shows, and to nothing else. Raises Refused where
        there is no such role."""
        tables = self._wanted()
        columns = {each.name: [column.name for column in each.columns] for each in tables}
        grant(self.database, self._access.user, columns)
        first = self.survey()
        if any(isinstance(each, MakeBase) for each in first.steps):
            self._note(Place(BASE, self._own_base(), self._title))
        elif any(isinstance(each, _FOLLOWS) for each in first.steps):
            self.external.follow(self._base)
        steps = self.survey().steps
        if lost := next((each for each in steps if isinstance(each, MakeTable | MakeColumn)), None):
            raise Missing("nocodb_unseen", host=self.meta.host, name=_name_of(lost))
        self.external.lock(self._base, locked=False)
        tables_seen: dict[str, HeldTable] = {}
        for step in steps:
            self._take(step, tables_seen)
        for table in tables:
            self._name_links(table.entity)
        self.external.lock(self._base, locked=True)
        return first

    def _take(self, step: Step, tables: dict[str, HeldTable]) -> None:
        match step:
            case AddOptions(table, wanted, held):
                self.external.choose(self._key(table.entity), held.id, wanted.options)
            case Rename(place, HeldColumn() as held, title):
                entity = place.partition(".")[0]
                self.external.retitle(self._key(entity), held.id, title)
                self._note(Place(place, held.id, title))
            case Note(place):
                self._note(place)
                if "." not in place.name and place.name in self.model.entities:
                    label = text(self.model.entities[place.name].plural, self._language)
                    self.external.describe(place.key, label)
            case MakeView():
                super()._take(step, tables)
            case _:
                pass

    def _name_links(self, entity: str) -> None:
        """What NocoDB has made of references is called like the fields; who renamed it is not overruled."""
        with self.store.session(write=False) as session:
            places = session.places.all()
        fields = {place.key: name for name, place in places.items() if name.startswith(f"{entity}.")}
        for column in self.meta.table(self._key(entity)).columns:
            field = fields.get(column.leads or "")
            if field is not None and f"{field}{LINK}" not in places:
                label = text(
                    self.model.entities[entity].fields[field.partition(".")[2]].label, self._language
                )
                self.meta.rename_column(column.id, label)
                self._note(Place(f"{field}{LINK}", column.id, label))

    def _wanted(self) -> tuple[WantedTable, ...]:
        return tuple(_table(self.model, self.model.entities[name]) for name in mirrored(self.model))

    def _new_base(self) -> str:
        place, access = self.model.platform.database, self._access
        assert isinstance(place, PostgresqlServer)
        password = reveal(access.password, self.root) if access.password else ""
        connection = {
            "host": access.host,
            "port": access.port,
            "user": access.user,
            "password": password,
            "database": place.database,
        }
        return self.external.make(self._title, connection, place.schema)

    @property
    def _access(self) -> Access:
        nocodb = self.model.platform.nocodb
        assert nocodb is not None
        assert nocodb.grid is not None
        return nocodb.grid


def _table(model: Model, entity: Entity) -> WantedTable:
    language = model.settings.languages[0]
    fields = (entity.fields["id"], *mirrored_fields(entity))
    labels = different(dict(_labels(fields, language)), taken=())
    columns = tuple(_column(each, labels, language) for each in fields)
    shown = {each.field: each for each in columns if each.field}
    views = wanted_views(model, entity, shown, {name: name for name in shown})
    return WantedTable(entity.name, entity.name, entity.name, columns, views, entity.was)


def _labels(fields: tuple[Field, ...], language: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        label = text(field.label, language)
        yield field.name, say(language, "nocodb.link", label=label) if is_named(field.type) else label


def _column(field: Field, labels: Mapping[str, str], language: str) -> WantedColumn:
    """Options are the values that stand in the database."""
    is_text = field.type.storage().kind is Kind.TEXT
    keys = tuple(Choice(each.key, each.key, each.color) for each in choices(field.type, language))
    options = keys if is_text else ()
    kind = "SingleSelect" if options else ""
    return WantedColumn(field.name, labels[field.name], kind, field.name, options=options, was=field.type.was)


def _name_of(step: MakeTable | MakeColumn) -> str:
    return step.wanted.name if isinstance(step, MakeTable) else f"{step.table.name}.{step.wanted.name}"
