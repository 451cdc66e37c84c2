"""What a form looks like for values that are not saved yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from relasi.records.record import Record
from relasi.records.sheet import Sheet
from relasi.records.steps.checks import awaited
from relasi.records.steps.narrowing import options_of
from relasi.records.view import View
from relasi.schema.expressions import Situation
from relasi.schema.fields.base import Value, Widget
from relasi.schema.fields.long_text import LongTextField
from relasi.schema.fields.notation.disguised import Disguised
from relasi.schema.labels import Label
from relasi.schema.model import Entity, Field, Section


@dataclass(frozen=True, slots=True)
class FormState:
    """Names of fields: those to show, those that must be filled, and those that are shown but not to be
    changed. The last depend on the record as it is kept, the others on what is entered as well."""

    visible: frozenset[str]
    required: frozenset[str]
    read_only: frozenset[str]
    sections: tuple[Section, ...] = ()
    """Of the form that is for the record and the actor, without what the actor never sees."""
    options: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What can be chosen now, of choices that depend on other fields."""
    given: Mapping[str, str] = field(default_factory=dict)
    """What links depend on, and who may be named in a text: the values of other fields, as JSON."""
    awaited: Mapping[str, Label] = field(default_factory=dict)
    """Those of the read-only ones on which people are deciding: what is asked of them."""
    tables: Mapping[str, bool] = field(default_factory=dict)
    """The tables to show, and whether their rows can be changed."""

    @property
    def is_open(self) -> bool:
        """Whether it has anything that the actor may enter now."""
        open_fields = self.visible - self.read_only
        return any(
            not open_fields.isdisjoint(name for row in section.rows for name in row)
            or any(self.tables.get(name) for name in section.tables)
            for section in self.sections
        )

    def locked(self) -> FormState:
        """The same, to be read only."""
        return replace(self, read_only=self.visible)


def _is_entered(field: Field, record: Record | None) -> bool:
    """Whether nobody but a person fills it in."""
    return not field.computed and (record is not None or field.default_from is None)


def _leads_nowhere(view: View, field: Field) -> bool:
    """Whether there is nothing to choose from: the actor may look at none of what the link leads to."""
    return bool(field.links_to) and all(view.rights(each).read is False for each in field.links_to)


def form_state(view: View, entity: str, values: Mapping[str, Value], record: Record | None) -> FormState:
    found, rights = view.entity(entity), view.rights(entity)
    kept = (view.follow(entity, record.id) if record else None) or dict.fromkeys(found.fields)
    entered = {name: value for name, value in values.items() if not isinstance(value, Disguised)}
    before, after = view.situation(kept), view.situation({**kept, **entered})
    hidden = rights.hidden_in(before) if record else rights.hidden
    closed = rights.locked_in(before) if record else rights.locked
    sheet, locked = Sheet.of(view, found, after), Sheet.of(view, found, before)
    shown = [field for field in found.own_fields if field.name not in hidden]
    visible = [field for field in shown if sheet.shows(field)]
    state = found.process.field if found.process else None
    waiting = awaited(view, entity, record.id) if record else {}
    return FormState(
        visible=frozenset(field.name for field in visible),
        required=frozenset(
            field.name for field in visible if sheet.demands(field) and _is_entered(field, record)
        ),
        read_only=frozenset(
            field.name
            for field in shown
            if field.name == state
            or field.computed
            or field.type.read_only
            or field.name in closed
            or field.name in waiting
            or _leads_nowhere(view, field)
            or (record is not None and locked.locks(field))
        ),
        sections=tuple(_without(section, hidden) for section in sheet.form.sections),
        options={each.name: options_of(each, after) for each in visible if each.option_conditions},
        given={
            each.name: _given(names - rights.secret, found, after)
            for each in visible
            if (names := each.narrowed_by if each.where else _telling(each, found))
        },
        awaited=waiting,
        tables={
            table.name: table.name not in closed and (record is None or not locked.closes(table))
            for table in found.tables.values()
            if table.name not in hidden and sheet.shows(table)
        },
    )


def _without(section: Section, hidden: frozenset[str]) -> Section:
    rows = (tuple(name for name in row if name not in hidden) for row in section.rows)
    tables = tuple(name for name in section.tables if name not in hidden)
    return replace(section, rows=tuple(row for row in rows if row), tables=tables)


def _telling(field: Field, entity: Entity) -> frozenset[str]:
    """What tells who sees the record, where colleagues are named in the field."""
    if not isinstance(field.type, LongTextField) or not field.type.mentions:
        return frozenset()
    kinds = (Widget.LINK, Widget.USER, Widget.SELECT)
    return frozenset({"id", *(each.name for each in entity.fields.values() if each.type.widget in kinds)})


def _given(names: frozenset[str], entity: Entity, situation: Situation) -> str:
    """Without what the actor does not see as it is."""
    values = {name: situation.record.get(name) for name in sorted(names)}
    return json.dumps(
        {name: entity.fields[name].type.dump(value) for name, value in values.items() if value is not None}
    )
