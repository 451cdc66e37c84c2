"""What the page of an import says, and in which colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from relasi.apps.markdown import plain
from relasi.apps.visitor import Visitor
from relasi.importing.report import Action, Reason
from relasi.schema.fields.datetime import DateTimeField
from relasi.schema.model import Entity
from relasi.texts import say

COLORS = {
    Action.CREATED: "green",
    Action.UPDATED: "blue",
    Action.UNCHANGED: "gray",
    Action.SKIPPED: "gray",
    Action.MERGED: "gray",
    Action.REFUSED: "red",
}

_MOMENT = DateTimeField(type="datetime")


def told(visitor: Visitor, key: str, **params: object) -> str:
    """The sentence `key` of texts/importing.yaml."""
    return say(visitor.language, f"importing.{key}", **params)


def unlinked(text: str) -> str:
    """As Markdown in which an e-mail address is no link."""
    return plain(text).replace("@", "\N{WORD JOINER}@")


def moment(visitor: Visitor, at: datetime) -> str:
    return _MOMENT.show(at, visitor.showing())


def badges(visitor: Visitor, counts: Mapping[str, int]) -> str:
    """How many rows there are of each kind, as Markdown."""
    found = [(action, counts[action.value]) for action in Action if counts.get(action.value)]
    return " ".join(
        f":{COLORS[action]}-badge[{plain(told(visitor, action.value))}: {visitor.number(count)}]"
        for action, count in found
    )


def reasons(visitor: Visitor, entity: Entity, why: Iterable[Reason]) -> str:
    """With the names of the fields that the visitor sees."""
    hidden = visitor.hidden(entity)
    seen = (replace(each, field=None) if each.field in hidden else each for each in why)
    return "; ".join(each.text(entity, visitor.language) for each in seen)
