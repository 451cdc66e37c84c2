"""The JSON Schema of a field's values, as they are read and as they may be written."""

from __future__ import annotations

from typing import Any

from relasi.api.caller import Caller
from relasi.schema.fields.base import FieldType, Kind, ValueProblem
from relasi.schema.fields.notation.numbers import DIGITS
from relasi.schema.model import Field
from relasi.texts import say

Schema = dict[str, Any]  # Any: JSON

_PLAIN: dict[Kind, Schema] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.DATETIME: {"type": "string", "format": "date-time"},
    Kind.TIME: {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"},
    Kind.DURATION: {"type": "string"},
    Kind.TEXT_LIST: {"type": "array", "items": {"type": "string"}},
}


def read_schema(caller: Caller, field: Field, *, masked: bool) -> Schema:
    """Empty values are null."""
    own = _known(caller, field)
    if field.type.storage().kind is Kind.DECIMAL:
        own["type"] = "string"
    if masked:
        about = f"{_about(caller, field)}\n{say(caller.language, 'api.doc_masked')}".strip()
        return {"title": caller.label(field.label), "type": ["string", "null"], "description": about}
    return _described(caller, field, own)


def write_schema(caller: Caller, field: Field, *, demanded: bool) -> Schema:
    """One that is demanded is never empty."""
    known = _known(caller, field)
    if demanded and known["type"] == "string":
        known["minLength"] = 1
    return _described(caller, field, known, may_be_empty=not demanded)


def _known(caller: Caller, field: Field) -> Schema:
    type_ = field.type
    storage = type_.storage()
    if storage.kind is Kind.DECIMAL:
        digits = DIGITS - storage.places
        places = f"(\\.[0-9]{{1,{storage.places}}})?" if storage.places else ""
        return {"type": ["string", "number"], "pattern": f"^-?[0-9]{{1,{digits}}}{places}$"}
    schema = dict(_PLAIN[storage.kind])
    if choices := list(type_.choices()):
        if storage.kind is Kind.TEXT_LIST:
            return schema | {"items": {"type": "string", "enum": choices}}
        return schema | {"enum": choices}
    return schema


def _described(caller: Caller, field: Field, schema: Schema, *, may_be_empty: bool = True) -> Schema:
    told: Schema = {"title": caller.label(field.label), **schema}
    if may_be_empty:
        kinds = told["type"] if isinstance(told["type"], list) else [told["type"]]
        told["type"] = [*kinds, "null"]
        if "enum" in told:
            told["enum"] = [*told["enum"], None]
    if about := _about(caller, field):
        told["description"] = about
    if (example := _example(field.type)) is not None:
        told["examples"] = [example]
    return told


def _about(caller: Caller, field: Field) -> str:
    parts = [caller.label(field.help)] if field.help else []
    names = [caller.model.entities[each].label for each in field.links_to]
    if len(names) == 1:
        parts.append(say(caller.language, "api.doc_id_of", entity=names[0]))
    elif names:
        entities = ", ".join(field.links_to)
        parts.append(say(caller.language, "api.doc_reference", entities=entities))
    if length := field.type.storage().length:
        parts.append(say(caller.language, "api.doc_length", most=length))
    options = field.type.choices()
    parts += [f"{key}: {caller.label(option.label)}" for key, option in options.items()]
    return "\n".join(parts)


def _example(type_: FieldType) -> Any:  # Any: JSON
    """None where the type has no example, or one that its own definition refuses."""
    try:
        value = type_.accept(type_.example(1))
    except ValueProblem:
        return None
    return None if value is None else type_.dump(value)
