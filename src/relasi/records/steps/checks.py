"""The validation steps of the recipe, each over all drafts at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from relasi.errors import DuplicateValue, Invalid, Issue
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Query, Row
from relasi.records.draft import Draft
from relasi.records.links import target_of
from relasi.records.people import is_restricted, refused_purposes, tells_of_people
from relasi.records.recipe import Recipe
from relasi.records.sheet import Sheet
from relasi.records.view import View
from relasi.schema.fields.base import Value
from relasi.schema.labels import Label
from relasi.schema.model import Field
from relasi.store.audit import NEW_VERSIONS

Reached = Mapping[tuple[str, str], tuple[Row, Row]]
"""Records, by entity and id, in which derived values changed: as they were, and as they are."""

_TOGETHER = 500
"""So many drafts are compared with what is there at a time."""


def refuse_read_only(view: View, recipe: Recipe, drafts: Iterable[Draft]) -> None:
    """States change by moves, computed values come by themselves, and what people only read they do not
    write; definitions write it. Imports bring states, numbers and values of old, but take none away."""
    for draft in drafts:
        for field in recipe.guarded:
            before, value = draft.start[field.name], draft.values[field.name]
            if before != value and (code := _refusal(view, recipe, field, draft)):
                told = {"from": before, "to": value} if field.name == recipe.state else {}
                draft.refuse(field.name, code, **told)


def _refusal(view: View, recipe: Recipe, field: Field, draft: Draft) -> str | None:
    """Why the value that the draft has for the field may not be written."""
    is_state, by_definition = field.name == recipe.state, view.actor.by_definition
    if not by_definition and field.name in _locked(view, recipe, draft):
        return "read_only"
    if view.actor.brings_history:
        taken_away = draft.values[field.name] is None and (is_state or field.computed)
        return "required" if taken_away else None
    if is_state:
        return None if draft.old is None and by_definition else "illegal_move"
    if field.computed:
        return "read_only"
    return None if by_definition or _may_enter(view, recipe, field, draft) else "read_only"


def conflicts(view: View, recipe: Recipe, draft: Draft, version: int) -> dict[str, tuple[Value, Value]]:
    """What others made of the fields that the draft changes, since it had this version; of those that the
    actor does not see as they are, nothing."""
    since = max(0, draft.values["version"] - version)
    changes = view.store.audit.of(recipe.entity.name, draft.id, limit=since, kinds=NEW_VERSIONS)
    theirs = {name for change in changes for name in change.fields} - view.rights(recipe.entity.name).secret
    return {name: (new, now) for name, (now, new) in draft.changed(recipe).items() if name in theirs}


def _locked(view: View, recipe: Recipe, draft: Draft) -> frozenset[str]:
    rights = view.rights(recipe.entity.name)
    return rights.locked if draft.old is None else rights.locked_in(view.situation(draft.old))


def _may_enter(view: View, recipe: Recipe, field: Field, draft: Draft) -> bool:
    """A condition is asked of the record as it is kept, so that no write can open and use a lock at once."""
    if field.type.read_only:
        return False
    return draft.old is None or not Sheet.of(view, recipe.entity, view.situation(draft.old)).locks(field)


@contextmanager
def unless_taken() -> Iterator[None]:
    """Names the race that `check_unique` cannot see: an index refused the value."""
    try:
        yield
    except DuplicateValue as error:
        name = error.params.get("field")
        raise Invalid([Issue(str(name) if name else None, "duplicate")]) from error


def refuse_awaited(view: View, recipe: Recipe, drafts: Iterable[Draft]) -> None:
    """What people are deciding about stays as it is until they have, whoever writes."""
    touched = {
        draft.id: draft
        for draft in drafts
        if draft.old is not None and not recipe.awaited.isdisjoint(draft.changed(recipe))
    }
    if not touched:
        return
    for approval in view.store.approvals.open_on(recipe.entity.name, list(touched)):
        draft = touched[approval.record_id]
        for name in sorted(approval.seen.keys() & draft.changed(recipe).keys()) if approval.locks else ():
            draft.refuse(name, "awaits_decision", label=approval.label)


def refuse_misuse(view: View, recipe: Recipe, drafts: Iterable[Draft]) -> None:
    """People's data that are restricted are not changed by rules, and special ones are kept only as long as
    the person agrees to it, where their purpose needs that."""
    if not tells_of_people(view.ground.model, recipe.entity.name):
        return
    for draft in drafts:
        by_rule = view.actor.rule is not None and draft.changed(recipe).keys() & recipe.personal
        if by_rule and is_restricted(view, recipe.entity.name, draft.old):
            draft.refuse(None, "person_restricted")
        for field in recipe.special:
            if draft.given(field.name) is not None:
                for purpose in refused_purposes(view, recipe.entity.name, draft.values, field):
                    draft.refuse(field.name, "without_consent", purpose=purpose.label)


def awaited(view: View, entity: str, key: str) -> dict[str, Label]:
    """The fields of a record that people are deciding about at this moment, and what that is called."""
    if not view.ground.recipe(entity).awaited:
        return {}
    found = view.store.approvals.open_on(entity, [key])
    return {name: each.label for each in found if each.locks for name in each.seen}


def require(view: View, recipe: Recipe, drafts: Iterable[Draft]) -> None:
    """Required fields are filled, unless the form would not show them. One whose value was refused is not
    called empty on top of that."""
    for draft in drafts:
        refused = _refused(draft)
        empty = [field for field in recipe.demanding if draft.values[field.name] is None]
        asked = [field for field in empty if field.name not in refused]
        if not asked:
            continue
        sheet = _sheet(view, recipe, draft)
        for field in asked:
            if sheet.shows(field) and sheet.demands(field):
                draft.refuse(field.name, "required")


def refuse_unasked(view: View, recipe: Recipe, drafts: Iterable[Draft]) -> None:
    """What people enter applies to the record: the form would show the field. What was filled before stays,
    and definitions and imports write what they know."""
    if view.actor.by_definition or view.actor.brings_history:
        return
    for draft in drafts:
        given = [field for field in recipe.conditional if field.name in draft.entered - _refused(draft)]
        entered = [field for field in given if _is_new(draft, field.name)]
        if not entered:
            continue
        sheet = _sheet(view, recipe, draft)
        for field in entered:
            if not sheet.shows(field):
                draft.refuse(field.name, "does_not_apply")


def _refused(draft: Draft) -> set[str | None]:
    return {issue.field for issue in draft.issues}


def _sheet(view: View, recipe: Recipe, draft: Draft) -> Sheet:
    return Sheet.of(view, recipe.entity, view.at(draft.past).situation(draft.values, draft.old))


def _is_new(draft: Draft, name: str) -> bool:
    return draft.values[name] not in (None, draft.start[name])


def refuse(view: View, recipe: Recipe, drafts: Iterable[Draft]) -> None:
    """What the entity says that a record may not be. A draft with other issues is left alone: some of its
    values are not what was meant."""
    for draft in drafts if recipe.entity.refusals else ():
        if draft.issues:
            continue
        situation = view.at(draft.past).situation(draft.values)
        for refusal in recipe.entity.refusals:
            if refusal.when.evaluate(situation):
                draft.refuse(refusal.field, "refused", message=refusal.message)


def refuse_reached(view: View, reached: Reached, *, but: str | None) -> None:
    """The same of records that a write to others has changed: it is undone where it brings one of them to
    what its entity refuses. They are on hold, so of two who write at once the second sees what the first did.
    What was refused before the write already does not stand in the way of whoever mends it.

    Raises Invalid. `but` names the entity of which this is asked when all of a record is there."""
    for (entity, _), (before, after) in reached.items():
        refusals = view.entity(entity).refusals if entity != but else ()
        found = [
            Issue(None, "refused", {"message": refusal.message})
            for refusal in refusals
            if refusal.when.evaluate(view.situation(after))
            and not refusal.when.evaluate(view.situation(before))
        ]
        if found:
            raise Invalid(found)


def check_links(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Links newly lead to records that exist and that the actor may read."""
    for field in recipe.links:
        named = [
            (draft, *target_of(field, value))
            for draft in drafts
            if (value := draft.given(field.name)) is not None
        ]
        wanted: dict[str, set[str]] = {}
        for _, entity, key in named:
            wanted.setdefault(entity, set()).add(key)
        found = {entity: view.readable(entity, keys) for entity, keys in wanted.items()}
        for draft, entity, key in named:
            if key not in found[entity]:
                draft.refuse(field.name, "no_such_record")


def check_users(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """User fields newly name people whose account is open."""
    for field in recipe.users:
        named = [(draft, key) for draft in drafts if (key := draft.given(field.name)) is not None]
        found = view.people(key for _, key in named)
        for draft, key in named:
            if key not in found:
                draft.refuse(field.name, "no_such_user")


def check_unique(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """No value that must be unique is taken, by another record or by an earlier sound draft of the same
    batch."""
    for group in recipe.unique:
        keys = {draft.id: tuple(draft.values[name] for name in group) for draft in drafts}
        filled = [draft for draft in drafts if None not in keys[draft.id]]
        new = [draft for draft in filled if any(draft.given(name) is not None for name in group)]
        taken = dict(_taken(view, recipe, group, new))
        for draft in filled:
            if taken.get(keys[draft.id], draft.id) != draft.id:
                draft.refuse(group[0], "duplicate")
            elif not draft.issues:
                taken[keys[draft.id]] = draft.id


def _taken(
    view: View, recipe: Recipe, group: tuple[str, ...], drafts: Sequence[Draft]
) -> Iterator[tuple[tuple[Value, ...], str]]:
    """The values of the group that records hold already, and whose they are."""
    for start in range(0, len(drafts), _TOGETHER):
        part = drafts[start : start + _TOGETHER]
        wanted = {name: list(dict.fromkeys(draft.values[name] for draft in part)) for name in group}
        values = wanted.pop(group[0])
        query = Query(recipe.entity.name, view.asking, fields=group, matching=wanted)
        for row in matching_rows(view.transaction, query, group[0], values):
            yield tuple(row[name] for name in group), row["id"]
