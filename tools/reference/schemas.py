"""JSON Schemas, with which an editor completes keys and underlines mistakes while an author types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from relasi.config.documents import COLLECTIONS
from relasi.schema.fields.registry import TYPES
from relasi.schema.meanings import meanings
from relasi.schema.spec import SPECS
from relasi.workflows.actions.registry import ACTIONS
from tools.reference.words import specs_in

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


def schemas() -> Mapping[str, str]:
    """File name -> text."""
    return {
        f"json/{head}.json": json.dumps(_document(head, spec), indent=2, ensure_ascii=False) + "\n"
        for head, spec in SPECS.items()
    }


def _document(head: str, spec: type[BaseModel]) -> Schema:
    parts = {"entity": TYPES, "workflow": ACTIONS}.get(head, {})
    for each in (spec, *parts.values()):
        _describe(each)
    refs, definitions = models_json_schema(
        [(each, "validation") for each in (spec, *parts.values())], by_alias=True
    )
    found: dict[str, Schema] = definitions["$defs"]
    document = found.pop(spec.__name__)
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


@cache
def _describe(spec: type[BaseModel]) -> None:
    """Gives pydantic the meanings of the keys, of specs further down first."""
    for name, field in spec.model_fields.items():
        for inner in specs_in(field.annotation):
            _describe(inner)
        field.description = meanings(spec)[name] or None
    spec.model_rebuild(force=True)


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
