"""A word that somebody gave on an approval, as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relasi.apps.visitor import Visitor
from relasi.store.approvals import Decision, Verdict
from relasi.texts import say

Names = Mapping[tuple[str, str], str]
"""Titles of records and names of people, by (entity, id)."""

COLORS: Mapping[Verdict, str] = {"approved": "green", "rejected": "red", "withdrawn": "gray"}


def sentence(visitor: Visitor, decision: Decision, names: Names) -> str:
    """Who said what, and for whom."""
    person, absent = named(names, [decision.user_id]), named(names, [decision.on_behalf_of or ""])
    key = f"was_{decision.verdict}{'_for' if decision.on_behalf_of else ''}"
    return say(visitor.language, f"approvals.{key}", person=person, absent=absent)


def named(names: Names, keys: Iterable[str]) -> str:
    """The names of these people."""
    return ", ".join(names.get(("user", key), "–") for key in keys) or "–"
