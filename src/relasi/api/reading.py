"""Reads: lists, single records, the rows of their tables, the moves that are open, and what happened."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

from relasi.api.answers import Answer
from relasi.api.asked import LIST, Query, fields_asked, flag, list_asked, number, parameters, record_id
from relasi.api.caller import Caller
from relasi.api.shown import Data, Shown
from relasi.errors import CallRefused, NotFound
from relasi.records import ListRequest, Record
from relasi.records.links import references_of
from relasi.records.timeline import TimelineEntry
from relasi.schema.model import Entity, Move

MOST_COUNTED = 1000
ONE = ("fields", "expand")
"""The parameters of a single record."""
_MOST_ENTRIES = 200


def myself(caller: Caller, request: Request) -> Answer:
    """Who calls, and what the key allows."""
    parameters(request.query_params.multi_items(), ())
    return Answer(
        {
            "user": {"id": caller.user.id, "name": caller.user.name, "full_name": caller.user.full_name},
            "language": caller.language,
            "key": {
                "name": caller.key.name,
                "scopes": list(caller.key.scopes),
                "expires": caller.key.expires.isoformat(),
            },
        }
    )


def page(caller: Caller, request: Request) -> Answer:
    """Records of an entity, in an order, from a cursor on."""
    entity = caller.entity(request.path_params["entity"])
    query = parameters(request.query_params.multi_items(), LIST)
    asked, is_counted = list_asked(caller, entity, query), flag(query, "count")
    found = caller.crm.records.list(caller.actor, asked)
    content: Data = {"records": _all(caller, entity, found.records, query), "next": found.next}
    if is_counted:
        count = caller.crm.records.count(caller.actor, asked, MOST_COUNTED)
        content["count"] = {"number": count.number, "more": count.more}
    return Answer(content)


def one(caller: Caller, request: Request) -> Answer:
    entity, record = _record(caller, request)
    query = parameters(request.query_params.multi_items(), ONE)
    (shown,) = _all(caller, entity, [record], query)
    return Answer(shown, version=record.version)


def rows(caller: Caller, request: Request) -> Answer:
    """The rows of one table of a record, with the sums of its columns."""
    entity, record = _record(caller, request)
    parameters(request.query_params.multi_items(), ())
    return Answer(_table(caller, entity, record, request.path_params["table"]))


def moves(caller: Caller, request: Request) -> Answer:
    """The moves from where the record stands: those that the caller may make, and why not the others."""
    _, record = _record(caller, request)
    parameters(request.query_params.multi_items(), ())
    allowed = caller.crm.records.allowed(caller.actor, record)
    may_move = [_move(caller, each) for each in allowed.moves]
    closed = [_move(caller, each.move) | {"why": each.why.text(caller.language)} for each in allowed.closed]
    return Answer({"moves": may_move, "closed": closed})


def timeline(caller: Caller, request: Request) -> Answer:
    """What happened to the record, the newest first."""
    _, record = _record(caller, request)
    query = parameters(request.query_params.multi_items(), ("limit",))
    limit = number(query, "limit", 50, _MOST_ENTRIES)
    entries = caller.crm.records.timeline(caller.actor, record.entity, record.id, limit)
    about = [each.record for each in entries if each.record]
    people = {("user", each.user_id) for each in entries if each.user_id}
    shown = Shown(caller, caller.crm.records.titles(caller.actor, people), {})
    known = Shown.of(caller, about, ())
    return Answer({"entries": [_entry(shown, known, each) for each in entries]})


def like(caller: Caller, request: Request) -> Answer:
    """The records that may be the same as this one, the most alike first."""
    entity, record = _record(caller, request)
    parameters(request.query_params.multi_items(), ())
    shown = Shown.of(caller, [], ())
    found = caller.crm.unifying.like(caller.actor, entity.name, record.id)
    told = [
        shown.head(each) | {"likeness": round(twin.likeness, 3), "why": caller.label(twin.label)}
        for each, twin in found
    ]
    return Answer({"records": told})


def merged(caller: Caller, request: Request) -> Answer:
    """The records that have become this one, the newest merge first."""
    entity, record = _record(caller, request)
    parameters(request.query_params.multi_items(), ())
    gone = caller.crm.unifying.gone(caller.actor, entity.name, record.id)
    people = {("user", each.by) for each in gone if each.by}
    shown = Shown(caller, caller.crm.records.titles(caller.actor, people), {})
    told = [
        {
            "merge": each.merge_id,
            "title": each.title,
            "at": each.at.isoformat(),
            "user": shown.person(each.by),
        }
        for each in gone
    ]
    return Answer({"merged": told})


def _record(caller: Caller, request: Request) -> tuple[Entity, Record]:
    """Raises NotFound."""
    entity = caller.entity(request.path_params["entity"])
    key = record_id(request.path_params["id"])
    return entity, caller.crm.records.get(caller.actor, entity.name, key)


def _all(caller: Caller, entity: Entity, records: Sequence[Record], query: Query) -> list[Data]:
    """The records with what was asked for beside them."""
    caller.hand_out(entity.name, len(records))
    names = fields_asked(caller, entity, query)
    expanded = [each for each in query.get("expand", "").split(",") if each]
    links = [each for each in expanded if _is_link(caller, entity, each)]
    shown = Shown.of(caller, records, names)
    told = [shown.record(each, names) for each in records]
    for link in links:
        _nest(caller, entity, link, records, told)
    for table in (each for each in expanded if each not in links):
        for record, data in zip(records, told, strict=True):
            data.setdefault("tables", {})[table] = _table(caller, entity, record, table)
    return told


def _is_link(caller: Caller, entity: Entity, name: str) -> bool:
    """Whether it is a link that the caller sees, and not a table. Raises CallRefused for neither."""
    hidden = caller.rights(entity.name).hidden
    if name not in hidden and name in entity.fields and entity.fields[name].links_to:
        return True
    if name not in caller.tables(entity):
        raise CallRefused("unknown_name", name=name[:100])
    return False


def _nest(caller: Caller, entity: Entity, link: str, records: Sequence[Record], told: Sequence[Data]) -> None:
    """Puts the fields of linked records beside their titles, read like any other record."""
    field = entity.fields[link]
    named = {
        index: reference
        for index, each in enumerate(records)
        for reference in references_of(field, each.values.get(link))
    }
    for target in {owner for owner, _ in named.values() if caller.rights(owner).read is not False}:
        keys = sorted({key for owner, key in named.values() if owner == target})
        request = ListRequest(target, matching={"id": keys}, limit=len(keys))
        found = caller.crm.records.list(caller.actor, request).records
        caller.hand_out(target, len(found))
        shown = Shown.of(caller, found)
        nested = {(target, each.id): shown.record(each) for each in found}
        for index, reference in named.items():
            if reference in nested:
                told[index]["links"][link] = nested[reference]


def _table(caller: Caller, entity: Entity, record: Record, name: str) -> Data:
    if name not in caller.tables(entity):
        raise NotFound("not_found")
    found = caller.crm.records.rows(caller.actor, entity.name, record.id, name)
    records = [each.record for each in found.rows]
    caller.hand_out(entity.tables[name].entity, len(records))
    shown = Shown.of(caller, records)
    fields = caller.model.entities[entity.tables[name].entity].fields
    return {
        "rows": [shown.record(each) for each in records],
        "totals": {key: fields[key].type.dump(value) for key, value in found.totals.items()},
        "more": found.more,
    }


def _move(caller: Caller, move: Move) -> Data:
    return {
        "name": move.name,
        "label": caller.label(move.label),
        "to": move.target,
        "needs": list(move.needs),
    }


def _entry(people: Shown, about: Shown, entry: TimelineEntry) -> Data:
    told: Data = {"at": entry.at.isoformat(), "kind": entry.kind, "user": people.person(entry.user_id)}
    if entry.record is not None:
        return told | {"record": about.head(entry.record)}
    if entry.change is not None:
        change = entry.change
        fields = {name: {"old": old, "new": new} for name, (old, new) in change.fields.items()}
        origin = {"source": change.source, "rule": change.rule}
        return told | {"change": {"kind": change.kind, "version": change.version, "fields": fields} | origin}
    if entry.trace is not None:
        return told | {"rule": {"workflow": entry.trace.workflow, "outcome": entry.trace.outcome}}
    assert entry.decision is not None
    label = about.caller.label(entry.label or {})
    return told | {
        "decision": {
            "on": label,
            "verdict": entry.decision.verdict,
            "comment": entry.decision.comment,
        }
    }
