"""Forms: sections, their conditions, tabs, and several forms of one entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Path
from relasi.schema.compiler.shown.named import check_once, check_shown
from relasi.schema.compiler.variants import check_last_is_for_all
from relasi.schema.expressions import Expression
from relasi.schema.labels import label_of
from relasi.schema.model import Form, Section, Tab
from relasi.schema.spec.entity import SectionSpec

Rows = tuple[tuple[str, ...], ...]


def compile_forms(draft: Draft, entity: EntityDraft) -> tuple[Form, ...]:
    """The forms as written; without any, one with every field in one section."""
    spec, page = entity.spec, entity.page
    if spec.form and spec.forms:
        message = "there is a form already, for all records"
        help = "make it one of the forms, or take it away"
        page.wrong(("forms",), "contradiction", message, help=help, at_key=True)
    if not spec.forms:
        sections = _sections(draft, entity, ("form",), spec.form) if spec.form else _all(draft, entity)
        return (_form("", None, frozenset(), sections),)
    conditions = [(name, each.when or each.roles or None) for name, each in spec.forms.items()]
    check_last_is_for_all(page, ("forms",), conditions)
    forms = []
    for name, form in spec.forms.items():
        for index, role in enumerate(form.roles):
            page.pick(("forms", name, "roles", index), "unknown-role", "role", role, draft.roles)
        when = page.condition(("forms", name, "when"), form.when, draft.scope(entity.name))
        sections = _sections(draft, entity, ("forms", name, "sections"), form.sections)
        forms.append(_form(name, when, frozenset(form.roles), sections))
    return tuple(forms)


def _form(name: str, when: Expression | None, roles: frozenset[str], sections: tuple[Section, ...]) -> Form:
    places = {field: each for each in sections for row in (*each.rows, each.tables) for field in row}
    return Form(name, when, roles, sections, MappingProxyType(places))


def _all(draft: Draft, entity: EntityDraft) -> tuple[Section, ...]:
    spec = entity.spec
    rows = tuple(row for name in entity.shown(spec.fields) for row in entity.rows(name))
    tables = tuple(entity.tables)
    return (Section("all", label_of(spec.label, spec.entity, draft.languages), rows, tables),)


def _sections(
    draft: Draft, entity: EntityDraft, base: Path, specs: Mapping[str, SectionSpec]
) -> tuple[Section, ...]:
    placed: list[str] = []
    sections = []
    for name, spec in specs.items():
        path = (*base, name)
        for place, field in _places((*path, "fields"), spec.fields):
            if field not in entity.tables:
                check_shown(entity, place, field)
            elif isinstance(place[-2], int):
                message, help = (
                    f'"{field}" is a table and needs the whole width',
                    "take it out of the brackets",
                )
                entity.page.wrong(place, "no-value", message, help=help)
            check_once(entity, place, field, placed, "on this form")
            placed += {field, *entity.members(field)}
        scope = draft.scope(entity.name, opens=True)
        section = Section(
            name=name,
            label=label_of(spec.label, name, draft.languages),
            rows=_rows(entity, spec),
            tables=tuple(each for each in spec.fields if isinstance(each, str) and each in entity.tables),
            visible_when=entity.page.condition((*path, "visible_when"), spec.visible_when, scope),
            required_when=entity.page.condition((*path, "required_when"), spec.required_when, scope),
            read_only_when=entity.page.condition((*path, "read_only_when"), spec.read_only_when, scope),
        )
        sections.append(section)
    return tuple(section for section in sections if section.rows or section.tables)


def _rows(entity: EntityDraft, spec: SectionSpec) -> Rows:
    """As written; fields that are named alone fill the columns of the section."""
    found: list[tuple[str, ...]] = []
    alone: list[str] = []

    def flush() -> None:
        starts = range(0, len(alone), spec.columns)
        found.extend(tuple(alone[start : start + spec.columns]) for start in starts)
        alone.clear()

    for written in spec.fields:
        rows = [row for each in entity.rows(written) if (row := entity.shown(each))]
        if isinstance(written, str) and all(len(row) == 1 for row in rows) and len(rows) <= 1:
            alone.extend(name for row in rows for name in row)
        else:
            flush()
            found.extend(rows)
    flush()
    return tuple(found)


def _places(base: Path, rows: Iterable[str | list[str]]) -> Iterator[tuple[Path, str]]:
    for index, row in enumerate(rows):
        if isinstance(row, str):
            yield (*base, index), row
        else:
            yield from (((*base, index, inner), field) for inner, field in enumerate(row))


def compile_tabs(draft: Draft, entity: EntityDraft) -> tuple[Tab, ...]:
    spec, page = entity.spec, entity.page
    known = {name: section for form in spec.forms.values() for name, section in form.sections.items()}
    known |= spec.form
    placed: list[str] = []
    for name, tab in spec.tabs.items():
        for index, section in enumerate(tab.sections):
            path: Path = ("tabs", name, "sections", index)
            page.pick(path, "unknown-section", "section on the form", section, known)
            if section in placed:
                help = "take one of them away"
                page.wrong(path, "twice", f'"{section}" is behind a tab already', help=help)
            placed.append(section)
    return tuple(
        Tab(name, label_of(tab.label, name, draft.languages), tuple(tab.sections))
        for name, tab in spec.tabs.items()
    )
