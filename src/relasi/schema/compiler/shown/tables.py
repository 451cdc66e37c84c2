"""Tables on a form: whose records their rows are, and by which of their fields they belong to the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.leading import leads_here, links_to
from relasi.schema.compiler.entity.pairs import made_pairs
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.compiler.page import Path
from relasi.schema.compiler.shown.named import check_once
from relasi.schema.expressions.types import Duration, Number, Rows
from relasi.schema.fields.base import FieldType
from relasi.schema.fields.link import LinkField
from relasi.schema.fields.many import ManySpec
from relasi.schema.fields.money import MoneyField
from relasi.schema.fields.rows import RowsSpec
from relasi.schema.fields.tables import TableSpec
from relasi.schema.labels import label_of
from relasi.schema.model import RowTable

Ends = tuple[EntityDraft, str, str | None]
"""Whose records the rows are, the link that leads here, and the one to the other side of a pair."""


def type_tables(draft: Draft) -> None:
    """Fills `entity.rows_types`, once all links are known."""
    for entity in draft.entities.values():
        for name, spec in entity.tables.items():
            if ends := _ends(draft, entity, name, spec):
                rows, link, other = ends
                targets, leading = rows.types[other] if other else None, rows.types[link]
                entity.rows_types[name] = Rows(
                    entity=rows.name,
                    link=link,
                    column=other or "id",
                    targets=targets.targets() if targets else (rows.name,),
                    prefix=f"{entity.name}/" if leading and len(leading.targets()) > 1 else "",
                )


def compile_tables(draft: Draft, entity: EntityDraft) -> Iterator[RowTable]:
    for name, rows in entity.rows_types.items():
        other = rows.column if isinstance(entity.tables[name], ManySpec) else None
        ends = (draft.entities[rows.entity], rows.link, other)
        yield _table(draft, entity, name, entity.tables[name], ends)


def _ends(draft: Draft, entity: EntityDraft, name: str, spec: TableSpec) -> Ends | None:
    """None where they are not there, which is reported."""
    if isinstance(spec, RowsSpec):
        child_name, _, link = spec.of.partition(".")
        path: Path = (*entity.place(name), "of")
        child = draft.pick_entity(entity.page, path, child_name)
        if child is not None and link in child.derived:
            message = f"{child_name}.{link} is made of other fields, so no row can be entered through it"
            entity.page.wrong(path, "not-a-link", message, help="name a link that people enter")
            return None
        if child is None or child.is_broken(link):
            return None
        type_ = child.types.get(link)
        found = leads_here(entity, path, child, link, type_.expression_type() if type_ else None)
        return (child, link, None) if found else None
    assert isinstance(spec, ManySpec)
    return _pair(draft, entity, name, spec)


def _pair(draft: Draft, entity: EntityDraft, name: str, spec: ManySpec) -> Ends | None:
    place, page = entity.place(name), entity.page
    if draft.pick_entity(page, (*place, "to"), spec.to) is None:
        return None
    if spec.through:
        pairs = draft.pick_entity(page, (*place, "through"), spec.through)
    else:
        pairs = made_pairs(draft, entity, name)
    if pairs is None:
        return None
    leading, through = links_to(pairs, entity.name), pairs.name
    if spec.link and spec.link not in leading:
        known = dict.fromkeys(leading)
        page.pick((*place, "link"), "unknown-field", f"link of {through}", spec.link, known)
        return None
    ways = [spec.link] if spec.link else leading
    found = [(link, other) for link in ways for other in links_to(pairs, spec.to) if other != link]
    if not found:
        ends = [each for each in (entity.name, spec.to) if not links_to(pairs, each)] or [spec.to]
        message = f"{through} does not link to {ends[0]}, so it is no pair"
        help = f"give it a field {{type: link, to: {ends[0]}, required: true, on_delete: cascade}}"
        page.wrong((*place, "through"), "not-a-link", message, help=help)
        return None
    link, other = found[0]
    if len({frozenset(each) for each in found}) > 1:
        message = f"{through} leads here by {' and by '.join(dict.fromkeys(each for each, _ in found))}"
        help = f"say which leads here: link: {link}"
        page.wrong((*place, "through"), "not-a-link", message, help=help)
        return None
    for end in (link, other):
        _goes_with_its_ends(pairs, end)
    return pairs, link, other


def _goes_with_its_ends(pairs: EntityDraft, end: str) -> None:
    type_ = pairs.types.get(end)
    if isinstance(type_, LinkField) and not (type_.required and type_.on_delete == "cascade"):
        help = "add required: true and on_delete: cascade to this link"
        pairs.page.wrong(
            pairs.place(end), "half-a-pair", f"a pair without {end} is none", help=help, at_key=True
        )


def _table(draft: Draft, entity: EntityDraft, name: str, spec: TableSpec, ends: Ends) -> RowTable:
    child, link, other = ends
    columns = tuple(_columns(entity, name, spec, ends))
    _check_totals(entity, name, spec, child)
    _check_order(entity, name, spec, child)
    if spec.columns is not None:
        _check_complete(entity, name, child, {link, *columns})
    return RowTable(
        name=name,
        label=label_of(spec.label, name, draft.languages),
        entity=child.name,
        link=link,
        columns=columns,
        totals=tuple(spec.totals),
        order_by=spec.order_by,
        other=other,
        help=label_of(spec.help, name, draft.languages) if spec.help else None,
        visible_when=entity.page.condition(
            (*entity.place(name), "visible_when"), spec.visible_when, draft.scope(entity.name)
        ),
    )


def _columns(entity: EntityDraft, name: str, spec: TableSpec, ends: Ends) -> Iterator[str]:
    """The other side of a pair first; without any that are written, all that the author gave the rows."""
    child, link, other = ends
    if other is not None:
        yield other
    if spec.columns is None:
        ours = {*SYSTEM_TYPES, link, other}
        yield from child.shown(each for each in child.types if each not in ours)
        return
    before: list[str] = []
    for index, column in enumerate(spec.columns):
        path: Path = (*entity.place(name), "columns", index)
        if column in (link, other):
            message = f"every row has {column} already"
            entity.page.wrong(path, "twice", message, help="take it away")
            continue
        if column not in child.retired and column not in child.groups:
            _check_field(entity, path, child, column)
        check_once(entity, path, column, before, "in this table")
        before.append(column)
        yield from child.shown(child.columns(column))


def _check_field(entity: EntityDraft, path: Path, child: EntityDraft, name: str) -> FieldType | None:
    """The type of a field of the rows."""
    return entity.page.pick(path, "unknown-field", f"field of {child.name}", name, child.types)


def _check_totals(entity: EntityDraft, name: str, spec: TableSpec, child: EntityDraft) -> None:
    for index, column in enumerate(spec.totals):
        path: Path = (*entity.place(name), "totals", index)
        if spec.columns is not None and column in child.types and column not in spec.columns:
            message = f'"{column}" is no column of this table'
            entity.page.wrong(path, "no-value", message, help="add it to the columns")
            continue
        type_ = _check_field(entity, path, child, column)
        if type_ and not _adds_up(type_):
            fitting = [each for each, found in child.own_types() if _adds_up(found)]
            help = f"fields of {child.name} that fit: {', '.join(fitting)}"
            entity.page.wrong(path, "not-summable", f'"{column}" cannot be added up', help=help)


def _adds_up(type_: FieldType) -> bool:
    """Amounts in different currencies have no sum; what they come to in the project's own has."""
    mixed = isinstance(type_, MoneyField) and len(type_.currencies) > 1
    return isinstance(type_.expression_type(), (Number, Duration)) and not mixed


def _check_order(entity: EntityDraft, name: str, spec: TableSpec, child: EntityDraft) -> None:
    if spec.order_by is None:
        return
    path: Path = (*entity.place(name), "order_by")
    type_ = _check_field(entity, path, child, spec.order_by)
    if type_ and type_.name != "number":
        message = f'"{spec.order_by}" is no number'
        entity.page.wrong(path, "no-order", message, help="name a field of type number: 1, 2, 3")


def _check_complete(entity: EntityDraft, name: str, child: EntityDraft, shown: Iterable[str]) -> None:
    """Whether a row can be entered: all that it must have is a column, or comes by itself."""
    known = {*shown, *child.derived}
    for field, type_ in child.own_types():
        comes = type_.computed or type_.default is not None or type_.default_from is not None
        if type_.required and not comes and field not in known:
            message = f"no row could be saved: {field} is required and no column"
            help = f"add {field} to the columns, or give it a default"
            entity.page.wrong((*entity.place(name), "columns"), "missing-column", message, help=help)
