"""JSON Schemas, with which an editor completes keys and underlines mistakes while an author types."""

from __future__ import annotations

import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from relasi.config.documents import COLLECTIONS
from relasi.schema.fields.registry import TYPES
from relasi.schema.meanings import meanings
from relasi.schema.spec import SPECS
from relasi.workflows.actions.registry import ACTIONS

Schema = dict[str, Any]  # Any: JSON

_CHANGE = "Change"
_INSTRUCTIONS: Schema = {
    "extend": {"type": "string", "description": "the name of what the layer below defines"},
    "remove": {"type": "array", "items": {"type": "string"}, "description": "paths to take away"},
    "add": {
        "type": "object",
        "additionalProperties": {"type": "array"},
        "description": "path: what is put at the end of the list there",
    },
    "place": {
        "type": "object",
        "additionalProperties": {"type": "string", "pattern": "^(first|last|(before|after) +\\S+)$"},
        "description": "path: first, last, before NAME or after NAME",
    },
}
"""What an overlay may hold besides what it changes."""


@cache
def schema_of(head: str) -> Schema:
    """Of the files that begin with a head."""
    spec = SPECS[head]
    parts = {"entity": TYPES, "workflow": ACTIONS}.get(head, {})
    refs, definitions = models_json_schema(
        [(each, "validation") for each in (spec, *parts.values())], by_alias=True
    )
    found: dict[str, Schema] = definitions["$defs"]
    document = found.pop(spec.__name__)
    _describe(spec, document, found)
    for each in parts.values():
        _describe(each, found[each.__name__], found)
    if head in COLLECTIONS:
        document = _below(head, document)
    choices = [refs[each, "validation"] for each in parts.values()]
    if head == "entity":
        for name, type_ in TYPES.items():
            found[type_.__name__]["properties"]["type"] = {"const": name, "description": type_.summary}
        short = [name for name, type_ in TYPES.items() if not _needs_keys(type_)]
        document["properties"]["fields"]["additionalProperties"] = {"anyOf": [{"enum": short}, *choices]}
    elif head == "workflow":
        for part in (document, *found.values()):
            _fill_in_steps(part, {"anyOf": choices})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "if": {"type": "object", "required": ["extend"]},
        "then": _overlay(head, document),
        "else": document,
        "$defs": {**found, **{f"{name}{_CHANGE}": _change(part) for name, part in found.items()}},
    }


def _describe(spec: type[BaseModel], document: Schema, found: dict[str, Schema]) -> None:
    """Writes the meanings of the keys into the schemas of the specs: pydantic knows only some of them, and a
    class that others validate with at this moment is not built anew."""
    waiting, seen = [spec], {spec}
    while waiting:
        each = waiting.pop()
        schema = document if each is spec else found.get(each.__name__, {})
        for name, field in each.model_fields.items():
            key, meaning = field.alias or name, meanings(each)[name]
            if meaning and key in schema.get("properties", {}):
                written = {**schema["properties"][key], "description": meaning}
                schema["properties"][key] = dict(sorted(written.items()))
            new = [inner for inner in specs_in(field.annotation) if inner not in seen]
            seen.update(new)
            waiting += new


def _below(head: str, content: Schema) -> Schema:
    """A collection: its spec is about what stands below the head."""
    return {
        "type": "object",
        "properties": {head: {"description": content["description"], "anyOf": [content, {"type": "null"}]}},
        "required": [head],
        "additionalProperties": False,
    }


def _overlay(head: str, document: Schema) -> Schema:
    """What an overlay of the document may hold: its instructions, and any part of what the document holds."""
    changes: Schema = _change(document)
    if head in COLLECTIONS:  # its names stand at the margin
        changes = changes["properties"][head]["anyOf"][0]
    return {
        "type": "object",
        "properties": {**_INSTRUCTIONS, **changes.get("properties", {})},
        "additionalProperties": changes.get("additionalProperties", False),
    }


def _change(part: Any) -> Any:
    """A schema in which nothing is required, and whose references lead to such schemas."""
    if isinstance(part, list):
        return [_change(each) for each in part]
    if not isinstance(part, dict):
        return part
    changed = {key: _change(each) for key, each in part.items() if key not in ("required", "minProperties")}
    if isinstance(part.get("required"), dict):  # a key that is called "required"
        changed["required"] = _change(part["required"])
    if isinstance(part.get("$ref"), str):
        changed["$ref"] = f"{part['$ref']}{_CHANGE}"
    return changed


def _fill_in_steps(part: Any, steps: Schema) -> None:
    """What the lists hold that are marked as lists of steps."""
    if isinstance(part, dict):
        if part.get("items") == "steps":
            part["items"] = steps
        for inner in part.values():
            _fill_in_steps(inner, steps)
    elif isinstance(part, list):
        for inner in part:
            _fill_in_steps(inner, steps)


def _needs_keys(type_: type[BaseModel]) -> bool:
    return any(field.is_required() for name, field in type_.model_fields.items() if name != "type")


def specs_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The specs that an annotation leads to, in the order in which they are written."""
    for arm in arms(annotation):
        if isinstance(arm, type) and issubclass(arm, BaseModel):
            yield arm
        else:
            for inner in get_args(arm):
                yield from specs_in(inner)


def arms(annotation: Any) -> Iterator[Any]:  # Any: an annotation has no type of its own
    """What may stand there, one of several after the other."""
    if get_origin(annotation) in (Union, types.UnionType):
        for arm in get_args(annotation):
            yield from arms(arm)
    elif get_origin(annotation) is Annotated:
        yield from arms(get_args(annotation)[0])
    else:
        yield annotation
