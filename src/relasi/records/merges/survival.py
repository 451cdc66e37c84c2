"""Which values stay when records are merged. Whose data are restricted stays restricted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from relasi.platform.query import Row
from relasi.records.links import target_of
from relasi.records.recipe import Recipe
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import Value, Widget
from relasi.schema.fields.series import SeriesField
from relasi.schema.fields.several import Several
from relasi.schema.model import Field
from relasi.schema.model.merging import Survives, Trust
from relasi.schema.model.privacy import RESTRICTED


def mergeable(recipe: Recipe) -> tuple[Field, ...]:
    """The fields of which a value is chosen: what is computed follows, numbers and states stay with their
    record."""
    return tuple(
        field
        for field in recipe.own.values()
        if field.name not in recipe.computed
        and field.name != recipe.state
        and not field.computed
        and not isinstance(field.type, SeriesField)
    )


def surviving(recipe: Recipe, rows: Sequence[Row], chosen: Mapping[str, str]) -> dict[str, Value]:
    """The values of the record that stays, which is the first of the rows; `chosen` are fields for which
    somebody has picked the record, by its id."""
    ids = {row["id"] for row in rows}
    values: dict[str, Value] = {}
    for field in mergeable(recipe):
        held = {row["id"]: _outward(field, recipe.entity.name, row[field.name], ids) for row in rows}
        if field.name in chosen:
            values[field.name] = held[chosen[field.name]]
        else:
            values[field.name] = _kept(recipe, field, rows, held)
    return values


def _outward(field: Field, entity: str, value: Value, merged: Collection[str]) -> Value:
    """A link from one of the merged records to another is none any more."""
    if value is None or not field.links_to:
        return value
    owner, key = target_of(field, value)
    return None if owner == entity and key in merged else value


def _kept(recipe: Recipe, field: Field, rows: Sequence[Row], held: Mapping[str, Value]) -> Value:
    filled = [row for row in rows if held[row["id"]] is not None]
    if not filled:
        return None
    rule = Survives.GREATEST if field.name == RESTRICTED else recipe.entity.merging.of(field.name)
    if rule is Survives.ALL or isinstance(field.type, Attached):
        return _all(field, [held[row["id"]] for row in filled])
    return held[_best(field, rule, rows[0], filled, held)["id"]]


def _best(
    field: Field, rule: Survives | Trust, first: Row, filled: Sequence[Row], held: Mapping[str, Value]
) -> Row:
    """Of several that are as good the one that stays, then the one that was changed last."""
    newest = sorted(filled, key=lambda row: (row["id"] != first["id"], -row["updated_at"].timestamp()))
    if isinstance(rule, Trust):
        ranks = {option: place for place, option in enumerate(rule.trust)}
        return min(newest, key=lambda row: ranks.get(row[rule.by], len(ranks)))
    match rule:
        case Survives.NEWEST:
            return max(newest, key=lambda row: row["updated_at"])
        case Survives.OLDEST:
            return min(newest, key=lambda row: row["created_at"])
        case Survives.LONGEST:
            return max(newest, key=lambda row: len(str(held[row["id"]])))
        case Survives.GREATEST:
            return max(newest, key=lambda row: _size(field, held[row["id"]]))
        case Survives.LEAST:
            return min(newest, key=lambda row: _size(field, held[row["id"]]))
        case _:
            return newest[0]


def _size(field: Field, value: Value) -> Any:  # Any: what can be compared
    """Options are in the order in which they are defined."""
    options = list(field.type.choices())
    return options.index(value) if value in options else value


def _all(field: Field, values: Sequence[Value]) -> Value:
    """Several values as one; where the field holds one only, the first."""
    if isinstance(values[0], tuple):
        found = tuple(dict.fromkeys(each for value in values for each in value))
        return found[: field.type.most] if isinstance(field.type, Attached) else found
    if isinstance(field.type, Several):
        lines = dict.fromkeys(line for value in values for line in value.splitlines())
        return "\n".join(list(lines)[: field.type.max])
    if field.type.widget is Widget.TEXT_AREA:
        return "\n\n".join(dict.fromkeys(values))
    return values[0]
