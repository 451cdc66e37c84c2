"""Changing one value of a record in a list: for which columns, what is typed into, and saving it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from relasi.apps.conflict import shown
from relasi.apps.controls import Raw, control_of
from relasi.apps.lists.bulk import reason
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError, Stale
from relasi.records import Record
from relasi.schema.fields.base import Value, ValueProblem, Widget
from relasi.schema.model import Entity, Field

_KINDS = {
    Widget.TEXT: "text",
    Widget.TEXT_AREA: "area",
    Widget.NUMBER: "text",
    Widget.DURATION: "text",
    Widget.SELECT: "select",
    Widget.USER: "select",
    Widget.CHECKBOX: "select",
    Widget.DATE: "date",
    Widget.DATETIME: "datetime-local",
}
"""What is typed into, in the words of HTML. Everything else is changed in the form."""
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed and not taken, with the version that the record has now."""

    key: str
    name: str
    typed: str
    message: str
    version: int


def is_editable(visitor: Visitor, entity: Entity, field: Field) -> bool:
    """Whether the visitor may change the field in some record. Which records those are is said when it is
    tried."""
    rights, process = visitor.rights(entity.name), entity.process
    return (
        rights.update is not False
        and field.type.widget in _KINDS
        and not (field.system or field.computed or field.type.read_only)
        and field.name not in rights.locked | rights.secret
        and (process is None or field.name not in (process.field, process.reason))
    )


def editor_of(visitor: Visitor, field: Field) -> dict[str, Any]:  # Any: what JSON can say
    """What the table component draws to type into."""
    kind = _KINDS[field.type.widget]
    if kind != "select":
        return {"kind": kind}
    match field.type.widget:
        case Widget.USER:
            options = {user.id: user.full_name for user in visitor.people}
        case Widget.CHECKBOX:
            options = {"true": visitor.say("yes"), "false": visitor.say("no")}
        case _:
            options = {key: visitor.label(each.label) for key, each in field.type.choices().items()}
    empty = {} if field.type.required else {"": "–"}
    return {
        "kind": kind,
        "options": [{"value": key, "label": label} for key, label in {**empty, **options}.items()],
    }


def written(visitor: Visitor, field: Field, value: Value) -> str:
    """The value as it stands in what is typed into."""
    raw = None if value is None else control_of(field).raw(field, value, visitor)
    match raw:
        case None:
            return ""
        case bool():
            return str(raw).lower()
        case datetime():
            return raw.isoformat(timespec="minutes")
        case date():
            return raw.isoformat()
        case _:
            return str(raw)


def save_cell(
    visitor: Visitor, entity: Entity, key: str, version: int, *, name: str, typed: str
) -> Refused | None:
    """Writes what was typed; None where it is saved. What others have changed meanwhile in other fields is no
    obstacle."""
    field = entity.fields.get(name)
    if field is None or not is_editable(visitor, entity, field):
        return None
    try:
        value = control_of(field).value(field, _raw(field, typed), visitor)
    except ValueProblem as problem:
        return Refused(key, name, typed, problem.text(visitor.language), version)
    try:
        try:
            visitor.crm.records.update(visitor.actor, entity.name, key, version, {name: value})
        except Stale as stale:
            if name in stale.conflicts:
                _, theirs = stale.conflicts[name]
                message = visitor.say("cell_conflict", value=shown(visitor, field, theirs))
                return Refused(key, name, typed, message, stale.current_version)
            visitor.crm.records.update(visitor.actor, entity.name, key, stale.current_version, {name: value})
    except RelasiError as error:
        return Refused(key, name, typed, reason(visitor, entity, error, beside=name), version)
    return None


def _raw(field: Field, typed: str) -> Raw:
    """As the control of the field would hold it. Raises ValueProblem."""
    try:
        match field.type.widget:
            case Widget.DATE:
                return date.fromisoformat(typed) if typed else None
            case Widget.DATETIME:
                return datetime.fromisoformat(typed) if typed else None
            case Widget.CHECKBOX:
                return _TRUTHS.get(typed)
            case Widget.SELECT | Widget.USER:
                return typed or None
            case _:
                return typed
    except ValueError as wrong:
        raise ValueProblem("not_a_date", value=typed) from wrong


def add_editors(
    visitor: Visitor,
    entity: Entity,
    data: dict[str, Any],
    records: Sequence[Record],  # Any: what JSON can say
) -> None:
    """Lets the table component change what the visitor may change."""
    for row, record in zip(data["rows"], records, strict=True):
        row["version"] = record.version
    for index, column in enumerate(data["columns"]):
        field = entity.fields[column["name"]]
        if is_editable(visitor, entity, field):
            column["editor"] = editor_of(visitor, field)
            for row, record in zip(data["rows"], records, strict=True):
                row["cells"][index]["raw"] = written(visitor, field, record.values.get(field.name))
