"""Writes: one transaction each, by the recipe of the pages; sent twice with one key they happen once.

The answer tells what was written, not what the record has become: that is read like anything else, so nothing
of a record is kept with the key of a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from starlette.requests import Request

from relasi.api.answers import ANY, Answer, demanded_version
from relasi.api.asked import parameters, record_id
from relasi.api.bodies import (
    BatchBody,
    ChangeBody,
    CreateBody,
    EmptyBody,
    Fields,
    MergeBody,
    MoveBody,
    Operation,
    RowBody,
    Tables,
    read,
)
from relasi.api.caller import Caller
from relasi.api.shown import Data
from relasi.errors import CallRefused, NotFound, RecordError, Stale
from relasi.messages.incoming import KEPT
from relasi.platform.again import begun_again
from relasi.records import RowEdit, Work
from relasi.records.merges.merging import merge as merge_records
from relasi.records.merges.parting import part as part_records
from relasi.records.tables import save
from relasi.store.mail import Delivery

RECORDS = "/api/records"
LONGEST_KEY = 200
ALLOW = "allow"
"""What `duplicates` says where records are written although others may be the same."""


@dataclass(frozen=True, slots=True)
class Write:
    """One thing to do. `version` is what the caller has seen; ANY is whatever there is. `others` become the
    record, with the values that `keep` says; `merged` was such a merge, to be parted."""

    entity: str
    id: str = ""
    version: int = ANY
    fields: Fields = field(default_factory=dict)
    tables: Tables = field(default_factory=dict)
    move: str = ""
    others: Sequence[str] = ()
    keep: Mapping[str, str] = field(default_factory=dict)
    merged: str = ""


Verb = Callable[[Work, Write], str]


def create(caller: Caller, request: Request, body: bytes) -> Answer:
    sent = read(request, body, CreateBody)
    write = Write(request.path_params["entity"], fields=sent.fields, tables=sent.tables)
    answer = _single(caller, request, body, (_create, write))
    where = f"{RECORDS}/{write.entity}/{answer.content['id']}"
    return Answer(answer.content, 201, headers={**answer.headers, "location": where})


def update(caller: Caller, request: Request, body: bytes) -> Answer:
    sent = read(request, body, ChangeBody)
    write = Write(*_place(request, sent.version), fields=sent.fields, tables=sent.tables)
    return _single(caller, request, body, (_update, write))


def move(caller: Caller, request: Request, body: bytes) -> Answer:
    sent = read(request, body, MoveBody)
    name = request.path_params["move"]
    write = Write(*_place(request, sent.version), fields=sent.fields, move=name)
    return _single(caller, request, body, (_move, write))


def delete(caller: Caller, request: Request, body: bytes) -> Answer:
    write = Write(*_place(request, None))
    return Answer(status=204, headers=_single(caller, request, body, (_delete, write)).headers)


def merge(caller: Caller, request: Request, body: bytes) -> Answer:
    sent, (entity, key) = read(request, body, MergeBody), _which(request)
    others = [record_id(each) for each in sent.others]
    return _single(caller, request, body, (_merge, Write(entity, key, others=others, keep=sent.keep)))


def part(caller: Caller, request: Request, body: bytes) -> Answer:
    read(request, body, EmptyBody)
    write = Write(*_which(request), merged=record_id(request.path_params["merge"]))
    return _single(caller, request, body, (_part, write))


def batch(caller: Caller, request: Request, body: bytes) -> Answer:
    operations = read(request, body, BatchBody).operations
    todo = [(_VERBS[each.do], _write(each)) for each in operations]
    results, headers = _done(caller, request, body, todo)
    return Answer({"results": results}, headers=headers)


def _write(operation: Operation) -> Write:
    given = {name: value for name, value in operation if name != "do"}
    return Write(**given)


def _place(request: Request, version: int | None) -> tuple[str, str, int]:
    """Entity, id, and the version that the caller has seen. Raises CallRefused where it is not told."""
    by_header = demanded_version(request.headers.get("if-match"))
    seen = by_header if version is None else version
    if seen is None:
        raise CallRefused("no_version")
    if by_header not in (None, ANY, seen):
        raise CallRefused("two_versions")
    return *_which(request), seen


def _which(request: Request) -> tuple[str, str]:
    return request.path_params["entity"], request.path_params["id"]


def _single(caller: Caller, request: Request, body: bytes, todo: tuple[Verb, Write]) -> Answer:
    try:
        (result,), headers = _done(caller, request, body, [todo])
    except RecordError as error:
        error.params.pop("operation", None)  # there is only this one
        if isinstance(error, Stale):
            error.params["by_header"] = "if-match" in request.headers
        raise
    return Answer(result, headers=headers)


def _done(
    caller: Caller, request: Request, body: bytes, todo: Sequence[tuple[Verb, Write]]
) -> tuple[list[Data], Mapping[str, str]]:
    """What became of each write, and the headers that say whether it was done just now."""
    query = parameters(request.query_params.multi_items(), ("duplicates",))
    if query.get("duplicates", ALLOW) != ALLOW:
        raise CallRefused("bad_parameter", name="duplicates")
    asks = "duplicates" not in query
    for _, write in todo:
        caller.entity(write.entity)
        record_id(write.id or "new")
    sending = _sending(caller, request, body)
    results, again = carry_out(replace(caller, actor=replace(caller.actor, asks=asks)), todo, sending)
    return results, {"idempotent-replayed": "true"} if again else {}


@dataclass(frozen=True, slots=True)
class Sending:
    """The key of one call, among those of one program, and the digest of all that it says."""

    way: str
    key: str
    digest: str


def _sending(caller: Caller, request: Request, body: bytes) -> Sending | None:
    """Raises CallRefused."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY:
        raise CallRefused("bad_parameter", name="Idempotency-Key")
    said = (request.method, request.url.path, request.headers.get("if-match", ""))
    digest = sha256("\n".join(said).encode() + b"\n" + body).hexdigest()
    return Sending(f"api:{caller.key.id}", key, digest)


@begun_again
def carry_out(
    caller: Caller, todo: Sequence[tuple[Verb, Write]], sending: Sending | None
) -> tuple[list[Data], bool]:
    """All of it in one transaction, or nothing; and whether it was done by an earlier call.

    Raises what the recipe raises, and CallRefused where the key is that of another call.
    """
    with caller.crm.records.work(caller.actor) as work:
        known = work.store.correspondence.delivered(sending.way, sending.key) if sending else None
        if sending and known:
            if known.digest != sending.digest:
                raise CallRefused("key_reused")
            return known.answer, True
        results = [_told(work, verb, write, index) for index, (verb, write) in enumerate(todo)]
        if sending:
            delivery = Delivery(sending.way, sending.key, work.now, sending.digest, answer=results)
            work.store.correspondence.note_delivery(delivery, forget_before=work.now - KEPT)
        return results, False


def _told(work: Work, verb: Verb, write: Write, index: int) -> Data:
    try:
        key = verb(work, write)
    except RecordError as error:
        error.params["operation"] = index
        raise
    row = work.follow(write.entity, key)
    return {"entity": write.entity, "id": key, "version": row["version"] if row else None}


def _create(work: Work, write: Write) -> str:
    if not write.tables:
        return work.create(write.entity, write.fields)
    return save(work, write.entity, None, write.fields, _edits(write.tables))


def _update(work: Work, write: Write) -> str:
    seen = write.id, _version(work, write)
    if write.tables:
        return save(work, write.entity, seen, write.fields, _edits(write.tables))
    work.update(write.entity, *seen, write.fields)
    return write.id


def _move(work: Work, write: Write) -> str:
    work.move(write.entity, write.id, _version(work, write), write.move, write.fields)
    return write.id


def _delete(work: Work, write: Write) -> str:
    work.delete(write.entity, write.id, _version(work, write))
    return write.id


def _merge(work: Work, write: Write) -> str:
    merge_records(work, write.entity, write.id, write.others, write.keep)
    return write.id


def _part(work: Work, write: Write) -> str:
    """The record that is back."""
    known = work.store.merges.into(write.entity, write.id)
    if write.merged not in {each.id for each in known}:
        raise NotFound("not_found")
    return part_records(work, write.merged)


_VERBS: Mapping[str, Verb] = {"create": _create, "update": _update, "move": _move, "delete": _delete}


def _version(work: Work, write: Write) -> int:
    """The recipe refuses a record that is not there, or not for the caller, whatever the version."""
    if write.version != ANY:
        return write.version
    row = work.transaction.get(write.entity, [write.id], hold=True).get(write.id)
    version: int = row["version"] if row else ANY
    return version


def _edits(tables: Tables) -> Mapping[str, Sequence[RowEdit]]:
    return {name: [_edit(row) for row in rows] for name, rows in tables.items()}


def _edit(row: RowBody) -> RowEdit:
    return RowEdit(row.fields, row.id, row.version or ANY, is_deleted=row.remove)
