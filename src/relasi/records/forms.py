"""What a form looks like for values that are not saved yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relasi.records.record import Record
from relasi.records.view import View
from relasi.schema.expressions import Expression
from relasi.schema.fields.base import Value
from relasi.schema.model import Field


@dataclass(frozen=True, slots=True)
class FormState:
    """Names of fields: those to show, those that must be filled, and those that are shown but not to be
    changed."""

    visible: frozenset[str]
    required: frozenset[str]
    read_only: frozenset[str]


def form_state(view: View, entity: str, values: Mapping[str, Value], record: Record | None) -> FormState:
    found = view.entity(entity)
    hidden = view.rights(entity).hidden
    blank = dict.fromkeys(found.fields)
    situation = view.situation({**blank, **(record.values if record else {}), **values})

    def true(condition: Expression | None) -> bool:
        return condition is not None and bool(condition.evaluate(situation))

    shown = [field for field in found.own_fields if field.name not in hidden]
    visible = frozenset(
        field.name for field in shown if field.visible_when is None or true(field.visible_when)
    )
    state = found.process.field if found.process else None
    return FormState(
        visible=visible,
        required=frozenset(
            field.name
            for field in shown
            if field.name in visible
            and not field.type.computed
            and (field.type.required or true(field.required_when))
        ),
        read_only=frozenset(
            field.name
            for field in shown
            if field.name == state or _never_entered(field) or true(field.read_only_when)
        ),
    )


def _never_entered(field: Field) -> bool:
    return field.type.computed or field.type.read_only
