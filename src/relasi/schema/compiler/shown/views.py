"""What people see of an entity: its title, lists, search and timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.leading import leads_here
from relasi.schema.compiler.page import Path
from relasi.schema.compiler.shown.layouts import compile_work
from relasi.schema.compiler.shown.named import check_known, check_once, check_shown
from relasi.schema.expressions import Template
from relasi.schema.expressions.tree import Read
from relasi.schema.expressions.types import Text
from relasi.schema.fields.base import FieldType, Kind
from relasi.schema.labels import label_of
from relasi.schema.model import SavedList, Sort, Timeline
from relasi.schema.spec.entity import ListSpec


def compile_title(draft: Draft, entity: EntityDraft) -> Template | None:
    source = entity.spec.title or "{" + next(_text_fields(entity), "id") + "}"
    return entity.page.template(("title",), source, draft.scope(entity.name))


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
        check_shown(entity, (*path, "columns", index), column)
        check_once(entity, (*path, "columns", index), column, spec.columns[:index], "in this list")
    for index, word in enumerate(spec.sort):
        check_shown(entity, (*path, "sort", index), word.removeprefix("-"))
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
    work = compile_work(draft, entity, (*path, "work"), spec.work, columns)
    return SavedList(name, label, where, kept, columns, work)


def compile_search(draft: Draft, entity: EntityDraft, title: Template | None) -> tuple[str, ...]:
    """The fields as written, those of linked records as paths; without any, the texts of which the title is
    made, or else the first text field."""
    through = dict(_through_links(draft, entity))
    for index, name in enumerate(entity.spec.search):
        path = ("search", index)
        if "." in name:
            continue
        check_shown(entity, path, name)
        type_ = entity.types.get(name)
        if type_ and not _is_text(type_):
            help = f"fields that do: {', '.join(_text_fields(entity))}"
            entity.page.wrong(path, "not-text", f'"{name}" holds no text', help=help)
    texts = tuple(_text_fields(entity))
    searched = (
        (each for each in entity.members(name) if each in texts) if name in entity.groups else (name,)
        for name in entity.spec.search
        if "." not in name or through.get(name)
    )
    written = entity.shown(each for names in searched for each in names)
    return written or tuple(dict.fromkeys(_in_title(draft, title))) or texts[:1]


def _in_title(draft: Draft, title: Template | None) -> Iterator[str]:
    for expression in title.expressions if title else ():
        read = expression.root
        if isinstance(read, Read) and read.path[-1] in _text_fields(draft.entities[read.entities[-1]]):
            yield ".".join(read.path)


def _through_links(draft: Draft, entity: EntityDraft) -> Iterator[tuple[str, bool]]:
    """The paths that are written, and whether the field at the end is one that can be searched."""
    for index, name in enumerate(entity.spec.search):
        if "." not in name:
            continue
        path = ("search", index)
        found = entity.page.expression(path, name, draft.scope(entity.name), None)
        if found is None:
            continue
        other = draft.entities[found.root.entities[-1]] if isinstance(found.root, Read) else entity
        texts = tuple(_text_fields(other))
        is_text = isinstance(found.root, Read) and name.rpartition(".")[2] in texts
        if not is_text:
            help = f"fields of {other.name} that do: {', '.join(texts)}"
            entity.page.wrong(path, "not-text", f'"{name}" holds no text', help=help)
        yield name, is_text


def compile_timeline(entity: EntityDraft) -> Timeline | None:
    spec = entity.spec.timeline
    if spec is None:
        return None
    names = (spec.on,) if isinstance(spec.on, str) else tuple(spec.on)
    for index, name in enumerate(names):
        path: Path = ("timeline", "on") if isinstance(spec.on, str) else ("timeline", "on", index)
        check_known(entity, path, name)
        type_ = entity.types.get(name)
        if type_ and not type_.targets():
            entity.page.wrong(path, "not-a-link", f'"{name}" is not a link', help="name a field of type link")
    check_known(entity, ("timeline", "at"), spec.at)
    at = entity.types.get(spec.at)
    if at and at.storage().kind is not Kind.DATETIME:
        help = "name a field of type datetime, or created_at"
        message = f'"{spec.at}" holds no date and time'
        entity.page.wrong(("timeline", "at"), "not-a-datetime", message, help=help)
    return Timeline(names, spec.at)


def compile_timeline_of(draft: Draft, entity: EntityDraft) -> Iterator[tuple[str, str]]:
    for index, written in enumerate(entity.spec.timeline_of):
        path: Path = ("timeline_of", index)
        name, _, link = written.partition(".")
        other = draft.pick_entity(entity.page, path, name)
        if other is None or (link in other.types and other.types[link] is None):
            continue
        type_ = other.types.get(link)
        if leads_here(entity, path, other, link, type_.expression_type() if type_ else None):
            yield name, link


def compile_unique(entity: EntityDraft) -> tuple[tuple[str, ...], ...]:
    for index, group in enumerate(entity.spec.unique):
        for inner, name in enumerate(group):
            check_known(entity, ("unique", index, inner), name)
    return tuple(tuple(group) for group in entity.spec.unique)


def _text_fields(entity: EntityDraft) -> Iterator[str]:
    """Those that everybody who may read a record can know it by."""
    return (name for name, type_ in entity.own_types() if _is_text(type_) and not type_.is_encrypted)


def _is_text(type_: FieldType) -> bool:
    return isinstance(type_.expression_type(), Text)
