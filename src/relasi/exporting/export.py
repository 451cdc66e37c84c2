"""An export: the records of a list, page by page into a file on the disk, then a line in the audit log, and
only then the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from babel import Locale

from relasi.errors import Forbidden
from relasi.exporting.cells import Cells
from relasi.exporting.columns import Column, columns_of
from relasi.exporting.files import Format, Write, writing
from relasi.exporting.papers import Binder, papers_in
from relasi.platform.again import begun_again
from relasi.records import Actor, ListRequest, Record, Records
from relasi.records.links import references_of
from relasi.records.reading import Reader
from relasi.schema.fields.base import Reading
from relasi.schema.holes import showing_in
from relasi.schema.model import Entity, Field, Model
from relasi.store.audit import EXPORT, Change
from relasi.store.contents import Contents

Told = Callable[[int, int], None]
"""Hears how many records are in the file, and of how many."""
Pages = Iterator[tuple[Record, ...]]

_UNASKED = ("id", "version")
_MOST_TOLD = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """`request.fields` are the columns, in their order; None: all. Headings and words are in `language`."""

    request: ListRequest
    format: Format
    language: str
    purpose: str | None = None
    """What it is for: then only whoever has not refused that is in it, with what is kept for it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """`content` stands at its beginning, and is gone when it is closed."""

    content: BinaryIO
    count: int
    size: int


class Exporter:
    """Writes what an actor may take away. All errors are those of `relasi.errors`; of what raises, nothing is
    left."""

    def __init__(self, model: Model, records: Records, contents: Contents) -> None:
        self._model, self._records, self._contents = model, records, contents

    @contextmanager
    def export(self, actor: Actor, wanted: Wanted, told: Told | None = None) -> Iterator[Exported]:
        """The file, for as long as the block lasts. `told` hears how far it is, and what it raises ends it.

        Raises Forbidden, also where people's data are taken away for no purpose; Refused, ExpressionError.
        """
        entity = self._model.entities[wanted.request.entity]
        with TemporaryFile() as content:
            with self._records.reader(actor) as reader:
                columns = self._columns(reader, entity, wanted)
                if not actor.unbound:
                    _demand_purpose(reader, wanted, columns)
                count = self._write(reader, wanted, columns, _pages(reader, wanted, told), content)
            self._note(actor, wanted, columns, count)
            size = content.tell()
            content.seek(0)
            yield Exported(content, count, size)

    def _columns(self, reader: Reader, entity: Entity, wanted: Wanted) -> tuple[Column, ...]:
        """Without those that the actor never sees."""
        rights = reader.rights(entity.name)
        asked = wanted.request.fields
        names = [name for name in entity.fields if name not in _UNASKED] if asked is None else asked
        seen = [name for name in names if name not in rights.hidden]
        if (purpose := wanted.purpose) is not None:
            seen = [name for name in seen if _serves(entity.fields[name], purpose)]
        return columns_of(entity, seen, wanted.language, masked=rights.masks.keys())

    def _write(
        self, reader: Reader, wanted: Wanted, columns: tuple[Column, ...], pages: Pages, content: BinaryIO
    ) -> int:
        if wanted.format is Format.PDF:
            return self._bind(reader, columns, pages, content)
        settings, count = self._model.settings, 0
        cells = Cells(
            showing_in(settings, wanted.language, lambda _entity, key: key),
            Reading(Locale(settings.languages[0]), settings.zone),
        )
        with writing(wanted.format, content, columns, cells) as write:
            for records in pages:
                _rows(reader, records, columns, write)
                count += len(records)
        return count

    def _bind(self, reader: Reader, columns: tuple[Column, ...], pages: Pages, content: BinaryIO) -> int:
        binder, count = Binder(reader, self._contents, papers_in(columns)), 0
        for records in pages:
            binder.add(records)
            count += len(records)
        binder.write(content)
        return count

    def _note(self, actor: Actor, wanted: Wanted, columns: tuple[Column, ...], count: int) -> None:
        """Who took what, and how much of it."""
        request = wanted.request
        said = {
            "records": count,
            "format": wanted.format.value,
            "fields": list(dict.fromkeys(column.field.name for column in columns)),
            "where": [each if isinstance(each, str) else each.text for each in request.where],
            "search": request.search,
            **({"picked_by": sorted(request.matching)} if request.matching else {}),
            **({"purpose": wanted.purpose} if wanted.purpose else {}),
        }
        self._append(actor, request.entity, said)

    def note_reading(self, actor: Actor, entity: str, count: int) -> None:
        """Of a program that reads so much that it comes to an export: `count` records so far."""
        said = {"records": count, "format": "api", "fields": [], "where": [], "search": ""}
        self._append(actor, entity, said)

    @begun_again
    def _append(self, actor: Actor, entity: str, said: dict[str, Any]) -> None:  # Any: JSON
        with self._records.work(actor) as work:
            key = work.ground.new_id()
            change = Change(
                id=key,
                at=work.now,
                entity=entity,
                record_id=key,
                kind="exported",
                version=0,
                fields={EXPORT: (None, said)},
                user_id=actor.user_id,
                source=actor.source.value,
            )
            work.store.audit.append([change])


def _pages(reader: Reader, wanted: Wanted, told: Told | None) -> Pages:
    """The records that leave, page by page, each told of when it is dealt with."""
    pages = reader.exported(wanted.request, wanted.purpose)
    if told is None:
        yield from pages
        return
    total, done = reader.count(wanted.request, _MOST_TOLD).number, 0
    told(done, total)
    for records in pages:
        yield records
        done += len(records)
        told(done, total)


def _demand_purpose(reader: Reader, wanted: Wanted, columns: tuple[Column, ...]) -> None:
    """Raises Forbidden where people's data would leave for none."""
    may = reader.rights(wanted.request.entity).export is not False
    if may and wanted.purpose is None and purposes_of(each.field for each in columns):
        raise Forbidden("export_needs_purpose")


def purposes_of(fields: Iterable[Field]) -> tuple[str, ...]:
    """What the personal ones among the fields are kept for: one of these they can be taken away for."""
    personal = (field for field in fields if field.personal is not None)
    return tuple(dict.fromkeys(purpose for field in personal for purpose in field.purposes))


def _serves(field: Field, purpose: str) -> bool:
    """Whether a field may be in a file for the purpose."""
    return field.personal is None or purpose in field.purposes


def _rows(reader: Reader, records: tuple[Record, ...], columns: tuple[Column, ...], write: Write) -> None:
    named = {
        reference
        for column in columns
        if column.part == "title"
        for record in records
        if (value := record.values.get(column.field.name)) is not None
        for reference in references_of(column.field, value)
    }
    titles = reader.titles(named)
    for record in records:
        write([column.of(record, titles) for column in columns])
