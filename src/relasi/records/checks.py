"""The validation steps of the recipe, each over all drafts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from relasi.platform.contract import Transaction
from relasi.platform.query import Asking, Query
from relasi.records.actor import Actor
from relasi.records.draft import Draft
from relasi.records.lookup import matching_rows
from relasi.records.recipe import Recipe
from relasi.schema.expressions import Expression, Situation
from relasi.schema.fields.base import Value
from relasi.schema.model import Field

SituationOf = Callable[[Draft], Situation]


def refuse_read_only(recipe: Recipe, draft: Draft, actor: Actor, situation: SituationOf) -> None:
    """What people only read stays as it was. Rules may write it; imports also bring states and numbers of
    old."""
    if actor.source.brings_history:
        return
    for name, (old, new) in draft.changed(recipe).items():
        field = recipe.own[name]
        if name == recipe.state:
            _refuse_state(recipe, draft, old, new)
        elif field.type.computed or (
            field.type.read_only and not actor.rule and not _by_default(field, draft)
        ):
            draft.refuse(name, "read_only")
    if draft.old is not None and not actor.rule:
        for field in recipe.read_only_when:
            if draft.values[field.name] != draft.old[field.name] and _true(
                field.read_only_when, situation(draft)
            ):
                draft.refuse(field.name, "read_only")


def _by_default(field: Field, draft: Draft) -> bool:
    """A new record may start with a value that people only read."""
    return draft.old is None and field.type.default is not None


def _refuse_state(recipe: Recipe, draft: Draft, old: Value, new: Value) -> None:
    """Records start in the first state and go on by moves."""
    process = recipe.entity.process
    if process is not None and not (draft.old is None and new == process.initial):
        draft.refuse(recipe.state, "illegal_move", **{"from": old or process.initial, "to": new})


def require(recipe: Recipe, draft: Draft, situation: SituationOf) -> None:
    """Required fields are filled, unless the form would not show them."""
    for field in recipe.required:
        if draft.values[field.name] is None and _visible(field, draft, situation):
            draft.refuse(field.name, "required")
    for field in recipe.required_when:
        if (
            draft.values[field.name] is None
            and _true(field.required_when, situation(draft))
            and _visible(field, draft, situation)
        ):
            draft.refuse(field.name, "required")


def _visible(field: Field, draft: Draft, situation: SituationOf) -> bool:
    return field.visible_when is None or _true(field.visible_when, situation(draft))


def _true(condition: Expression | None, situation: Situation) -> bool:
    return condition is not None and bool(condition.evaluate(situation))


def check_links(
    recipe: Recipe, drafts: Sequence[Draft], find: Callable[[str, Iterable[str]], set[str]]
) -> None:
    """Links name records that exist and that the actor may read; `find` gives those of the ids that are
    such."""
    for field in recipe.links:
        wanted: dict[str, set[str]] = {}
        for _, entity, key in _linking(field, drafts):
            wanted.setdefault(entity, set()).add(key)
        found = {entity: find(entity, keys) for entity, keys in wanted.items()}
        for draft, entity, key in _linking(field, drafts):
            if key not in found[entity]:
                draft.refuse(field.name, "no_such_record")


def _linking(field: Field, drafts: Iterable[Draft]) -> Iterator[tuple[Draft, str, str]]:
    """The drafts that newly link somewhere, with the entity and the id."""
    for draft in drafts:
        value = _newly(field, draft)
        if value is not None:
            entity, key = target_of(field, value)
            yield draft, entity, key


def _newly(field: Field, draft: Draft) -> Value:
    """The value that the draft gives to the field, None where it leaves it as it was."""
    value = draft.values[field.name]
    return value if draft.old is None or draft.old[field.name] != value else None


def target_of(field: Field, value: str) -> tuple[str, str]:
    """The entity and the id that a link's value names."""
    if len(field.links_to) == 1:
        return field.links_to[0], value
    entity, _, key = value.partition("/")
    return entity, key


def check_users(recipe: Recipe, drafts: Sequence[Draft], find: Callable[[Iterable[str]], set[str]]) -> None:
    """User fields name people who exist; `find` gives those of the ids that are such."""
    for field in recipe.users:
        named = [(draft, key) for draft in drafts if (key := _newly(field, draft)) is not None]
        found = find({key for _, key in named})
        for draft, key in named:
            if key not in found:
                draft.refuse(field.name, "no_such_user")


def check_unique(recipe: Recipe, drafts: Sequence[Draft], transaction: Transaction, asking: Asking) -> None:
    """No value that must be unique is taken, by another record or by an earlier draft of the same batch."""
    for group in recipe.unique:
        taken = _taken(recipe, group, drafts, transaction, asking)
        for draft in drafts:
            key = tuple(draft.values[name] for name in group)
            if None in key:
                continue
            holder = taken.setdefault(key, draft.id)
            if holder != draft.id:
                draft.refuse(group[0], "duplicate")


def _taken(
    recipe: Recipe, group: tuple[str, ...], drafts: Sequence[Draft], transaction: Transaction, asking: Asking
) -> dict[tuple[Value, ...], str]:
    """The values of the group that records hold already -> the record's id."""
    first = group[0]
    wanted = dict.fromkeys(
        draft.values[first]
        for draft in drafts
        if draft.values[first] is not None and (draft.old is None or draft.old[first] != draft.values[first])
    )
    query = Query(recipe.entity.name, asking, fields=group)
    rows = matching_rows(transaction, query, first, tuple(wanted))
    return {tuple(row[name] for name in group): row["id"] for row in rows}
