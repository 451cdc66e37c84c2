"""How values stand in the holes of a text: titles, messages, formulas and rules write them alike."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

from babel import Locale
from babel.numbers import format_decimal, format_percent

from relasi.schema.derivations import Computed, Derivation, made_of
from relasi.schema.expressions import Expression, Format, Template
from relasi.schema.expressions.names import KINDS
from relasi.schema.expressions.operations import EXACT
from relasi.schema.expressions.tree import Read
from relasi.schema.expressions.types import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    Link,
    MultiChoice,
    Number,
    Time,
    Type,
    User,
)
from relasi.schema.fields.base import FieldType, Showing
from relasi.schema.fields.boolean import BooleanField
from relasi.schema.fields.date import DateField
from relasi.schema.fields.datetime import DateTimeField
from relasi.schema.fields.duration import DurationField
from relasi.schema.fields.money import MoneyField
from relasi.schema.fields.time import TimeField
from relasi.schema.model import Model, Settings
from relasi.schema.words import ModelLabels
from relasi.texts import LOCALES, say

Title = Callable[[str, str], str]
"""Names a record or a person: (entity or "user", id) -> text."""

_LIKE: dict[type[Type], FieldType] = {
    Boolean: BooleanField(type="boolean"),
    Date: DateField(type="date"),
    DateTime: DateTimeField(type="datetime"),
    Duration: DurationField(type="duration"),
    Time: TimeField(type="time"),
}
_MONEY = MoneyField(type="money")


def _no_title(_entity: str, key: str) -> str:
    return key


def showing_in(settings: Settings, language: str, title: Title = _no_title) -> Showing:
    """For whoever reads the language."""
    return Showing(Locale.parse(LOCALES[language]), settings.zone, settings.currency, title)


def written_for(model: Model, showing: Showing) -> Format:
    """A field is written as lists show it, anything else by its type. Titles come from `showing`.

    Plain numbers are not grouped: a year and a code of numbers stand in texts more often than a quantity.
    """

    def write(value: Any, hole: Expression) -> str:  # Any: the Python value that belongs to the type
        with localcontext(EXACT):  # babel rounds in the context that it finds
            return written(value, hole)

    def written(value: Any, hole: Expression) -> str:  # Any: as above
        if isinstance(hole.type, Number) and hole.type.kind == "number":
            return _number(value, hole.type.places, showing.locale)
        if isinstance(hole.root, Read):
            return _field(model, hole.root).show(value, showing)
        return _by_type(value, hole.type, model, showing)

    return write


def signature(model: Model, derivation: Derivation | None) -> str | None:
    """A text that is another one for every derivation that gives other values to records that are there, or
    writes them in other words; None for what is only made with the record."""
    made = made_of(derivation)
    if made is None or not isinstance(derivation, Computed) or not isinstance(derivation.value, Template):
        return made
    return f"{made} ({_wording(model, derivation.value)})"


def _wording(model: Model, template: Template) -> str:
    settings = model.settings
    labels = ModelLabels(model, settings.languages[0])
    said = [settings.languages[0], settings.currency, settings.zone.key]
    for hole in template.expressions:
        if isinstance(hole.type, Choice | MultiChoice):
            said += (f"{key}={labels.option(hole.type.owner, key)}" for key in hole.type.options)
    return " ".join(said)


def _field(model: Model, read: Read) -> FieldType:
    return model.entities[read.entities[-1]].fields[read.path[-1]].type


def _by_type(value: Any, type_: Type, model: Model, showing: Showing) -> str:
    labels = ModelLabels(model, showing.language)
    match type_:
        case Choice(options=options) if options == KINDS:
            return say(showing.language, f"expressions.kind_{value}")
        case Choice(owner=owner):
            return labels.option(owner, value)
        case MultiChoice(owner=owner):
            return ", ".join(labels.option(owner, each) for each in value)
        case User():
            return showing.title("user", value)
        case Link(targets=(target,)):
            return showing.title(target, value)
        case Link():
            entity, _, key = value.partition("/")
            return showing.title(entity, key)
        case Number(kind="money"):
            return _MONEY.show(value, showing)
        case Number(kind="percent"):
            return str(format_percent(value / 100, "#,##0.##%", locale=showing.locale))
    like = _LIKE.get(type(type_))
    return like.show(value, showing) if like else str(value)


def _number(value: int | Decimal, places: int | None, locale: Locale) -> str:
    """With the places of its field; where it was computed, with those that it has, ten at most."""
    pattern = f"0.{'0' * places}" if places else "0.##########"
    return str(format_decimal(value, pattern, locale=locale))
