"""A value of one field type as one of another: by what the types themselves take and read, without loss."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any

from babel.numbers import get_decimal_symbol

from relasi.schema.expressions import types
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import FieldType, Kind, Reading, Showing, Value, ValueProblem, quoted
from relasi.schema.fields.notation.numbers import plain

Known = Callable[[str], Collection[str]]
"""Entity, or "user" -> the ids that there are."""

USER = "user"


@dataclass(frozen=True, slots=True)
class Usage:
    """How the company writes values, and what the values may refer to. `renamed` are entities by their old
    names."""

    reading: Reading
    showing: Showing
    known: Known
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recast:
    """From `old` to `new`; `moves` are options that are taken away, with the ones to take instead."""

    old: FieldType
    new: FieldType
    usage: Usage
    moves: Mapping[str, str] = field(default_factory=dict)

    def value(self, value: Value) -> Value:
        """Raises ValueProblem for a value that the new type cannot hold whole."""
        taken = value if self._takes_all else self._converted(self._moved(value))
        return checked(self.new, taken, self.usage.known)

    @cached_property
    def _takes_all(self) -> bool:
        old, new = self.old, self.new
        return (
            not self.moves
            and (new.name, limits(new), new.targets()) == (old.name, limits(old), old.targets())
            and new.storage() == old.storage()
            and new.choices().keys() >= old.choices().keys()
            and self.usage.renamed.keys().isdisjoint(old.targets())
        )

    def _moved(self, value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(dict.fromkeys(self.moves.get(each, each) for each in value))
        return self.moves.get(value, value) if self.moves else value

    def _converted(self, value: Value) -> Value:
        old, new = self.old, self.new
        if refers(old):
            return self._referred(value)
        if isinstance(new, Attached):
            raise ValueProblem("not_files", value=quoted(value))
        if isinstance(old.expression_type(), types.Text):
            return new.read(value, self.usage.reading)
        if isinstance(new.expression_type(), types.Text):
            return new.accept(as_text(value, old, self.usage))
        return self._accepted(value)

    def _referred(self, value: str) -> Value:
        old, new = self.old, self.new
        if not refers(new) or bool(old.targets()) != bool(new.targets()):
            raise ValueProblem("is_a_reference")
        if not old.targets():
            return new.accept(value)
        entity, key = target_of(old, value)
        entity = self.usage.renamed.get(entity, entity)
        if entity not in new.targets():
            raise ValueProblem("not_a_link", value=quoted(value), entities=", ".join(new.targets()))
        return new.accept(key if len(new.targets()) == 1 else f"{entity}/{key}")

    def _accepted(self, value: Value) -> Value:
        old, new, zone = self.old, self.new, self.usage.reading.zone
        if isinstance(value, datetime) and new.storage().kind is Kind.DATE:
            local = value.astimezone(zone)
            if local.time() != time():
                raise ValueProblem("has_a_time", value=quoted(local.isoformat(" ", "minutes")))
            return new.accept(local.date())
        if isinstance(value, date) and not isinstance(value, datetime) and _is_moment(new):
            return new.accept(datetime.combine(value, time(), zone))
        try:
            return new.accept(value)
        except ValueProblem:
            if not (_has_words(old) or _has_words(new)):
                raise
        return new.read(old.show(value, self.usage.showing), self.usage.reading)


def refers(type_: FieldType) -> bool:
    """Whether values are the ids of something else."""
    return bool(type_.targets()) or isinstance(type_.expression_type(), types.User | types.Files)


def target_of(type_: FieldType, value: str) -> tuple[str, str]:
    """Entity and id of what a link refers to."""
    if len(type_.targets()) == 1:
        return type_.targets()[0], value
    entity, _, key = value.partition("/")
    return entity, key


def checked(type_: FieldType, value: Value, known: Known) -> Value:
    """The value, once it is certain that there is what it refers to. Raises ValueProblem."""
    if value is not None and refers(type_) and not isinstance(type_, Attached):
        entity, key = target_of(type_, value) if type_.targets() else (USER, value)
        if key not in known(entity):
            raise ValueProblem("no_such_record")
    return value


def as_text(value: Value, type_: FieldType, usage: Usage) -> str:
    """The whole value in words that the type reads again: options by their labels, dates by ISO 8601."""
    if _has_words(type_):
        return type_.show(value, usage.showing)
    return plain_text(value, usage, type_.dump)


def plain_text(value: Value, usage: Usage, dump: Callable[[Value], Any] = str) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return plain(Decimal(value)).replace(".", get_decimal_symbol(usage.reading.locale))
    if isinstance(value, datetime):
        return value.astimezone(usage.reading.zone).isoformat(" ")
    return str(dump(value))


def _has_words(type_: FieldType) -> bool:
    """Whether people know the values by words that stand for them."""
    return bool(type_.choices()) or type_.storage().kind is Kind.BOOLEAN


def _is_moment(type_: FieldType) -> bool:
    return type_.storage().kind is Kind.DATETIME


def limits(type_: FieldType) -> dict[str, object]:
    """The keys that are the type's own: they say which values it takes."""
    common = {*FieldType.model_fields, "options", "to", "move_records"}
    return {key: value for key, value in type_.model_dump().items() if key not in common}
