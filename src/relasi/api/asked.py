"""What a call asks for in its address: which records, in which order, which of their fields."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from relasi.api.caller import Caller
from relasi.errors import CallRefused, NotFound
from relasi.records import ListRequest
from relasi.records.steps.conditions import SeenScope
from relasi.schema.expressions import Expression, ExpressionError
from relasi.schema.expressions.types import Boolean
from relasi.schema.model import Entity, Sort

Query = Mapping[str, str]

MOST_RECORDS = 200
USUAL_RECORDS = 50
LONGEST_CONDITION = 4000
LIST = ("where", "q", "sort", "fields", "expand", "limit", "after", "count")
"""The parameters of a list."""
SEEN = "^[^\x00-\x1f\x7f]*$"
"""What parameters consist of: signs that can be seen, and spaces."""
IDENTITY = "^[!-.0-~]{1,200}$"
"""What ids look like; those of records are UUIDs."""
_LONE = re.compile("[\ud800-\udfff]")


def parameters(pairs: Iterable[tuple[str, str]], known: Collection[str]) -> Query:
    """The parameters of an address, each at most once. Raises CallRefused."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise CallRefused("unknown_parameter", name=name[:100])
        if name in found or not re.fullmatch(SEEN, value) or _LONE.search(value):
            raise CallRefused("bad_parameter", name=name)
        found[name] = value
    return found


def record_id(text: str) -> str:
    """The id of a record as an address or a body has it. Raises NotFound for what can be none."""
    if not re.fullmatch(IDENTITY, text):
        raise NotFound("not_found")
    return text


def list_asked(caller: Caller, entity: Entity, query: Query) -> ListRequest:
    """Raises CallRefused."""
    return ListRequest(
        entity.name,
        where=(condition(caller, entity, query["where"]),) if query.get("where", "").strip() else (),
        search=query.get("q", ""),
        sort=tuple(_sorts(caller, entity, query.get("sort", ""))),
        fields=fields_asked(caller, entity, query),
        limit=number(query, "limit", USUAL_RECORDS, MOST_RECORDS),
        after=query.get("after"),
    )


def condition(caller: Caller, entity: Entity, text: str) -> Expression:
    """A filter, which knows nothing of what the caller may not see. Raises CallRefused."""
    if len(text) > LONGEST_CONDITION:
        raise CallRefused("bad_parameter", name="where")
    try:
        return Expression.parse(text, SeenScope(caller.model, entity.name, rights=caller.rights), Boolean())
    except ExpressionError as error:
        raise CallRefused("bad_condition", problem=str(error)) from error


def fields_asked(caller: Caller, entity: Entity, query: Query) -> tuple[str, ...] | None:
    """None for all of them. Raises CallRefused."""
    if "fields" not in query:
        return None
    names = tuple(each for each in query["fields"].split(",") if each)
    hidden = caller.rights(entity.name).hidden
    for name in names:
        if name not in entity.fields or name in hidden:
            raise CallRefused("unknown_name", name=name[:100])
    return names


def number(query: Query, name: str, usual: int, most: int) -> int:
    """A whole number from 1. Raises CallRefused."""
    text = query.get(name, str(usual))
    if not re.fullmatch("[0-9]{1,6}", text) or not 1 <= int(text) <= most:
        raise CallRefused("bad_parameter", name=name)
    return int(text)


def flag(query: Query, name: str) -> bool:
    """Raises CallRefused."""
    value = query.get(name, "false")
    if value not in ("true", "false"):
        raise CallRefused("bad_parameter", name=name)
    return value == "true"


def _sorts(caller: Caller, entity: Entity, text: str) -> Iterable[Sort]:
    """`-created_at,subject`: the newest first, then by subject. A field that comes again orders nothing."""
    secret, seen = caller.rights(entity.name).secret, set()
    for part in filter(None, text.split(",")):
        name = part.removeprefix("-")
        if name not in entity.fields or name in secret:
            raise CallRefused("unknown_name", name=name[:100])
        if name not in seen:
            yield Sort(name, descending=part.startswith("-"))
        seen.add(name)
