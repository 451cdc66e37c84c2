"""Subscriptions of a visitor: what they get by mail, begun and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from relasi.apps.visitor import Visitor
from relasi.platform.again import begun_again
from relasi.reports.subscribing import called, due_after
from relasi.store.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class Wish:
    """A page that somebody wants to get by mail."""

    kind: Literal["dashboard", "list"]
    name: str
    department: str
    query: Mapping[str, Sequence[str]]
    has_file: bool = False
    purpose: str | None = None


@begun_again
def subscribe(visitor: Visitor, wish: Wish, rhythm: str, clock: str) -> datetime:
    """When the first mail comes."""
    crm, now = visitor.crm, visitor.crm.clock()
    made = Subscription(
        crm.new_id(),
        visitor.user.id,
        wish.kind,
        wish.name,
        wish.department,
        wish.query,
        rhythm,
        clock,
        now,
        wish.has_file,
        wish.purpose,
    )
    made = replace(made, due_at=due_after(crm.model, made, now))
    with crm.store.session() as session:
        session.subscriptions.put(made)
    return made.due_at


@begun_again
def unsubscribe(visitor: Visitor, key: str) -> None:
    with visitor.crm.store.session() as session:
        session.subscriptions.drop(visitor.user.id, key)


def subscriptions_of(visitor: Visitor) -> list[tuple[Subscription, str]]:
    """With what each is called."""
    with visitor.crm.store.session(write=False) as session:
        held = session.subscriptions.of(visitor.user.id)
        gone = visitor.say("subscription_gone")
        return [(each, called(visitor, session, each) or gone) for each in held]
