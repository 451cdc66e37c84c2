"""The base that a Model asks for: a table for each entity, a column for each field that all who work with it
may read, and what the engine needs to find its records again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from relasi.nocodb.cells import Choice, choices, column_kind, is_named
from relasi.nocodb.views import WantedView, wanted_views
from relasi.schema.fields.base import Kind, Widget
from relasi.schema.labels import text
from relasi.schema.model import Entity, Field, Model
from relasi.texts import say

RECORD, VERSION, WRITER, TITLE = "relasi_id", "relasi_version", "relasi_writer", "relasi_title"
"""The columns that are the engine's own: whose copy the row is, which version of it, which write brought it,
and what the record is called."""

TEXT = "SingleLineText"

OURS = "relasi_"
"""Begins the physical names of all that Relasi makes."""
_RESERVED = frozenset({"id", "createdat", "updatedat", "nc_created_by", "nc_updated_by", "nc_order"})
_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class WantedColumn:
    """`name` is the physical one, `was` those that it may have had. `field` is None for what only the engine
    reads; a `twin` tells the names of linked records and people, of which the field has the ids."""

    name: str
    title: str
    kind: str
    field: str | None = None
    twin: bool = False
    options: tuple[Choice, ...] = ()
    places: int | None = None
    help: str = ""
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedTable:
    """The first column is what the row is called by."""

    entity: str
    name: str
    title: str
    columns: tuple[WantedColumn, ...]
    views: tuple[WantedView, ...] = ()
    was: tuple[str, ...] = ()
    """Names that the entity had before."""

    def column(self, name: str) -> WantedColumn | None:
        return next((each for each in self.columns if each.name == name), None)


def wanted_tables(model: Model) -> dict[str, WantedTable]:
    """By entity, in the order of the Model."""
    chosen = mirrored(model)
    titles = different({name: text(model.entities[name].plural, _language(model)) for name in chosen})
    return {name: _table(model, model.entities[name], titles[name]) for name in chosen}


def mirrored(model: Model) -> tuple[str, ...]:
    """The entities that stand in the base."""
    nocodb = model.platform.nocodb
    return tuple(nocodb.entities if nocodb and nocodb.entities else model.entities)


def mirrored_fields(entity: Entity) -> Iterator[Field]:
    """Those whose values stand in the base. NocoDB lets everybody see every column, so that what only some
    roles may read stays away, and what is encrypted; so do files, which lie beside the database."""
    hidden = {name for grant in entity.access.values() for name in (*grant.hidden, *grant.masks)}
    for field in entity.fields.values():
        is_private = field.name in entity.readers or field.name in hidden
        is_file = field.type.widget in (Widget.FILES, Widget.SIGNATURE)
        is_private = is_private or field.type.is_encrypted
        if not (is_private or is_file or field.is_inner or field.name in ("id", "version")):
            yield field


def _table(model: Model, entity: Entity, title: str) -> WantedTable:
    language = _language(model)
    fields = tuple(mirrored_fields(entity))
    labels = different(_labels(fields, language))
    columns = [_engine_column(TITLE, labels, TEXT)]
    for field in fields:
        columns += _columns(field, labels, language)
    columns += [
        _engine_column(RECORD, labels, TEXT),
        _engine_column(VERSION, labels, "Number"),
        _engine_column(WRITER, labels, TEXT),
    ]
    kept = {each.field: each for each in columns if each.field and not each.twin}
    read = {each.field: each.name for each in reversed(columns) if each.field}
    views = wanted_views(model, entity, kept, read)
    return WantedTable(entity.name, f"{OURS}{entity.name}", title, tuple(columns), views, entity.was)


def _labels(fields: Sequence[Field], language: str) -> dict[str, str]:
    """The titles of all columns by their physical names."""
    labels = {TITLE: say(language, "nocodb.title")}
    for field in fields:
        label = text(field.label, language)
        if is_named(field.type):
            labels[_twin(field.name)] = label
            label = say(language, "nocodb.link", label=label)
        labels[_column(field.name, column_kind(field.type))] = label
    labels[RECORD] = say(language, "nocodb.record")
    labels[VERSION] = say(language, "nocodb.version")
    labels[WRITER] = say(language, "nocodb.writer")
    return labels


def _columns(field: Field, labels: Mapping[str, str], language: str) -> Iterator[WantedColumn]:
    kind, storage = column_kind(field.type), field.type.storage()
    if is_named(field.type):
        was = tuple(_twin(each) for each in field.type.was)
        yield WantedColumn(_twin(field.name), labels[_twin(field.name)], TEXT, field.name, twin=True, was=was)
    name = _column(field.name, kind)
    yield WantedColumn(
        name,
        labels[name],
        kind,
        field.name,
        options=choices(field.type, language),
        places=storage.places if storage.kind is Kind.DECIMAL else None,
        help=text(field.help, language) if field.help else "",
        was=tuple(_column(each, kind) for each in field.type.was),
    )


def _engine_column(name: str, labels: Mapping[str, str], kind: str) -> WantedColumn:
    return WantedColumn(name, labels[name], kind)


def _column(field: str, kind: str) -> str:
    """A field of another kind gets another column: NocoDB would empty what it cannot convert."""
    return f"{OURS}f_{field}" if kind == TEXT else f"{OURS}f_{field}_{kind.lower()}"


def _twin(field: str) -> str:
    return f"{OURS}n_{field}"


def different(titles: Mapping[str, str], taken: Collection[str] = _RESERVED) -> dict[str, str]:
    """Titles that NocoDB can tell apart, whatever the case: a second one gets its name behind it."""
    known = set(taken)
    chosen = {}
    for name, title in titles.items():
        short = " ".join(title.split())[:_LONGEST_TITLE] or name
        chosen[name] = short if short.lower() not in known else f"{short} ({name.removeprefix(OURS)})"
        known.add(chosen[name].lower())
    return chosen


def _language(model: Model) -> str:
    return model.settings.languages[0]
