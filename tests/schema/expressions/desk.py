"""A small world for expressions: tickets, customers and products with every type of field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from relasi.schema.expressions import Expression, ScopeField, Situation
from relasi.schema.expressions.types import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    Link,
    MultiChoice,
    Number,
    Rows,
    Text,
    Time,
    Type,
    User,
)

PRIORITIES = ("low", "normal", "high", "urgent")
CHANNELS = ("email", "phone", "chat")
KINDS = {"new": "open", "in_progress": "open", "waiting": "paused", "closed": "done"}
TIERS = ("gold", "silver")

FIELDS: Mapping[str, Mapping[str, ScopeField]] = {
    "ticket": {
        "id": ScopeField(Text()),
        "subject": ScopeField(Text()),
        "note": ScopeField(Text()),
        "priority": ScopeField(Choice(PRIORITIES)),
        "before": ScopeField(Choice(PRIORITIES)),
        "status": ScopeField(Choice(tuple(KINDS)), KINDS),
        "channels": ScopeField(MultiChoice(CHANNELS)),
        "replies": ScopeField(Number("number", 0)),
        "score": ScopeField(Number("number", 3)),
        "weight": ScopeField(Number("number", 3)),
        "amount": ScopeField(Number("money", 2)),
        "paid": ScopeField(Number("money", 2)),
        "spot_latitude": ScopeField(Number("number", 6)),
        "spot_longitude": ScopeField(Number("number", 6)),
        "discount": ScopeField(Number("percent", 1)),
        "done": ScopeField(Boolean()),
        "vip": ScopeField(Boolean()),
        "due": ScopeField(Date()),
        "started": ScopeField(Date()),
        "opened": ScopeField(DateTime()),
        "closed_at": ScopeField(DateTime()),
        "from_time": ScopeField(Time()),
        "limit": ScopeField(Duration()),
        "effort": ScopeField(Duration()),
        "owner": ScopeField(User()),
        "author": ScopeField(User()),
        "customer": ScopeField(Link(("customer",))),
        "about": ScopeField(Link(("customer", "product"))),
        "parent": ScopeField(Link(("ticket",))),
        "normal": ScopeField(Text()),
    },
    "customer": {
        "id": ScopeField(Text()),
        "name": ScopeField(Text()),
        "tier": ScopeField(Choice(TIERS)),
        "state": ScopeField(Choice(tuple(KINDS)), KINDS),
        "active": ScopeField(Boolean()),
        "credit": ScopeField(Number("money", 2)),
        "spot_latitude": ScopeField(Number("number", 6)),
        "spot_longitude": ScopeField(Number("number", 6)),
        "since": ScopeField(DateTime()),
        "agent": ScopeField(User()),
        "boss": ScopeField(Link(("customer",))),
    },
    "product": {"id": ScopeField(Text()), "name": ScopeField(Text())},
}

ROWS = {
    ("ticket", "answers"): Rows("ticket", "parent", "id", ("ticket",)),
    ("customer", "tickets"): Rows("ticket", "customer", "id", ("ticket",)),
    ("customer", "threads"): Rows("ticket", "about", "parent", ("ticket",), prefix="customer/"),
}
"""Tables; the last is of pairs that lead to a customer or to a product."""

TREES = {"ticket": ("parent",), "customer": ("boss",)}

TEAMS = {
    "head": frozenset({"head", "west", "east"}),
    "west": frozenset({"west"}),
    "east": frozenset({"east"}),
}
IN_TEAMS = {"ani": "west", "budi": "head"}

NOW = datetime(2025, 6, 15, 20, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Jakarta")
"""Seven hours ahead: at NOW it is already the 16th."""


@dataclass(frozen=True)
class Desk:
    """The scope of a ticket."""

    entity: str = "ticket"
    has_old: bool = True
    has_user: bool = True
    outer: str | None = None

    def field(self, entity: str, name: str) -> ScopeField | None:
        table = ROWS.get((entity, name))
        return ScopeField(table) if table else FIELDS[entity].get(name)

    @property
    def teams(self) -> Mapping[str, frozenset[str]]:
        return TEAMS

    def trees(self, entity: str) -> tuple[str, ...]:
        return TREES.get(entity, ())

    def fields(self, entity: str) -> Iterable[str]:
        return FIELDS[entity]


@dataclass(frozen=True)
class Words:
    """Labels that show what was asked of them."""

    def field(self, entity: str, name: str) -> str:
        return name.capitalize()

    def option(self, owner: str, key: str) -> str:
        return key.capitalize()


def parsed(text: str, expected: Type | None = None) -> Expression:
    return Expression.parse(text, Desk(), expected)


def situation(
    record: Mapping[str, Any],
    *,
    old: Mapping[str, Any] | None = None,
    user: str | None = "budi",
    linked: Mapping[tuple[str, str], Mapping[str, Any]] | None = None,
) -> Situation:
    records = linked or {}

    def rows(entity: str, field: str, value: str, column: str) -> tuple[str, ...]:
        found = (each for (owner, _), each in records.items() if owner == entity)
        return tuple(each[column] for each in found if each.get(field) == value)

    return Situation(
        record=record,
        now=NOW,
        zone=ZONE,
        record_id=record.get("id"),
        user=user,
        old=old,
        follow=lambda entity, key: records.get((entity, key)),
        teams=lambda: IN_TEAMS,
        rows=rows,
    )


def answer(text: str, expected: Type | None = None, **record: Any) -> Any:
    """What the expression gives for a ticket with these values."""
    return parsed(text, expected).evaluate(situation(record))
