"""The document as a whole: the calls that are about no entity, and those about each."""

from __future__ import annotations

from starlette.requests import Request

from relasi.api.answers import Answer
from relasi.api.asked import parameters
from relasi.api.caller import Caller
from relasi.api.openapi.calls import Words, body, ok
from relasi.api.openapi.entities import addresses
from relasi.api.openapi.shapes import WRITTEN, batch, common, listed, of_entity, operations_of
from relasi.api.openapi.values import Schema
from relasi.schema.model import Entity


def document(caller: Caller, request: Request) -> Answer:
    """What the owner of the key may do at this moment, within the scopes of the key."""
    parameters(request.query_params.multi_items(), ())
    words, entities = Words(caller), _entities(caller)
    schemas = common(caller)
    paths = _general(words, caller, entities)
    for each in entities:
        schemas |= of_entity(caller, each)
        paths |= addresses(caller, each)
    company = caller.model.settings.name
    return Answer(
        {
            "openapi": "3.1.0",
            "info": {
                "title": company,
                "version": caller.model.fingerprint[:12],
                "description": words.say("about", company=company),
            },
            "servers": [{"url": "/"}],
            "security": [{"key": []}],
            "tags": [{"name": each.name, "description": caller.label(each.plural)} for each in entities],
            "paths": paths,
            "components": {
                "securitySchemes": {
                    "key": {"type": "http", "scheme": "bearer", "description": words.say("key")}
                },
                "schemas": schemas,
            },
        }
    )


def _entities(caller: Caller) -> list[Entity]:
    return [each for name, each in caller.model.entities.items() if caller.may_enter(name)]


def _general(words: Words, caller: Caller, entities: list[Entity]) -> dict[str, Schema]:
    thing: Schema = {"type": "object"}
    paths = {
        "/api/me": {"get": words.call("me", ok(thing, words.say("me")))},
        "/api/openapi.json": {"get": words.call("openapi", ok(thing, words.say("openapi")))},
    }
    if operations := [kind for each in entities for kind in operations_of(caller, each)]:
        results = {"type": "object", "required": ["results"], "properties": {"results": listed(WRITTEN)}}
        call = words.call("batch", ok(results, words.say("batch")), requestBody=body(batch(operations)))
        paths["/api/batch"] = {"post": call}
    return paths
