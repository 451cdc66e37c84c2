"""What other systems send: checked, and made into a record by the recipe that serves everybody else.

The same call may come again, because its sender did not hear the answer: its key is kept with the record, in
one transaction, so that it makes nothing twice.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from relasi.errors import Invalid, Issue, Refused
from relasi.messages.signatures import is_signed
from relasi.platform.again import begun_again
from relasi.platform.query import Query
from relasi.records import Actor, Records, Source, Work
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.model.hook import Hook, Taken
from relasi.store.mail import Delivery

PATH = "/hooks"
KEPT = timedelta(days=30)
"""How long the key of a call is remembered."""
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Received:
    """The record that a call has made or changed; `again` where it was this call that did so before."""

    record_id: str | None
    again: bool = False


def is_from_friend(
    hook: Hook, headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime
) -> bool:
    """Whether whoever sends it knows the secret; names of headers are in small letters."""
    if hook.is_signed:
        return is_signed(headers, body, secret, now)
    given = headers.get("authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


@begun_again
def receive(records: Records, hook: Hook, headers: Mapping[str, str], body: bytes) -> Received:
    """Raises Refused for what is no JSON, or comes with the key of another call; Invalid."""
    content = _read(body)
    key = (headers.get("webhook-id") or headers.get("idempotency-key") or "")[:_LONGEST_KEY]
    actor = Actor(None, frozenset(), Source.HOOK, everything=True, hook=hook.name)
    with records.work(actor) as work:
        digest = sha256(body).hexdigest()
        known = work.store.correspondence.delivered(hook.name, key) if key else None
        if known is not None:
            if known.digest != digest:
                raise Refused("key_used")
            return Received(known.record_id, again=True)
        record_id = _written(work, hook, content)
        if key:
            delivery = Delivery(hook.name, key, work.now, digest, record_id)
            work.store.correspondence.note_delivery(delivery, forget_before=work.now - KEPT)
        return Received(record_id)


def _read(body: bytes) -> Any:  # Any: JSON
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise Refused("not_json") from error


def _written(work: Work, hook: Hook, content: Any) -> str:  # Any: JSON
    values, issues = {}, []
    for field, taken in hook.values.items():
        try:
            values[field] = _value(work, hook.entity, field, taken, content)
        except ValueProblem as problem:
            issues.append(Issue(field, problem.code, problem.params))
    if issues:
        raise Invalid(issues)
    known = _known(work, hook, values)
    if known is None:
        return work.create(hook.entity, values)
    row = work.transaction.get(hook.entity, [known], hold=True)[known]
    work.update(hook.entity, known, row["version"], values)
    return known


def _value(work: Work, entity: str, field: str, taken: Taken, content: Any) -> Value:  # Any: JSON
    written = _at(content, taken.path) if taken.path else taken.value
    if taken.find is None or written is None:
        return tuple(written) if isinstance(written, list) else written
    target = work.entity(entity).fields[field].links_to[0]
    found = _one(work, target, taken.find, written)
    if found is None:
        raise ValueProblem("no_such_record")
    return found


def _known(work: Work, hook: Hook, values: Mapping[str, Value]) -> str | None:
    value = values.get(hook.match) if hook.match else None
    return None if value is None or hook.match is None else _one(work, hook.entity, hook.match, value)


def _one(work: Work, entity: str, field: str, written: Any) -> str | None:  # Any: JSON
    """The only record that has the value. Raises ValueProblem where there are several."""
    value = work.entity(entity).fields[field].type.accept(written)
    query = Query(entity, work.asking, matching={field: [value]}, fields=(), limit=2)
    rows = work.transaction.find(query).rows
    if len(rows) > 1:
        raise ValueProblem("not_one_record", value=str(written))
    return rows[0]["id"] if rows else None


def _at(content: Any, path: tuple[str, ...]) -> Any:  # Any: JSON
    """What stands at the path; None where there is nothing."""
    for part in path:
        if isinstance(content, dict):
            content = content.get(part)
        elif isinstance(content, list) and part.isascii() and part.isdigit():
            content = content[int(part)] if int(part) < len(content) else None
        else:
            return None
    return content
