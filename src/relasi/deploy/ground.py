"""A database between two definitions: what it holds, what it should hold, and how to read it in between."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from babel import Locale
from sqlalchemy import Connection, select, table

from relasi.deploy.blueprint import Blueprint
from relasi.deploy.fill import BadFill, Row, parsed
from relasi.deploy.inspect import held_structure
from relasi.deploy.recast import USER, Usage, plain_text
from relasi.deploy.renames import Renames, find_renames, renamed
from relasi.deploy.rows import Columns, key_column, read_row
from relasi.deploy.structure import Held, Wanted
from relasi.deploy.wanted import wanted_structure
from relasi.platform.sql.database import keyring_of
from relasi.platform.sql.tables import Tables
from relasi.schema.expressions import Situation, Template
from relasi.schema.fields.base import Moment, Reading, Showing
from relasi.schema.model import Model
from relasi.schema.scope import ModelScope
from relasi.store.session import Session
from relasi.store.store import is_prepared
from relasi.store.trash import Removal
from relasi.texts import LOCALES


@dataclass(frozen=True)
class Ground:
    """`base` is what the last deployment remembers. `undoes` is the deployment that is being taken back.

    `settled` turns true once tables and columns go by their new names in the database too.
    """

    connection: Connection
    model: Model
    tables: Tables
    base: Blueprint | None
    found: Held
    """As the database calls everything."""
    wanted: Wanted
    renames: Renames
    moment: Moment
    undoes: str | None = None
    settled: bool = False
    _ids: dict[str, Collection[str]] = field(default_factory=dict)

    @classmethod
    def between(
        cls,
        connection: Connection,
        model: Model,
        base: Blueprint | None,
        at: datetime,
        undoes: str | None = None,
    ) -> Ground:
        tables = Tables(model, keyring_of(connection))
        wanted = wanted_structure(model, tables, connection.dialect)
        rewritten = {
            (each.entity, each.field) for each in removals(connection) if _is_rewritten(each, undoes)
        }
        found = held_structure(connection, base, rewritten)
        moment = Moment(at, model.settings.zone, None)
        renames = find_renames(wanted, found)
        return cls(connection, model, tables, base, found, wanted, renames, moment, undoes)

    @cached_property
    def held(self) -> Held:
        """By its new names."""
        return renamed(self.found, self.renames)

    @cached_property
    def usage(self) -> Usage:
        settings = self.model.settings
        locale = Locale.parse(LOCALES[settings.languages[0]])
        return Usage(
            Reading(locale, settings.zone),
            Showing(locale, settings.zone, settings.currency),
            self.known,
            self.renames.tables,
        )

    @cached_property
    def removals(self) -> tuple[Removal, ...]:
        return removals(self.connection)

    def is_over(self, removal: Removal) -> bool:
        """Whether its time in the trash has passed."""
        return removal.at + self.model.settings.keep_removed <= self.moment.now

    def removed(self, table_name: str, column_name: str | None) -> Removal | None:
        """The removal of a field, or of an entity, that can be brought back: the newest one, or that of the
        deployment which is taken back."""
        place = (self.physical(table_name), column_name)
        fitting = [
            each
            for each in self.removals
            if each.kind == "removed" and (each.entity, each.field) == place and not self.is_over(each)
        ]
        own = (each for each in fitting if each.deployment_id == self.undoes)
        return next(own, fitting[0] if fitting else None)

    def rewritten(self, table_name: str, column_name: str) -> Removal | None:
        """What the deployment that is taken back made other values of."""
        place = (self.physical(table_name), self.physical_column(table_name, column_name))
        fitting = (
            each
            for each in self.removals
            if _is_rewritten(each, self.undoes) and (each.entity, each.field) == place
        )
        return next(fitting, None)

    def physical(self, table_name: str) -> str:
        """How the database calls a table at this moment."""
        if self.settled or table_name not in self.held:
            return table_name
        return self.held[table_name].source

    def physical_column(self, table_name: str, column_name: str) -> str:
        held = self.held.get(table_name)
        if self.settled or held is None or column_name not in held.columns:
            return column_name
        return held.columns[column_name].source

    def columns(self, table_name: str, sources: Collection[str] | None = None) -> Columns:
        """How to read a table (by its new name) as it was: all fields, or some, by their old names."""
        return {
            each.source: (self.physical_column(table_name, name), each.type)
            for name, each in self.held[table_name].columns.items()
            if each.type is not None and (sources is None or each.source in sources)
        }

    def known(self, entity: str) -> Collection[str]:
        """The ids of an entity, or of the users."""
        if entity not in self._ids:
            self._ids[entity] = self._found_ids(entity)
        return self._ids[entity]

    def _found_ids(self, entity: str) -> Collection[str]:
        if entity == USER:
            return {each.id for each in Session(self.connection).users.list()} if self.has_store else ()
        removal = None if entity in self.held else self.removed(entity, None)
        if removal is not None:
            return {row.record_id for row in Session(self.connection).trash.rows(removal.id)}
        if entity in self.held or self.settled:
            ids = select(key_column).select_from(table(self.physical(entity)))
            return set(self.connection.scalars(ids))
        return ()

    @cached_property
    def has_store(self) -> bool:
        return is_prepared(self.connection)

    @cached_property
    def past(self) -> Model:
        """The Model that the records were written by, as far as it is remembered."""
        known = self.base.entities if self.base else {}
        return replace(self.model, entities={name: each.entity(name) for name, each in known.items()})

    def scope(self, source: str) -> ModelScope:
        return ModelScope(self.past, source, has_user=False)

    def follow(self, source: str, record_id: str) -> Row | None:
        """A record as it was, of an entity by its old name."""
        name = self.renames.tables.get(source, source)
        if name not in self.held:
            return None
        return read_row(self.connection, self.physical(name), self.columns(name), record_id)

    def follow_renamed(self, entity: str, record_id: str) -> Row | None:
        """The same record, of an entity by its new name, with the new names of its fields."""
        held = self.held.get(entity)
        row = self.follow(held.source, record_id) if held else None
        return row and {self.renames.of(entity, name): value for name, value in row.items()}

    def title(self, source: str) -> Template | None:
        """How the records of an entity were called."""
        if self.base is None or source not in self.base.entities:
            return None
        try:
            return parsed(self.base.entities[source].title, self.scope(source))
        except BadFill:
            return None

    def titled(self, template: Template | None, key: str, row: Row) -> str:
        if template is None:
            return ""
        situation = Situation(row, self.moment.now, self.moment.zone, record_id=key, follow=self.follow)
        return template.render(situation, lambda value, _type: plain_text(value, self.usage)).strip()


def removals(connection: Connection) -> tuple[Removal, ...]:
    return Session(connection).trash.removals() if is_prepared(connection) else ()


def _is_rewritten(removal: Removal, undoes: str | None) -> bool:
    return removal.kind == "rewritten" and removal.deployment_id == undoes
