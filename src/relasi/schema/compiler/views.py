"""What people see of an entity: its title, form, lists, search and timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Path
from relasi.schema.expressions import Template
from relasi.schema.expressions.types import Text
from relasi.schema.fields.base import FieldType, Kind
from relasi.schema.labels import label_of
from relasi.schema.model import SavedList, Section, Sort, Timeline
from relasi.schema.spec.entity import ListSpec


def compile_title(draft: Draft, entity: EntityDraft) -> Template | None:
    source = entity.spec.title or "{" + next(_text_fields(entity), "id") + "}"
    return entity.page.template(("title",), source, draft.scope(entity.name))


def compile_form(draft: Draft, entity: EntityDraft) -> tuple[Section, ...]:
    """The sections as written; without any, one with every field."""
    spec = entity.spec
    if not spec.form:
        each_alone = tuple(row for name in entity.shown(spec.fields) for row in entity.rows(name))
        return (Section("all", label_of(spec.label, spec.entity, draft.languages), each_alone),)
    placed: list[str] = []
    sections = []
    for name, section in spec.form.items():
        rows = (entity.shown(row) for written in section.fields for row in entity.rows(written))
        for path, field in _places(("form", name, "fields"), section.fields):
            _known_or_retired(entity, path, field)
            _once(entity, path, field, placed, "on this form")
            placed += {field, *entity.members(field)}
        label = label_of(section.label, name, draft.languages)
        sections.append(Section(name, label, tuple(row for row in rows if row)))
    return tuple(section for section in sections if section.rows)


def _places(base: Path, rows: Iterable[str | list[str]]) -> Iterator[tuple[Path, str]]:
    for index, row in enumerate(rows):
        if isinstance(row, str):
            yield (*base, index), row
        else:
            yield from (((*base, index, inner), field) for inner, field in enumerate(row))


def compile_lists(draft: Draft, entity: EntityDraft) -> Mapping[str, SavedList]:
    """The lists as written; without any, one of all records, newest first."""
    spec = entity.spec
    if not spec.lists:
        label = label_of(spec.plural or spec.label, spec.entity, draft.languages)
        columns = entity.shown(column for name in spec.fields for column in entity.columns(name))[:6]
        return MappingProxyType(
            {"all": SavedList("all", label, None, (Sort("created_at", descending=True),), columns)}
        )
    return MappingProxyType({name: _list(draft, entity, name, each) for name, each in spec.lists.items()})


def _list(draft: Draft, entity: EntityDraft, name: str, spec: ListSpec) -> SavedList:
    path = ("lists", name)
    for index, column in enumerate(spec.columns):
        _known_or_retired(entity, (*path, "columns", index), column)
        _once(entity, (*path, "columns", index), column, spec.columns[:index], "in this list")
    for index, word in enumerate(spec.sort):
        _known_or_retired(entity, (*path, "sort", index), word.removeprefix("-"))
    sorts = (
        Sort(column, word.startswith("-"))
        for word in spec.sort
        for column in entity.columns(word.removeprefix("-"))
    )
    columns = entity.shown(dict.fromkeys(each for column in spec.columns for each in entity.columns(column)))
    if not columns:
        help = "add a field that is not"
        entity.page.wrong(
            (*path, "columns"), "all-retired", "every column of this list is retired", help=help
        )
    where = entity.page.condition((*path, "where"), spec.where, draft.scope(entity.name))
    label = label_of(spec.label, name, draft.languages)
    kept = tuple(sort for sort in sorts if sort.field not in entity.retired)
    return SavedList(name, label, where, kept, columns)


def compile_search(entity: EntityDraft) -> tuple[str, ...]:
    """The fields as written; without any, the first text field."""
    for index, name in enumerate(entity.spec.search):
        path = ("search", index)
        _known_or_retired(entity, path, name)
        type_ = entity.types.get(name)
        if type_ and not _is_text(type_):
            help = f"fields that do: {', '.join(_text_fields(entity))}"
            entity.page.wrong(path, "not-text", f'"{name}" holds no text', help=help)
    texts = tuple(_text_fields(entity))
    searched = (
        (each for each in entity.members(name) if each in texts) if name in entity.groups else (name,)
        for name in entity.spec.search
    )
    return entity.shown(each for names in searched for each in names) or texts[:1]


def compile_timeline(entity: EntityDraft) -> Timeline | None:
    spec = entity.spec.timeline
    if spec is None:
        return None
    names = (spec.on,) if isinstance(spec.on, str) else tuple(spec.on)
    for index, name in enumerate(names):
        path: Path = ("timeline", "on") if isinstance(spec.on, str) else ("timeline", "on", index)
        _known(entity, path, name)
        type_ = entity.types.get(name)
        if type_ and not type_.targets():
            entity.page.wrong(path, "not-a-link", f'"{name}" is not a link', help="name a field of type link")
    _known(entity, ("timeline", "at"), spec.at)
    at = entity.types.get(spec.at)
    if at and at.storage().kind is not Kind.DATETIME:
        help = "name a field of type datetime, or created_at"
        message = f'"{spec.at}" holds no date and time'
        entity.page.wrong(("timeline", "at"), "not-a-datetime", message, help=help)
    return Timeline(names, spec.at)


def compile_unique(entity: EntityDraft) -> tuple[tuple[str, ...], ...]:
    for index, group in enumerate(entity.spec.unique):
        for inner, name in enumerate(group):
            _known(entity, ("unique", index, inner), name)
    return tuple(tuple(group) for group in entity.spec.unique)


def _known(entity: EntityDraft, path: Path, field: str) -> None:
    entity.page.pick(path, "unknown-field", f"field of {entity.name}", field, entity.types)


def _known_or_retired(entity: EntityDraft, path: Path, field: str) -> None:
    if field not in entity.retired and field not in entity.groups:
        _known(entity, path, field)


def _once(entity: EntityDraft, path: Path, field: str, before: list[str], where: str) -> None:
    if field in before:
        entity.page.wrong(path, "twice", f'"{field}" is {where} already', help="take one of them away")


def _text_fields(entity: EntityDraft) -> Iterator[str]:
    return (name for name, type_ in entity.own_types() if _is_text(type_))


def _is_text(type_: FieldType) -> bool:
    return isinstance(type_.expression_type(), Text)
