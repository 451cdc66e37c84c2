"""Maps, checked against the Model and the columns of the file; every mistake has its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale

from relasi.config.nodes import Scalar, lookup
from relasi.diagnostics import nearest
from relasi.importing.cells import as_text, converter
from relasi.importing.mapping import Mapping as ImportMapping
from relasi.importing.mapping import Reference, Source, Take
from relasi.importing.references import USER, match_by_default, match_types
from relasi.importing.spec import SourceSpec, Words
from relasi.importing.tables import Cell
from relasi.importing.written import Map
from relasi.schema.compiler.page import Page
from relasi.schema.compiler.page import Path as Place
from relasi.schema.derivations import is_binding, is_brought
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import FieldType, Reading, Value, ValueProblem
from relasi.schema.model import Entity, Field, Model

ID = "id"
"""The field that says which record a row is, and as `match` of a link, that the column has ids."""

_HOLE = re.compile(r"\{([^{}]*)\}")


def compile_map(map_: Map, entity: Entity, model: Model, columns: Sequence[str]) -> ImportMapping | None:
    """None, with diagnostics, where the map does not fit the Model or the file."""
    return _Compiler(map_, entity, model, columns).mapping()


class _Compiler:
    def __init__(self, map_: Map, entity: Entity, model: Model, columns: Sequence[str]) -> None:
        self._spec, self._page = map_.spec, map_.page
        self._entity, self._model, self._columns = entity, model, columns
        self._used: set[str] = set()
        locale = Locale(self._spec.locale or model.settings.languages[0])
        zone = self._zone(("zone",), self._spec.zone) or model.settings.zone
        self._reading = Reading(locale, zone, _listed(self._spec.format))

    def mapping(self) -> ImportMapping | None:
        before = len(self._page.diagnostics)
        self._page.pick(
            ("import",), "wrong-entity", "entity being imported", self._spec.entity, {self._entity.name: 0}
        )
        sources: list[Source] = []
        references: list[Reference] = []
        for name, written in self._spec.fields.items():
            made = self._field(name, _widened(written))
            if isinstance(made, Source):
                sources.append(made)
            elif made is not None:
                references.append(made)
        needed = tuple(self._needed())
        key = tuple(self._key())
        self._nothing_required_is_missing()
        if len(self._page.diagnostics) > before:
            return None
        return ImportMapping(
            entity=self._entity,
            sources=tuple(sources),
            references=tuple(references),
            key=key,
            last_wins=self._spec.same_key == "last",
            needed=needed,
            unused=tuple(name for name in self._columns if name and name not in self._used),
        )

    def _field(self, name: str, spec: SourceSpec) -> Source | Reference | None:
        place: Place = ("fields", name)
        if len(spec.model_fields_set & {"column", "value", "template"}) != 1:
            help = "write exactly one of from, value and template"
            self._page.wrong(place, "origin", "say where the value comes from", help=help)
            return None
        if name == ID:
            return Source(ID, self._take(place, self._entity.fields[ID].type, spec))
        field = self._own_field(self._entity, place, name)
        if field is None:
            return None
        if not may_be_brought(field):
            message, help = f'"{name}" is made of other fields', "take the line away"
            self._page.wrong(place, "read-only", message, help=help, at_key=True)
            return None
        if isinstance(field.type, Attached):
            help = "take the line away; people add files on the page of the record"
            self._page.wrong(
                place, "no-files", f'"{name}" keeps files, a table has none', help=help, at_key=True
            )
            return None
        if field.links_to or field.type.name == "user":
            return self._reference(place, field, spec)
        for key in ("to", "match", "create"):
            if key in spec.model_fields_set:
                self._page.wrong(
                    (*place, key), "no-link", f'"{name}" is no link', help=f"take {key} away", at_key=True
                )
        return Source(name, self._take(place, field.type, spec))

    def _own_field(self, entity: Entity, place: Place, name: str) -> Field | None:
        legal = {each.name: each for each in entity.own_fields}
        return self._page.pick(place, "unknown-field", f"field of {entity.name}", name, legal, at_key=True)

    def _take(self, place: Place, type_: FieldType, spec: SourceSpec) -> Take:
        if "value" in spec.model_fields_set:
            constant = self._authored((*place, "value"), type_, spec.value)
            return lambda _: constant
        pick = self._cell(place, spec)
        reading = Reading(
            self._reading.locale,
            self._zone((*place, "zone"), spec.zone) or self._reading.zone,
            _listed(spec.format) or self._reading.date_formats,
        )
        values = {
            word: self._authored((*place, "values", word), type_, value)
            for word, value in spec.values.items()
        }
        otherwise = self._authored((*place, "otherwise"), type_, spec.otherwise)
        convert = converter(type_, reading, values=values, otherwise=otherwise)
        return lambda cells: convert(pick(cells))

    def _reference(self, place: Place, field: Field, spec: SourceSpec) -> Source | Reference | None:
        if spec.match == ID and spec.create is None:
            return Source(field.name, self._take(place, field.type, spec))
        target = self._target(place, field, spec)
        if target is None:
            return None
        types = match_types(self._model, target)
        match = spec.match or match_by_default(self._model, target)
        type_ = self._page.pick((*place, "match"), "unknown-field", f"field of {target}", match, types)
        if type_ is None:
            return None
        create = None
        if spec.create is not None and target == USER:
            self._page.wrong(
                (*place, "create"), "no-link", "an import makes no users", help="add them first", at_key=True
            )
        elif spec.create is not None:
            create = self._create(place, self._model.entities[target], match, spec)
        take = self._take(place, type_, spec)
        return Reference(field.name, target, match, take, len(field.links_to) > 1, create)

    def _target(self, place: Place, field: Field, spec: SourceSpec) -> str | None:
        targets = {each: each for each in field.links_to} or {USER: USER}
        if spec.to is not None:
            return self._page.pick(
                (*place, "to"), "unknown-entity", f"entity that {field.name} links to", spec.to, targets
            )
        if len(targets) > 1:
            self._page.wrong(
                place,
                "missing-key",
                f'"{field.name}" links to several entities',
                help=f"add to: and one of {', '.join(targets)}",
                at_key=True,
            )
            return None
        return next(iter(targets))

    def _create(self, place: Place, target: Entity, match: str, spec: SourceSpec) -> tuple[Source, ...]:
        """What fills a new linked record beside the field that was looked for."""
        sources = []
        for name, written in (spec.create or {}).items():
            inner = (*place, "create", name)
            field = self._own_field(target, inner, name)
            if field is None:
                continue
            if isinstance(written, str) and _HOLE.search(written):
                part = SourceSpec.model_validate({"template": written})
            else:
                part = SourceSpec.model_validate({"value": written})
            sources.append(Source(name, self._take(inner, field.type, part)))
        if match in (spec.create or {}):
            message = f'"{match}" gets what was looked for'
            self._page.wrong(
                (*place, "create", match), "contradiction", message, help="take it away", at_key=True
            )
        return tuple(sources)

    def _cell(self, place: Place, spec: SourceSpec) -> Take:
        if spec.column is not None:
            position = self._column(_existing(self._page, place, "from"), spec.column)
            return lambda cells: cells[position]
        return self._template(_existing(self._page, place, "template"), spec.template or "")

    def _template(self, place: Place, text: str) -> Take:
        holes = [
            (match.group(1), self._column(place, match.group(1), match)) for match in _HOLE.finditer(text)
        ]
        pieces = _HOLE.split(text)[::2]

        def take(cells: Sequence[Cell]) -> str:
            found = [as_text(cells[position]).strip() for _, position in holes]
            if holes and not any(found):
                return ""
            return "".join(piece + value for piece, value in zip(pieces, [*found, ""], strict=True))

        return take

    def _column(self, place: Place, name: str, match: re.Match[str] | None = None) -> int:
        """Its position; 0 with a diagnostic where the file has none of that name."""
        if name in self._columns:
            self._used.add(name)
            return self._columns.index(name)
        node = lookup(self._page.document.root, place)
        span = (
            node.inner_span(*match.span(1)) if match and isinstance(node, Scalar) else self._page.span(place)
        )
        columns = [each for each in self._columns if each]
        near = nearest(name, columns)
        help = "" if near else f"the columns are: {', '.join(columns)}"
        message = f'the file has no column "{name}"'
        self._page.diagnostics.error("unknown-column", message, span, help=help, suggestion=near)
        return 0

    def _authored(self, place: Place, type_: FieldType, written: Any) -> Value:  # Any: a plain value of YAML
        try:
            return type_.accept(written)
        except ValueProblem as problem:
            choices = type_.choices()
            if choices and isinstance(written, str):
                self._page.unknown(place, "bad-value", f'there is no option "{written}"', written, choices)
            else:
                self._page.wrong(place, "bad-value", f"{written} cannot be the value", help=problem.text())
            return None

    def _zone(self, place: Place, name: str | None) -> ZoneInfo | None:
        if name is None:
            return None
        found = self._page.pick(
            place, "unknown-time-zone", "time zone", name, dict.fromkeys(available_timezones(), "")
        )
        return ZoneInfo(name) if found is not None else None

    def _needed(self) -> Iterable[tuple[int, str]]:
        written = self._spec.skip_when_empty
        for index, name in enumerate(_listed(written)):
            place: Place = ("skip_when_empty",) if isinstance(written, str) else ("skip_when_empty", index)
            yield self._column(place, name), name

    def _key(self) -> Iterable[str]:
        legal = {
            name: name
            for name in self._spec.fields
            if name in self._entity.fields and self._entity.fields[name].type.name not in ("link", "user")
        }
        legal = {ID: ID} if ID in legal else legal
        written = self._spec.key or (ID if ID in self._spec.fields else [])
        for index, name in enumerate(_listed(written)):
            place: Place = ("key",) if isinstance(written, str) else ("key", index)
            if self._page.pick(place, "unknown-field", "field of this map (no link) called", name, legal):
                yield name

    def _nothing_required_is_missing(self) -> None:
        for name in missing_fields(self._entity, self._spec.fields) if ID not in self._spec.fields else ():
            self._page.wrong(
                ("fields",),
                "missing-field",
                f'nothing fills "{name}", which every {self._entity.name} needs',
                help=f"add {name}: and the name of a column",
                at_key=True,
            )


def may_be_brought(field: Field) -> bool:
    """Whether a value of its own can stand in a file: not what is nothing but made of others."""
    return not is_binding(field.derivation) or is_brought(field.derivation)


def missing_fields(entity: Entity, filled: Mapping[str, object] | Iterable[str]) -> list[str]:
    """Required fields without a value of their own that nothing fills."""
    given = set(filled)
    return [
        field.name
        for field in entity.own_fields
        if field.type.required
        and field.type.default is None
        and not field.computed
        and field.name not in given
    ]


def _existing(page: Page, place: Place, key: str) -> Place:
    """The place of a key, or of the short form that stands for it."""
    return (*place, key) if lookup(page.document.root, (*place, key)) is not None else place


def _widened(written: str | SourceSpec) -> SourceSpec:
    """`field: column` is short for `field: {from: column}`."""
    return SourceSpec.model_validate({"from": written}) if isinstance(written, str) else written


def _listed(words: Words) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)
