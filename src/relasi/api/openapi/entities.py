"""The addresses of one entity, and what the caller can do at each."""

from __future__ import annotations

from relasi.api.answers import TAG
from relasi.api.asked import LONGEST_CONDITION, MOST_RECORDS, SEEN, USUAL_RECORDS
from relasi.api.caller import Caller
from relasi.api.openapi.calls import (
    Words,
    asked,
    body,
    header,
    ok,
    once,
    one_of,
    ref,
    several,
    within,
    written,
)
from relasi.api.openapi.shapes import ID, entered, listed
from relasi.api.openapi.unified import unified
from relasi.api.openapi.values import Schema
from relasi.api.reading import MOST_COUNTED
from relasi.api.shown import FILES
from relasi.api.writing import ALLOW, RECORDS
from relasi.schema.fields.attached import Attached
from relasi.schema.model import Entity

_FLAG: Schema = {"type": "boolean", "default": False}


def addresses(caller: Caller, entity: Entity) -> dict[str, Schema]:
    """Those at which there is anything that the caller may do."""
    place = f"{RECORDS}/{entity.name}"
    one = f"{place}/{{id}}"
    found = {
        place: _many(caller, entity),
        one: _one(caller, entity),
        f"{one}/moves": _moves(caller, entity),
        f"{one}/moves/{{move}}": _move(caller, entity),
        f"{one}/timeline": _timeline(caller, entity),
        f"{one}/tables/{{table}}": _tables(caller, entity),
        f"{FILES}/{entity.name}/{{field}}": _upload(caller, entity),
        f"{FILES}/{entity.name}/{{id}}/{{field}}/{{file}}": _download(caller, entity),
    } | unified(caller, entity)
    return {address: calls for address, calls in found.items() if calls}


def _many(caller: Caller, entity: Entity) -> Schema:
    words, rights = Words(caller, entity), caller.rights(entity.name)
    calls = {}
    if rights.read is not False:
        count = {"type": "object", "properties": {"number": {"type": "integer"}, "more": {"type": "boolean"}}}
        properties = {"records": listed(entity.name), "next": {"type": ["string", "null"]}, "count": count}
        page = {"type": "object", "required": ["records", "next"], "properties": properties}
        calls["get"] = words.call(
            "list", ok(page, words.say("list")), parameters=_asked(words, caller, entity)
        )
    if rights.create:
        calls["post"] = words.call(
            "create",
            ok(ref("written"), words.say("create"), status=201, location={"type": "string"}),
            parameters=[once(words), *_alike(words, entity)],
            requestBody=body(ref(f"{entity.name}.new")),
        )
    return calls


def _asked(words: Words, caller: Caller, entity: Entity) -> list[Schema]:
    text: Schema = {"type": "string", "pattern": SEEN}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_RECORDS, "default": USUAL_RECORDS}
    return [
        asked("where", text | {"maxLength": LONGEST_CONDITION}, words.say("where")),
        asked("q", text, words.say("q")),
        several("sort", _sortable(caller, entity), words.say("sort")),
        *_beside(words, caller, entity),
        asked("limit", limit, words.say("limit")),
        asked("after", text, words.say("after")),
        asked("count", _FLAG, words.say("count", most=MOST_COUNTED)),
    ]


def _beside(words: Words, caller: Caller, entity: Entity) -> list[Schema]:
    hidden = caller.rights(entity.name).hidden
    links = [each.name for each in entity.fields.values() if each.links_to and each.name not in hidden]
    tables = list(caller.tables(entity))
    seen = [name for name in entity.fields if name not in hidden]
    return [
        several("fields", seen, words.say("fields")),
        several("expand", [*links, *tables], words.say("expand")),
    ]


def _sortable(caller: Caller, entity: Entity) -> list[str]:
    secret = caller.rights(entity.name).secret
    names = [
        name for name, field in entity.fields.items() if name not in secret and not field.type.is_encrypted
    ]
    return [*names, *(f"-{name}" for name in names)]


def _one(caller: Caller, entity: Entity) -> Schema:
    words, rights, key = Words(caller, entity), caller.rights(entity.name), within("id", ID)
    calls = {}
    if rights.read is not False:
        answer = ok(ref(entity.name), words.say("read"), etag={"type": "string"})
        calls["get"] = words.call("read", answer, parameters=[key, *_beside(words, caller, entity)])
    if rights.update is not False:
        calls["patch"] = words.call(
            "update",
            written(words.say("update")),
            parameters=[key, _if_match(words), once(words), *_alike(words, entity)],
            requestBody=body(ref(f"{entity.name}.change")),
        )
    if rights.delete is not False:
        answer = {"204": {"description": words.say("delete")}}
        parameters = [key, _if_match(words), once(words)]
        calls["delete"] = words.call("delete", answer, parameters=parameters)
    return calls


def _moves(caller: Caller, entity: Entity) -> Schema:
    if not _is_moved(caller, entity):
        return {}
    words, told = Words(caller, entity), {"type": "array", "items": {"type": "object"}}
    answer = {
        "type": "object",
        "properties": {"moves": told, "closed": told},
        "required": ["moves", "closed"],
    }
    return {"get": words.call("moves", ok(answer, words.say("moves")), parameters=[within("id", ID)])}


def _move(caller: Caller, entity: Entity) -> Schema:
    names = _made(caller, entity)
    if not names or not _is_moved(caller, entity):
        return {}
    words = Words(caller, entity)
    call = words.call(
        "move",
        written(words.say("move")),
        parameters=[within("id", ID), within("move", one_of(names)), _if_match(words), once(words)],
        requestBody=body(ref(f"{entity.name}.move")),
    )
    return {"post": call}


def _made(caller: Caller, entity: Entity) -> list[str]:
    """The moves that the caller may make of some records at least."""
    rights, actor = caller.rights(entity.name), caller.actor
    moves = entity.process.moves if entity.process else ()
    mine = (each for each in moves if actor.unbound or not each.who or each.who & actor.roles)
    return list(dict.fromkeys(each.name for each in mine if rights.move(each.name) is not False))


def _is_moved(caller: Caller, entity: Entity) -> bool:
    rights = caller.rights(entity.name)
    return entity.process is not None and rights.read is not False and rights.update is not False


def _timeline(caller: Caller, entity: Entity) -> Schema:
    if caller.rights(entity.name).read is False:
        return {}
    words, limit = Words(caller, entity), {"type": "integer", "minimum": 1, "maximum": MOST_RECORDS}
    entry = {
        "type": "object",
        "required": ["at", "kind", "user"],
        "properties": {"at": {"type": "string", "format": "date-time"}, "kind": {"type": "string"}},
    }
    answer = {
        "type": "object",
        "required": ["entries"],
        "properties": {"entries": {"type": "array", "items": entry}},
    }
    parameters = [within("id", ID), asked("limit", limit, words.say("limit"))]
    return {"get": words.call("timeline", ok(answer, words.say("timeline")), parameters=parameters)}


def _tables(caller: Caller, entity: Entity) -> Schema:
    tables = caller.tables(entity)
    if not tables or caller.rights(entity.name).read is False:
        return {}
    words = Words(caller, entity)
    names = within("table", one_of(list(tables)))
    answer = {
        "type": "object",
        "required": ["rows", "totals", "more"],
        "properties": {
            "rows": {"type": "array", "items": {"anyOf": [ref(each.entity) for each in tables.values()]}},
            "totals": {"type": "object"},
            "more": {"type": "boolean"},
        },
    }
    return {"get": words.call("rows", ok(answer, words.say("rows")), parameters=[within("id", ID), names])}


def _upload(caller: Caller, entity: Entity) -> Schema:
    rights = caller.rights(entity.name)
    names = [each.name for each in entered(caller, entity) if isinstance(each.type, Attached)]
    if not names or (rights.create is False and rights.update is False):
        return {}
    words = Words(caller, entity)
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    call = words.call(
        "upload",
        ok(ref("file"), words.say("upload"), status=201),
        parameters=[
            within("field", one_of(names)),
            asked(
                "name",
                {"type": "string", "pattern": SEEN, "minLength": 1},
                words.say("upload"),
                required=True,
            ),
        ],
        requestBody={"required": True, "content": content},
    )
    return {"post": call}


def _download(caller: Caller, entity: Entity) -> Schema:
    rights = caller.rights(entity.name)
    names = [
        each.name
        for each in entity.own_fields
        if isinstance(each.type, Attached) and each.name not in rights.hidden
    ]
    if not names or rights.read is False:
        return {}
    words = Words(caller, entity)
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    answer = {"200": {"description": words.say("download"), "content": content}}
    parameters = [within("id", ID), within("field", one_of(names)), within("file", ID)]
    return {"get": words.call("download", answer, parameters=parameters)}


def _if_match(words: Words) -> Schema:
    return header("If-Match", {"type": "string", "pattern": TAG}, words.say("if_match"))


def _alike(words: Words, entity: Entity) -> list[Schema]:
    """Where records may be like others."""
    return [asked("duplicates", one_of([ALLOW]), words.say("duplicates"))] if entity.twins else []
