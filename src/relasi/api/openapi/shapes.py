"""The JSON Schemas of records: as they are read, made and changed."""

from __future__ import annotations

from typing import Any

from relasi.api.asked import IDENTITY
from relasi.api.bodies import MOST_OPERATIONS
from relasi.api.caller import Caller
from relasi.api.openapi.values import Schema, read_schema, write_schema
from relasi.records.tables import MOST_ROWS
from relasi.schema.model import Entity, Field, RowTable
from relasi.texts import say

VERSION: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31}
ID: Schema = {"type": "string", "pattern": IDENTITY}
WRITTEN = "written"
"""What a write answers."""

_NAMED: Schema = {
    "type": "object",
    "required": ["entity", "id", "title"],
    "properties": {"entity": {"type": "string"}, "id": ID, "title": {"type": ["string", "null"]}},
}
_FILE: Schema = {
    "type": "object",
    "required": ["id", "name", "media_type", "size"],
    "properties": {
        "id": ID,
        "name": {"type": "string"},
        "media_type": {"type": "string"},
        "size": {"type": "integer"},
        "href": {"type": "string"},
    },
}
_ISSUE: Schema = {
    "type": "object",
    "required": ["field", "code", "message"],
    "properties": {
        "field": {"type": ["string", "null"]},
        "code": {"type": "string"},
        "message": {"type": "string"},
    },
}


def common(caller: Caller) -> dict[str, Schema]:
    """The schemas that are the same for all entities."""
    return {
        "named": _NAMED,
        "file": _FILE,
        "issue": _ISSUE,
        "problem": {
            "type": "object",
            "description": say(caller.language, "api.doc_problem"),
            "required": ["title", "status", "code", "detail"],
            "properties": {
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "code": {"type": "string"},
                "detail": {"type": "string"},
                "issues": listed("issue"),
                "operation": {"type": "integer"},
                "current_version": VERSION,
                "conflicts": {"type": "array", "items": {"type": "string"}},
            },
        },
        WRITTEN: as_object(
            {"entity": {"type": "string"}, "id": ID, "version": {"type": ["integer", "null"]}},
            required=("entity", "id", "version"),
        ),
    }


def of_entity(caller: Caller, entity: Entity) -> dict[str, Schema]:
    """The schemas of one entity by name, as far as the caller has to do with it."""
    rights = caller.rights(entity.name)
    found = {}
    if rights.read is not False:
        found[entity.name] = _record(caller, entity)
    if rights.create:
        found[f"{entity.name}.first"] = _fields(caller, entity, is_new=True)
        found[f"{entity.name}.new"] = _body(caller, entity, is_new=True)
    if rights.create or rights.update is not False:
        found[f"{entity.name}.fields"] = _fields(caller, entity, is_new=False)
    if rights.update is not False:
        found[f"{entity.name}.change"] = _body(caller, entity, is_new=False)
        if entity.process:
            found[f"{entity.name}.move"] = as_object({"fields": _entered(entity), "version": VERSION})
    return found


def entered(caller: Caller, entity: Entity) -> list[Field]:
    """The fields that the caller may fill in, of some records at least."""
    rights = caller.rights(entity.name)
    state = entity.process.field if entity.process else None
    return [
        each
        for each in entity.own_fields
        if not (each.computed or each.type.read_only or each.name == state)
        and each.name not in rights.hidden | rights.locked
    ]


def batch(kinds: list[Schema]) -> Schema:
    """Of these operations, as `operations_of` gives them."""
    several = {"type": "array", "minItems": 1, "maxItems": MOST_OPERATIONS, "items": {"oneOf": kinds}}
    return as_object({"operations": several}, required=("operations",))


def listed(name: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


def as_object(properties: dict[str, Any], *, required: tuple[str, ...] = ()) -> Schema:  # Any: JSON
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _record(caller: Caller, entity: Entity) -> Schema:
    rights = caller.rights(entity.name)
    seen = [
        each
        for each in entity.fields.values()
        if each.name not in rights.hidden and each.name not in ("id", "version")
    ]
    fields = {each.name: read_schema(caller, each, masked=each.name in rights.masks) for each in seen}
    named = {"anyOf": [{"$ref": "#/components/schemas/named"}, listed("file")]}
    tables = {
        each.name: as_object(
            {"rows": listed(each.entity), "totals": {"type": "object"}, "more": {"type": "boolean"}},
            required=("rows", "totals", "more"),
        )
        for each in caller.tables(entity).values()
    }
    properties = {
        "entity": {"const": entity.name},
        "id": ID,
        "version": VERSION,
        "title": {"type": "string"},
        "fields": as_object(fields),
        "links": {"type": "object", "additionalProperties": named},
        "tables": as_object(tables),
    }
    schema = as_object(properties, required=("entity", "id", "version", "title", "fields", "links"))
    return {"title": caller.label(entity.label)} | schema


def _body(caller: Caller, entity: Entity, *, is_new: bool) -> Schema:
    properties: dict[str, Any] = {"fields": _entered(entity, is_new=is_new)}  # Any: JSON
    if tables := {each.name: _rows(each) for each in _open_tables(caller, entity)}:
        properties["tables"] = as_object(tables)
    if not is_new:
        properties["version"] = VERSION
    return as_object(properties, required=("fields",) if is_new else ())


def _fields(caller: Caller, entity: Entity, *, is_new: bool) -> Schema:
    fields = entered(caller, entity)
    required = tuple(each.name for each in fields if is_new and _is_demanded(each))
    told = {each.name: write_schema(caller, each, demanded=each.name in required) for each in fields}
    return as_object(told, required=required)


def _is_demanded(field: Field) -> bool:
    return field.type.required and field.type.default is None and field.default_from is None


def _entered(entity: Entity, *, is_new: bool = False) -> Schema:
    return {"$ref": f"#/components/schemas/{entity.name}.{'first' if is_new else 'fields'}"}


def _open_tables(caller: Caller, entity: Entity) -> list[RowTable]:
    """The tables whose rows the caller may write, of some records at least."""
    locked, found = caller.rights(entity.name).locked, list(caller.tables(entity).values())
    rights = {each.name: caller.rights(each.entity) for each in found}
    return [
        each
        for each in found
        if each.name not in locked and (rights[each.name].create or rights[each.name].update is not False)
    ]


def _rows(table: RowTable) -> Schema:
    fields = {"$ref": f"#/components/schemas/{table.entity}.fields"}
    row = as_object({"id": ID, "version": VERSION, "fields": fields, "remove": {"type": "boolean"}})
    return {"type": "array", "items": row, "maxItems": MOST_ROWS}


def operations_of(caller: Caller, entity: Entity) -> list[Schema]:
    """What the caller may do with records of the entity, as parts of a batch."""
    rights = caller.rights(entity.name)
    place = {"entity": {"const": entity.name}, "id": ID, "version": VERSION}
    told = ("do", "entity", "id", "version")
    found = []
    if rights.create:
        new = _body(caller, entity, is_new=True)["properties"]
        properties = {"do": {"const": "create"}, "entity": place["entity"]} | new
        found.append(as_object(properties, required=("do", "entity", "fields")))
    if rights.update is not False:
        change = _body(caller, entity, is_new=False)["properties"]
        found.append(as_object({"do": {"const": "update"}} | place | change, required=told))
        if entity.process:
            moved = {"move": {"type": "string"}, "fields": change["fields"]}
            found.append(as_object({"do": {"const": "move"}} | place | moved, required=(*told, "move")))
    if rights.delete is not False:
        found.append(as_object({"do": {"const": "delete"}} | place, required=told))
    return found
