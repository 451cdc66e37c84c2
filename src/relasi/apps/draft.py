"""What somebody has typed into a form and not saved yet. It lives in the session, so no error and no hidden
field loses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import streamlit as st

from relasi.apps.controls import Raw, control_of, holding
from relasi.apps.visitor import Visitor
from relasi.errors import Issue
from relasi.records import Record
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.model import Entity, Field, RowTable


@dataclass(frozen=True, slots=True)
class Making:
    """The record that is being made first, for the link in `field`; `typed` is what it was looked for by."""

    field: str
    entity: str
    typed: str


@dataclass
class Draft:
    """`raw` is what the controls hold, `began` what they held at first; `issues` are by field, None is the
    form as a whole. `conflicts` are (mine, theirs) of fields that somebody else changed meanwhile."""

    key: str
    entity: Entity
    record: Record | None
    language: str
    raw: dict[str, Raw] = field(default_factory=dict)
    began: dict[str, Raw] = field(default_factory=dict)
    issues: dict[str | None, list[str]] = field(default_factory=dict)
    conflicts: dict[str, tuple[Value, Value]] = field(default_factory=dict)
    mine: dict[str, Raw] = field(default_factory=dict)
    """What was typed into fields whose other value was chosen, so that the choice can be taken back."""
    alike: tuple[Issue, ...] = ()
    """Records that may be the one in the form, as it was when it was to be saved."""
    is_meant: bool = False
    """Whether it is to be saved all the same."""
    drawn: int = 0
    """How often the controls were made anew, because something other than typing changed what they hold."""
    tables: dict[str, TableDraft] = field(default_factory=dict)
    foresees: bool = False
    """Whether what it will come to is told while it is filled in."""
    foreseen: Mapping[str, Value] = field(default_factory=dict)
    """What its computed fields will hold once it is saved, as far as that can be told."""
    foreseen_for: tuple[object, ...] = ()
    """What was entered when that was worked out."""
    compact: bool = False
    """Whether it is a row of a table, where there is little room for each control."""
    saved: Record | None = None
    """What became of it."""
    makes_others: bool = False
    """Whether records to link to can be made on the way."""
    making: Making | None = None

    def widget(self, name: str) -> str:
        """The key of a field's control."""
        return f"{self.key}.{self.drawn}.{name}"

    def touched(self, name: str) -> bool:
        return self.raw.get(name) != self.began.get(name)

    @property
    def beginning(self) -> tuple[object, ...]:
        """What it began with: of two that are alike, one will do."""
        rows = ((row.draft.record and row.draft.record.version, row.draft.beginning) for row in self.rows)
        return self.began, *rows

    @property
    def is_touched(self) -> bool:
        return any(map(self.touched, self.raw)) or any(each.is_touched for each in self.tables.values())

    def value(self, visitor: Visitor, each: Field) -> Value:
        """What was typed, as a value; as it was where nothing was typed. Raises ValueProblem."""
        if self.record is not None and not self.touched(each.name):
            return self.record.values.get(each.name)
        return control_of(each).value(each, self.raw.get(each.name), visitor)

    def refit(self, visitor: Visitor) -> None:
        """Goes on by the entity as it is now, if it was changed and applied meanwhile: what was typed into a
        field that is gone, or of another type by now, is let go."""
        entity = visitor.entity(self.entity.name)
        if entity is self.entity:
            return
        for name, field_ in self.entity.fields.items():
            now = entity.fields.get(name)
            if now is None or now.type != field_.type:
                self.raw.pop(name, None)
                self.began.pop(name, None)
        self.entity = entity
        self.tables = {name: each for name, each in self.tables.items() if name in entity.tables}
        for name, opened in self.tables.items():
            opened.table = entity.tables[name]
            for row in opened.rows:
                row.draft.refit(visitor)

    def catch_keystrokes(self) -> None:
        """Takes over what the controls hold since they were drawn."""
        for each in self.entity.own_fields:
            held = holding(each, self.widget(each.name), self.raw.get(each.name))
            if held != self.raw.get(each.name):
                self.raw[each.name] = held
        for row in self.rows:
            row.draft.catch_keystrokes()

    @property
    def rows(self) -> tuple[RowDraft, ...]:
        return tuple(row for table in self.tables.values() for row in table.rows)

    def values(self, visitor: Visitor, names: Iterable[str]) -> tuple[dict[str, Value], dict[str, str]]:
        """The values of the fields as far as they can be read, and what is wrong with the others."""
        values: dict[str, Value] = {}
        wrong: dict[str, str] = {}
        for name in names:
            try:
                values[name] = self.value(visitor, self.entity.fields[name])
            except ValueProblem as problem:
                wrong[name] = Issue(name, problem.code, problem.params).text(visitor.language)
        return values, wrong

    def start(self, visitor: Visitor, values: Mapping[str, Value]) -> None:
        """Begins with these values."""
        self.raw = _raw(visitor, self.entity, values)
        self.began = dict(self.raw)

    def catch_up(self, visitor: Visitor, record: Record) -> None:
        """Takes over what others have saved meanwhile in fields that nobody has touched here."""
        theirs = _raw(visitor, self.entity, record.values)
        self.raw = theirs | {name: held for name, held in self.raw.items() if self.touched(name)}
        self.began, self.record = theirs, record
        self.drawn += 1

    def link_to(self, name: str, record: Record) -> None:
        """Puts a record that was made on the way into a link."""
        self.raw[name] = {"entity": record.entity, "id": record.id, "title": record.title}
        self.making = None
        self.drawn += 1

    def yield_to_theirs(self, name: str) -> None:
        """Gives up what was typed into a field for what somebody else saved."""
        self.raw[name] = self.began.get(name)
        self.drawn += 1

    def translate(self, visitor: Visitor) -> None:
        """Writes numbers and dates anew when the user has changed the language; what cannot be read stays
        as typed."""
        before, self.language = replace(visitor, language=self.language), visitor.language
        for held in (self.raw, self.began, self.mine):
            for name in held:
                each = self.entity.fields[name]
                try:
                    value = control_of(each).value(each, held[name], before)
                except ValueProblem:
                    continue
                held[name] = control_of(each).raw(each, value, visitor)
        self.drawn += 1
        for row in self.rows:
            row.draft.translate(visitor)

    def close(self) -> None:
        st.session_state.pop(self.key, None)


@dataclass
class RowDraft:
    """A row of a table. `open_fields` are those that can be typed into, as it was drawn."""

    draft: Draft
    may_update: bool = True
    may_delete: bool = True
    open_fields: frozenset[str] = frozenset()


@dataclass
class TableDraft:
    """The rows of a table: those that are there, then new ones; `gone` are records that were taken away."""

    table: RowTable
    may_create: bool
    rows: list[RowDraft] = field(default_factory=list)
    gone: list[Record] = field(default_factory=list)
    more: bool = False
    """Whether there are rows that the form does not show."""
    made: int = 0
    """How many rows it has ever had: the keys of their controls count up."""

    @property
    def is_touched(self) -> bool:
        return bool(self.gone) or any(row.draft.record is None or row.draft.is_touched for row in self.rows)

    @property
    def is_wrong(self) -> bool:
        return any(row.draft.issues for row in self.rows)

    def remove(self, row: RowDraft) -> None:
        self.rows.remove(row)
        if row.draft.record is not None:
            self.gone.append(row.draft.record)


def _raw(visitor: Visitor, entity: Entity, values: Mapping[str, Value]) -> dict[str, Raw]:
    return {
        each.name: control_of(each).raw(each, values[each.name], visitor)
        for each in entity.own_fields
        if values.get(each.name) is not None
    }
