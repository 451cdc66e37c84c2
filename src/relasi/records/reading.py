"""Reads: every one through the actor's rights, hidden fields left out of rows, filters, orders and titles
alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from relasi.errors import Forbidden, Merged, NotFound
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Count, Group, Query, Row, Search, Summary
from relasi.records.access.rights import Rights, holds
from relasi.records.people import anybody_restricted, may_leave, refused_purposes, tells_of_people
from relasi.records.record import Choosing, ListRequest, Record, RecordPage
from relasi.records.titles import USER, Titles
from relasi.records.view import View
from relasi.schema.expressions import Expression, Template
from relasi.schema.fields.attached import FILE
from relasi.schema.fields.base import ValueProblem
from relasi.schema.model import Entity, Field, Personal, Sort
from relasi.store.files import File

_EXPORTED = 500
"""Records that are held in memory at a time."""


class Reader:
    """The reads of one actor in one transaction."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._called: Titles | None = None

    def get(self, entity: str, key: str) -> Record:
        """Raises NotFound, also for a record that the actor may not read; Merged for one that has become
        another that the actor may."""
        found = self._view.entity(entity)
        rights = self._view.rights(entity)
        row = self._view.transaction.get(entity, [key]).get(key)
        if row is None or not holds(rights.read, self._view.situation(row)):
            raise self._survivor(entity, key) if row is None else NotFound("not_found")
        return self.record(found, row)

    def _survivor(self, entity: str, key: str) -> NotFound:
        """What to raise of a record that is not there."""
        survivor = self._view.store.merges.survivor(entity, key)
        is_seen = survivor is not None and bool(self._view.readable(entity, [survivor]))
        return Merged(survivor) if survivor is not None and is_seen else NotFound("not_found")

    def list(self, request: ListRequest) -> RecordPage:
        """One page, in the order asked for and then by id."""
        entity, rights = self._view.entity(request.entity), self._view.rights(request.entity)
        page = self._view.transaction.find(self._query(entity, rights, request))
        return RecordPage(tuple([self._record(entity, rights, row) for row in page.rows]), page.next)

    def exported(self, request: ListRequest, purpose: str | None = None) -> Iterator[tuple[Record, ...]]:
        """All records that the actor may take away, page by page, but those whose people are restricted or,
        where there is a purpose, have not agreed to it. Raises Forbidden."""
        entity, rights = self._view.entity(request.entity), self._view.rights(request.entity)
        asked = self._query(entity, rights, replace(request, limit=_EXPORTED))
        query = replace(asked, where=(*rights.exporting, *asked.where[len(rights.reading) :]))
        asks = purpose is not None or any(field.personal is Personal.SPECIAL for field in entity.own_fields)
        is_held = tells_of_people(self._view.ground.model, entity.name) and (
            asks or anybody_restricted(self._view)
        )
        query = replace(query, fields=None) if is_held else query
        while True:
            page = self._view.transaction.find(query)
            rows = self._leaving(entity, page.rows, purpose) if is_held else page.rows
            yield tuple([self._record(entity, rights, row) for row in rows])
            self._view.linked.forget_all()
            if page.next is None:
                return
            query = replace(query, after=page.next)

    def _leaving(self, entity: Entity, rows: Iterable[Row], purpose: str | None) -> Iterator[Row]:
        """The records that may be taken out, without special values to whose purpose nobody has agreed."""
        special = [field for field in entity.own_fields if field.personal is Personal.SPECIAL]
        for row in rows:
            if may_leave(self._view, entity.name, row, purpose):
                held = [field for field in special if row.get(field.name) is not None]
                refused = [each.name for each in held if refused_purposes(self._view, entity.name, row, each)]
                yield {**row, **dict.fromkeys(refused)}

    def rights(self, entity: str) -> Rights:
        return self._view.rights(entity)

    def count(self, request: ListRequest, cap: int) -> Count:
        entity, rights = self._view.entity(request.entity), self._view.rights(request.entity)
        return self._view.transaction.count(self._query(entity, rights, request), cap)

    def summarize(self, request: ListRequest, summary: Summary) -> tuple[Group, ...]:
        """Figures of the records that the actor may read, at most as many groups as the limit. Raises
        Forbidden where a group or a figure is made of what the actor may not see."""
        entity, rights = self._view.entity(request.entity), self._view.rights(request.entity)
        for name in (figure.field for figure in summary.figures if figure.field):
            if name in rights.secret or name not in entity.fields or entity.fields[name].type.is_encrypted:
                raise Forbidden("may_not_see", field=name)
        for expression in (*summary.by, *(each.where for each in summary.figures if each.where)):
            self.condition(entity.name, expression)
        return self._view.transaction.summarize(self._query(entity, rights, request), summary)

    def titles(self, refs: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """Titles of records by (entity, id), of users, whose entity is "user", and of files, whose entity is
        FILE; what may not be read has none."""
        wanted: dict[str, set[str]] = {}
        for entity, key in refs:
            wanted.setdefault(entity, set()).add(key)
        titles: dict[tuple[str, str], str] = {}
        for entity, keys in wanted.items():
            if entity == USER:
                titles |= self._users(keys)
            elif entity == FILE:
                titles |= {(FILE, key): file.name for key, file in self._view.store.files.get(keys).items()}
            else:
                titles |= self._titles(entity, keys)
        return titles

    def files(self, keys: Iterable[str]) -> Mapping[str, File]:
        """What is known of files whose ids were read in records."""
        return self._view.store.files.get(keys)

    def options(
        self, entity: str, search: str, limit: int, chosen: Choosing | None = None
    ) -> tuple[tuple[str, str], ...]:
        """(id, title) of records to choose from, those that match the search, newest first; those that
        suit the record which chooses."""
        sort = (Sort("updated_at", descending=True),)
        request = ListRequest(entity, search=search, sort=sort, fields=(), limit=limit)
        found, rights = self._view.entity(entity), self._view.rights(entity)
        query = self._query(found, rights, request)
        if chosen and (suited := self._suited(entity, chosen)):
            query = replace(query, where=(*query.where, suited))
        rows = self._called_so_first(found, rights, query)
        return tuple((row["id"], self.title(found, self._view.seen(entity, row))) for row in rows)

    def nearest(self, request: ListRequest) -> tuple[Record, ...]:
        """The first page; where something is searched for, what is called just so comes first."""
        entity, rights = self._view.entity(request.entity), self._view.rights(request.entity)
        rows = self._called_so_first(entity, rights, self._query(entity, rights, request))
        return tuple(self._record(entity, rights, row) for row in rows)

    def _called_so_first(self, entity: Entity, rights: Rights, query: Query) -> tuple[Row, ...]:
        rows = self._view.transaction.find(query).rows
        if query.search is None or len(rows) < 2:
            return rows
        text = query.search.text
        spelt = dict.fromkeys((text, text.upper(), text.lower()))
        plain = (name for name in query.search.fields if name in entity.fields)
        whole = {name: tuple(spelt) for name in plain if not entity.fields[name].type.is_encrypted}
        if not whole:
            return rows
        first = self._view.transaction.find(replace(query, search=Search(text, (), whole=whole))).rows
        keys = {row["id"] for row in first}
        return (*first, *(row for row in rows if row["id"] not in keys))[: query.limit]

    def _suited(self, entity: str, chosen: Choosing) -> Expression | None:
        """What the definition of the link demands of records of the entity."""
        owner = self._view.entity(chosen.entity)
        field = owner.fields.get(chosen.field)
        if field is None or field.where is None or field.links_to != (entity,):
            return None
        values = dict.fromkeys(field.narrowed_by)
        for name in field.narrowed_by & chosen.values.keys():
            with suppress(ValueProblem):
                values[name] = owner.fields[name].type.accept(chosen.values[name])
        return field.where.bound(self._view.situation(values))

    def condition(self, entity: str, source: str | Expression) -> Expression:
        """A filter, checked. Raises ExpressionError, and Forbidden for one that reads what is hidden."""
        expression = self._view.ground.condition(entity, source) if isinstance(source, str) else source
        secret = self._view.secret_in(expression)
        if secret is not None:
            raise Forbidden("may_not_see", field=secret)
        return expression

    def _query(self, entity: Entity, rights: Rights, request: ListRequest) -> Query:
        in_order = {sort.field for sort in request.sort}
        for name in (*in_order, *request.matching):
            if name in rights.secret or name not in entity.fields:
                raise Forbidden("may_not_see", field=name)
            type_ = entity.fields[name].type
            if type_.is_encrypted and (name in in_order or not type_.searchable):
                raise Forbidden("not_searchable", field=name)
        return Query(
            entity=entity.name,
            asking=self._view.asking,
            where=(*rights.reading, *(self.condition(entity.name, each) for each in request.where)),
            matching=request.matching,
            search=self._search(entity, request.search.strip()),
            sort=request.sort,
            fields=None if request.fields is None else self._needed(entity, rights, request.fields),
            limit=request.limit,
            after=request.after,
        )

    def is_searched(self, entity: str) -> bool:
        """Whether anything can be found by typing a part of it, or the whole of what is masked."""
        found, rights = self._view.entity(entity), self._view.rights(entity)
        return any(
            not self._view.is_secret(entity, path) or path in rights.found_whole for path in found.search
        )

    def _search(self, entity: Entity, text: str) -> Search | None:
        if not text or not self.is_searched(entity.name):
            return None
        seen = tuple(path for path in entity.search if not self._view.is_secret(entity.name, path))
        written = {path: self._at(entity, path).type.sought(text) for path in seen}
        whole: dict[str, tuple[str, ...]] = {}
        for name in self._view.rights(entity.name).found_whole.intersection(entity.search):
            with suppress(ValueProblem):
                whole[name] = (entity.fields[name].type.accept(text),)
        return Search(text, seen, {path: meant for path, meant in written.items() if meant}, whole)

    def _at(self, entity: Entity, path: str) -> Field:
        *links, name = path.split(".")
        for link in links:
            entity = self._view.entity(entity.fields[link].links_to[0])
        return entity.fields[name]

    def _needed(self, entity: Entity, rights: Rights, asked: Iterable[str]) -> tuple[str, ...]:
        """The columns asked for and those of the title, without the hidden ones, and what it depends on how
        much of them is seen."""
        names = dict.fromkeys(name for name in (*asked, *title_fields(entity)) if name not in rights.hidden)
        return tuple(names | dict.fromkeys(entity.fields.keys() & rights.depends_on))

    def record(self, entity: Entity, row: Row) -> Record:
        """The row as the actor may see it, once it is known that the actor may."""
        return self._record(entity, self._view.rights(entity.name), row)

    def _record(self, entity: Entity, rights: Rights, row: Row) -> Record:
        values = self._view.seen(entity.name, row)
        return Record(entity.name, row["id"], row["version"], values, self.title(entity, values))

    def title(self, entity: Entity, values: Row) -> str:
        """Made of `values` and of what the actor may see of linked records."""
        return self._calling.of(entity, values)

    @property
    def _calling(self) -> Titles:
        if self._called is None:
            self._called = Titles(self._view, self._view.language, self.visible)
        return self._called

    def told(self, record: Record, text: Template) -> str:
        """A text of the definition, with what the actor may see in its holes."""
        situation = self._view.situation(record.values, follow=self.visible)
        return text.render(situation, self._calling.format())

    def visible(self, entity: str, key: str) -> Row | None:
        """What the actor may see of a record; None where that is nothing."""
        row, rights = self._view.follow(entity, key), self._view.rights(entity)
        if row is None or not holds(rights.read, self._view.situation(row)):
            return None
        return self._view.seen(entity, row)

    def _titles(self, entity: str, keys: set[str]) -> dict[tuple[str, str], str]:
        if entity not in self._view.ground.recipes or self._view.rights(entity).read is False:
            return {}
        found, rights = self._view.entity(entity), self._view.rights(entity)
        fields = self._needed(found, rights, ())
        query = Query(entity, self._view.asking, where=rights.reading, fields=fields)
        rows = matching_rows(self._view.transaction, query, "id", sorted(keys))
        return {(entity, row["id"]): self.title(found, self._view.seen(entity, row)) for row in rows}

    def _users(self, keys: set[str]) -> dict[tuple[str, str], str]:
        return {(USER, key): name for key, name in self._view.store.users.names(keys).items()}


def title_fields(entity: Entity) -> tuple[str, ...]:
    """The fields of the entity itself that its title reads."""
    pairs = (pair for expression in entity.title.expressions for pair in sorted(expression.reads))
    return tuple(dict.fromkeys(field for owner, field in pairs if owner == entity.name))
