"""One thing done with many records, each by itself through the recipe: what went well stays, what did not
says why. How it is asked for and shown is the screens' to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from relasi.apps.visitor import Visitor
from relasi.errors import Invalid, RelasiError
from relasi.records import ListRequest, Record
from relasi.schema.fields.base import Value, Widget
from relasi.schema.model import Entity, Move

MOST = 1000
"""Records of one selection."""
STEP = 20
"""Records between two looks at whether somebody wants it to stop."""

_OF_ONE = {Widget.FILES, Widget.SIGNATURE, Widget.NONE}
"""What is never the same on several records."""


class Deed(Enum):
    SET = "set"
    MOVE = "move"
    DELETE = "delete"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Action:
    """`values` go along with a move, too, where the record has none or they are asked `anew`. `before` is, by
    id, what an undo puts back, with the version that the record must still have."""

    deed: Deed
    values: Mapping[str, Value] = field(default_factory=dict)
    move: str = ""
    anew: frozenset[str] = frozenset()
    before: Mapping[str, tuple[int, Mapping[str, Value]]] = field(default_factory=dict)

    def do(self, visitor: Visitor, record: Record) -> Record | None:
        """The record afterwards, None where it is gone. Raises RelasiError."""
        records, place = visitor.crm.records, (visitor.actor, record.entity, record.id)
        match self.deed:
            case Deed.SET:
                return records.update(*place, record.version, self.values)
            case Deed.MOVE:
                kept = {
                    name for name in self.values.keys() - self.anew if record.values.get(name) is not None
                }
                given = {name: value for name, value in self.values.items() if name not in kept}
                return records.move(*place, record.version, move=self.move, values=given)
            case Deed.DELETE:
                records.delete(*place, record.version)
                return None
            case Deed.UNDO:
                return records.update(*place, *self.before[record.id])


@dataclass(frozen=True, slots=True)
class Failure:
    """`title` is empty where the record is not there, or not for the visitor."""

    id: str
    title: str
    reason: str


@dataclass
class Job:
    """An action and how far it has come; `before` grows to what an undo puts back."""

    entity: str
    action: Action
    waiting: list[str]
    count: int = 0
    done: int = 0
    failures: list[Failure] = field(default_factory=list)
    before: dict[str, tuple[int, Mapping[str, Value]]] = field(default_factory=dict)
    stopped: int = 0
    """So many were left as they are because somebody wanted it to stop."""

    def __post_init__(self) -> None:
        self.waiting = list(self.waiting)
        self.count = len(self.waiting)

    def step(self, visitor: Visitor, most: int = STEP) -> None:
        """Goes on with some of the records."""
        for key in self.waiting[:most]:
            self._do(visitor, key)
            self.waiting.remove(key)

    def stop(self) -> None:
        self.stopped = len(self.waiting)
        self.waiting.clear()

    def undo(self) -> Job | None:
        """What takes it back; None where that cannot be done."""
        if not self.before:
            return None
        return Job(self.entity, Action(Deed.UNDO, before=dict(self.before)), list(self.before))

    def _do(self, visitor: Visitor, key: str) -> None:
        title = ""
        try:
            record = visitor.crm.records.get(visitor.actor, self.entity, key)
            title = record.title
            after = self.action.do(visitor, record)
        except RelasiError as error:
            self.failures.append(Failure(key, title, reason(visitor, visitor.entity(self.entity), error)))
            return
        self.done += 1
        if self.action.deed is Deed.SET and after is not None:
            kept = {name: record.values.get(name) for name in self.action.values}
            if after.version != record.version:
                self.before[key] = (after.version, kept)


def reason(visitor: Visitor, entity: Entity, error: RelasiError, *, beside: str = "") -> str:
    """Why it was refused, with the names of the fields as people call them, but for one that it is told
    beside."""
    if not isinstance(error, Invalid):
        return error.text(visitor.language)
    hidden, told = visitor.hidden(entity), []
    for issue in error.issues:
        named = entity.fields.get(issue.field or "")
        is_named = named is not None and named.name not in {*hidden, beside}
        label = f"{visitor.field_label(named)}: " if named and is_named else ""
        told.append(label + issue.text(visitor.language))
    return " ".join(told)


def movable(visitor: Visitor, entity: Entity, ids: Sequence[str]) -> dict[str, int]:
    """The moves that some of the records can make now, in order, each with how many can."""
    process = entity.process
    if process is None:
        return {}
    placed = visitor.crm.records.placings(visitor.actor, entity.name, process.field, ids)
    moves = (move for each in placed.values() for there in each.open.values() for move in there)
    counts = Counter(move.name for move in moves)
    return {move.name: counts[move.name] for move in process.moves if move.name in counts}


def asked_for(
    visitor: Visitor, entity: Entity, ids: Sequence[str], move: Move
) -> tuple[list[str], dict[str, frozenset[str]]]:
    """The fields to ask for once for all of the records: what the move needs and some lack, what it asks
    anew, and the reason for the state; and what can be chosen of the latter."""
    process = entity.process
    reasons = {process.reason: frozenset(process.states[move.target].reasons)} if process else {}
    names = tuple(name for name in move.needs if name not in visitor.hidden(entity))
    asked = ListRequest(entity.name, matching={"id": ids}, fields=names, limit=len(ids))
    records = visitor.crm.records.list(visitor.actor, asked).records
    empty = {name for name in names if any(record.values.get(name) is None for record in records)}
    options = {name: each for name, each in reasons.items() if name and each}
    wanted = empty.union(move.asks.intersection(names), options)
    return [name for name in entity.fields if name in wanted], options


def settable(visitor: Visitor, entity: Entity, ids: Sequence[str]) -> list[str]:
    """The fields that can be given one value on many records, as far as the first that can be read tells."""
    records = visitor.crm.records
    for key in ids[:STEP]:
        try:
            record = records.get(visitor.actor, entity.name, key)
        except RelasiError:
            continue
        state = records.form_state(visitor.actor, entity.name, {}, record=record)
        open_now = state.visible - state.read_only - visitor.secret(entity)
        fields = (field for field in entity.own_fields if field.name in open_now and not field.type.unique)
        return [field.name for field in fields if field.type.widget not in _OF_ONE]
    return []
