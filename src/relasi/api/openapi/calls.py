"""The parts of which every described call is made: parameters, bodies, answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relasi.api.caller import Caller
from relasi.api.openapi.shapes import WRITTEN
from relasi.api.openapi.values import Schema
from relasi.api.problems import PROBLEM
from relasi.api.writing import LONGEST_KEY
from relasi.schema.labels import text as label_text
from relasi.schema.model import Entity
from relasi.texts import say


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences about one entity, or about none."""

    caller: Caller
    entity: Entity | None = None

    def say(self, key: str, **params: object) -> str:
        language, sentence = self.caller.language, f"doc_{key}"
        if self.entity is not None:
            nouns = {"entity": self.entity.label, "entities": self.entity.plural}
            params = {name: label_text(label, language) for name, label in nouns.items()} | params
        return say(language, f"api.{sentence}", **params)

    def call(self, key: str, answers: Schema, *, name: str = "", **more: Any) -> Schema:  # Any: JSON
        """One call by its sentence; `answers` are those that are no refusal."""
        entity = self.entity.name if self.entity else ""
        refused = {"description": self.say("problem"), "content": {PROBLEM: {"schema": ref("problem")}}}
        return {
            "operationId": "_".join(part for part in (name or key, entity) if part),
            "summary": self.say(key),
            **({"tags": [entity]} if entity else {}),
            "responses": answers | {"4XX": refused, "5XX": refused},
            **{word: value for word, value in more.items() if value},
        }


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def ok(schema: Schema, description: str, *, status: int = 200, **headers: Schema) -> Schema:
    answer: Schema = {"description": description, "content": {"application/json": {"schema": schema}}}
    if headers:
        answer["headers"] = {name: {"schema": schema} for name, schema in headers.items()}
    return {str(status): answer}


def written(description: str) -> Schema:
    return ok(ref(WRITTEN), description)


def body(schema: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def within(name: str, schema: Schema) -> Schema:
    """A parameter that is part of the address."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def asked(name: str, schema: Schema, description: str, *, required: bool = False) -> Schema:
    """A parameter behind the question mark."""
    told = {"name": name, "in": "query", "schema": schema, "description": description}
    return told | ({"required": True} if required else {})


def several(name: str, words: Sequence[str], description: str) -> Schema:
    """Words separated by commas."""
    items: Schema = {"items": one_of(words)} if words else {"maxItems": 0}
    schema = {"type": "array", **items}
    return asked(name, schema, description) | {"style": "form", "explode": False}


def header(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "header", "schema": schema, "description": description}


def once(words: Words) -> Schema:
    known = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY}
    return header("Idempotency-Key", known, words.say("idempotency"))


def one_of(names: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(names)}
