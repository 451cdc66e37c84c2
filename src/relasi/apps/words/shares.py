"""Shares of a record in words."""

from __future__ import annotations

from datetime import date

from relasi.apps.visitor import Visitor
from relasi.schema.fields.date import DateField
from relasi.store.shares import Share
from relasi.texts import say

_DAY = DateField(type="date")


def told(visitor: Visitor, key: str, **params: object) -> str:
    """The sentence `key` of texts/access.yaml."""
    return say(visitor.language, f"access.{key}", **params)


def happened(visitor: Visitor, share: Share, *, is_end: bool) -> str:
    """What the history says of a share that was made, or taken back."""
    whom = called(visitor, share.kind, share.whom)
    return told(visitor, "history_end" if is_end else "history", whom=whom, day=day_of(visitor, share.last))


def called(visitor: Visitor, kind: str, key: str) -> str:
    """A person, a team or a role by its name."""
    model = visitor.crm.model
    if kind == "user":
        return next((user.full_name for user in visitor.people if user.id == key), "–")
    known = model.teams if kind == "team" else model.roles
    return told(visitor, kind, name=visitor.label(known[key].label) if key in known else key)


def day_of(visitor: Visitor, day: date) -> str:
    return _DAY.show(day, visitor.showing())
