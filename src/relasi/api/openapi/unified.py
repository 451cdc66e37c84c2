"""The addresses at which records that are one and the same are found, merged, and parted again."""

from __future__ import annotations

from relasi.api.caller import Caller
from relasi.api.openapi.calls import Words, body, ok, once, within, written
from relasi.api.openapi.shapes import ID, as_object
from relasi.api.openapi.values import Schema
from relasi.api.writing import RECORDS
from relasi.records.merges.merging import MOST
from relasi.schema.model import Entity

_TEXT: Schema = {"type": "string"}


def unified(caller: Caller, entity: Entity) -> dict[str, Schema]:
    """Nothing where the caller sees no record of the entity."""
    rights, words, one = caller.rights(entity.name), Words(caller, entity), f"{RECORDS}/{entity.name}/{{id}}"
    if rights.read is False:
        return {}
    found = {
        f"{one}/like": _listed(words, "like", "records", _ALIKE),
        f"{one}/merged": _listed(words, "merged", "merged", _GONE),
    }
    if rights.update is not False and rights.delete is not False:
        ids = {"type": "array", "items": ID, "minItems": 1, "maxItems": MOST - 1}
        keep = {"type": "object", "additionalProperties": ID}
        chosen = as_object({"others": ids, "keep": keep}, required=("others",))
        found |= {
            f"{one}/merge": _written(words, "merge", chosen),
            f"{one}/merged/{{merge}}/part": _written(words, "part", as_object({}), within("merge", ID)),
        }
    return found


_ALIKE = as_object(
    {
        "entity": _TEXT,
        "id": ID,
        "version": {"type": "integer"},
        "title": _TEXT,
        "likeness": {"type": "number", "minimum": 0, "maximum": 1},
        "why": _TEXT,
    },
    required=("entity", "id", "version", "title", "likeness", "why"),
)
_GONE = as_object(
    {
        "merge": ID,
        "title": _TEXT,
        "at": {"type": "string", "format": "date-time"},
        "user": {"type": ["object", "null"]},
    },
    required=("merge", "title", "at", "user"),
)


def _listed(words: Words, key: str, name: str, each: Schema) -> Schema:
    answer = as_object({name: {"type": "array", "items": each}}, required=(name,))
    return {"get": words.call(key, ok(answer, words.say(key)), parameters=[within("id", ID)])}


def _written(words: Words, key: str, sent: Schema, *more: Schema) -> Schema:
    parameters = [within("id", ID), *more, once(words)]
    call = words.call(key, written(words.say(key)), parameters=parameters, requestBody=body(sent))
    return {"post": call}
