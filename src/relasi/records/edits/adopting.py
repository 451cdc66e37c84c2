"""Edits that were made past Relasi enter by the recipe, like any other; what it refuses becomes objections.

A record is only ever what the recipe lets through. Of an edit, each value counts for itself: what is sound is
taken over, with the derived values, the audit entry and the rules that belong to it; of the rest the record
keeps what it had, and an objection keeps what was entered, and why it was not taken over. Somebody then takes
it over after all, or puts it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from relasi.errors import Forbidden, Invalid, Issue, NotFound, RecordError
from relasi.platform.query import Row
from relasi.records.work import Work
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.labels import text as label_text
from relasi.schema.model import Entity, Field, Move
from relasi.store.objections import Objection, What
from relasi.texts import LOCALES, say

Text = Mapping[str, str]
"""A sentence in every language."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What happened to a record outside. `given` are the fields that were changed there, as the record has
    them now; those of a new record are all that are filled. `who` is how the outside calls the person.

    `clashing` are fields that have been changed here, too, since both sides agreed.
    """

    entity: str
    record_id: str
    what: What
    given: Mapping[str, Value] = field(default_factory=dict)
    who: str | None = None
    clashing: frozenset[str] = frozenset()
    there: int | None = None
    """The version of a new record whose row stands in the table already."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What was refused, by field, and why; None stands for the record as a whole."""

    refused: Mapping[str | None, Text] = field(default_factory=dict)
    is_whole: bool = True
    """False for a new record that cannot be one yet."""


def adopt(work: Work, edit: Edit) -> tuple[Objection, ...]:
    """Takes the edit over as far as the recipe lets it. The objections to the rest, which are noted."""
    verdict = _VERBS[edit.what](work, edit)
    row = work.transaction.get(edit.entity, [edit.record_id]).get(edit.record_id)
    what: What = "changed" if edit.what == "created" and verdict.is_whole else edit.what
    objections = tuple(
        replace(_objection(work, edit, name, row), what=what, text=text)
        for name, text in verdict.refused.items()
    )
    settled = [each.id for each in _settled(work, edit, row)]
    work.store.objections.close(settled, "overtaken", work.now)
    work.store.objections.add(objections)
    return objections


def _change(work: Work, edit: Edit) -> _Verdict:
    entity = work.entity(edit.entity)
    refused: dict[str | None, Text] = dict(_beforehand(work, entity, edit))
    left = {name: value for name, value in edit.given.items() if name not in refused}
    while left:
        try:
            with work.attempt():
                write(work, entity, edit.record_id, left)
        except RecordError as error:
            blamed = _at_fault(entity, error, left)
            refused |= blamed
            left = {name: value for name, value in left.items() if name not in blamed}
        else:
            break
    return _Verdict(refused)


def _beforehand(work: Work, entity: Entity, edit: Edit) -> Iterator[tuple[str, Text]]:
    """What is refused whatever its value: a field that both sides changed, and, of somebody whom Relasi does
    not know, one that only some roles change."""
    for name in edit.given:
        if name in edit.clashing:
            yield name, _each_language(lambda language: say(language, "issues.changed_here_too"))
        elif name in entity.writers and work.actor.user_id is None:
            yield name, _each_language(lambda language: say(language, "issues.read_only"))


def write(work: Work, entity: Entity, key: str, given: Mapping[str, Value]) -> None:
    """Changes a record as it is now, to another state by the move that leads there. Raises what `update` and
    `move` raise."""
    row = work.transaction.get(entity.name, [key], hold=True).get(key)
    if row is None:
        raise NotFound("not_found")
    move = _move(work, entity, row, given)
    if move is None:
        work.update(entity.name, key, row["version"], given)
    else:
        others = {name: value for name, value in given.items() if name not in _state(entity)}
        work.move(entity.name, key, row["version"], move.name, others)


def _state(entity: Entity) -> tuple[str, ...]:
    """The field of the process, where there is one."""
    return (entity.process.field,) if entity.process else ()


def _move(work: Work, entity: Entity, row: Row, given: Mapping[str, Value]) -> Move | None:
    """The move that leads to the state which was entered, the first one that the actor may make; None where
    no state was entered, or none that a move leads to. Raises Forbidden where it takes a person whom Relasi
    knows."""
    process, actor = entity.process, work.actor
    if process is None or process.field not in given:
        return None
    moves = process.variant(work.situation(row)).moves_from(row[process.field])
    leading = [each for each in moves if each.target == given[process.field]]
    if leading and actor.user_id is None:
        leading = [each for each in leading if not each.who and not each.four_eyes]
        if not leading:
            raise Forbidden("move_takes_a_person")
    mine = (each for each in leading if actor.unbound or not each.who or each.who & actor.roles)
    return next(mine, leading[0] if leading else None)


def _create(work: Work, edit: Edit) -> _Verdict:
    """What is wrong is left out; what is missing keeps the record from being one."""
    entity = work.entity(edit.entity)
    refused: dict[str | None, Text] = dict(_beforehand(work, entity, edit))
    left = {name: value for name, value in edit.given.items() if name not in refused}
    while True:
        try:
            with work.attempt():
                work.take_in(edit.entity, edit.record_id, left, there=edit.there)
        except RecordError as error:
            found = _found(error)
            if left.keys().isdisjoint(found):
                return _Verdict(refused | found, is_whole=False)
            refused |= {name: text for name, text in found.items() if name in left}
            left = {name: value for name, value in left.items() if name not in found}
        else:
            return _Verdict(refused)


def _delete(work: Work, edit: Edit) -> _Verdict:
    row = work.transaction.get(edit.entity, [edit.record_id], hold=True).get(edit.record_id)
    if edit.clashing:
        return _Verdict({None: _each_language(lambda language: say(language, "issues.changed_here_too"))})
    try:
        with work.attempt():
            if row is not None:
                work.delete(edit.entity, edit.record_id, row["version"])
    except RecordError as error:
        return _Verdict(_found(error))
    return _Verdict()


def _at_fault(entity: Entity, error: RecordError, given: Mapping[str, Value]) -> dict[str | None, Text]:
    """The fields that keep an edit from being taken over, and why: those that the recipe names, else the
    state that may not be reached, else all of them together."""
    found = _found(error)
    named = {name: text for name, text in found.items() if name in given}
    if named:
        return named
    why = _each_language(lambda language: _all_of(entity, error, language))
    reached = [name for name in _state(entity) if name in given]
    return dict.fromkeys(reached or given, why)


def _found(error: RecordError) -> dict[str | None, Text]:
    if isinstance(error, Invalid):
        return {each.field: _each_language(each.text) for each in error.issues}
    return {None: _each_language(error.text)}


def _all_of(entity: Entity, error: RecordError, language: str) -> str:
    """What is wrong with other fields than those that were edited, each with its name."""
    if not isinstance(error, Invalid):
        return error.text(language)
    return " ".join(_named(entity, each, language) for each in error.issues)


def _named(entity: Entity, issue: Issue, language: str) -> str:
    known = entity.fields.get(issue.field or "")
    sentence = issue.text(language)
    return f"{label_text(known.label, language)}: {sentence}" if known else sentence


def _each_language(words: Callable[[str], str]) -> Text:
    return {language: words(language) for language in LOCALES}


def _objection(work: Work, edit: Edit, name: str | None, row: Row | None) -> Objection:
    known = work.entity(edit.entity).fields.get(name or "")
    return Objection(
        id=work.ground.new_id(),
        at=work.now,
        entity=edit.entity,
        record_id=edit.record_id,
        what=edit.what,
        field=name,
        theirs=_dumped(known, edit.given.get(name or "")),
        ours=_dumped(known, row[known.name] if row and known and edit.what == "changed" else None),
        text={},
        who=edit.who,
    )


def _dumped(known: Field | None, value: Value) -> Any:  # Any: JSON
    """What the type of the field does not take is kept as it was written."""
    if known is None or value is None:
        return None
    try:
        accepted = known.type.accept(value)
    except ValueProblem:
        return value if isinstance(value, (str, int)) else str(value)
    return None if accepted is None else known.type.dump(accepted)


def _settled(work: Work, edit: Edit, row: Row | None) -> Iterator[Objection]:
    """The open objections that a later edit has done away with."""
    for each in work.store.objections.on(edit.entity, [edit.record_id]):
        if row is None or each.what != "changed" or each.field in edit.given:
            yield each


_VERBS: Mapping[What, Callable[[Work, Edit], _Verdict]] = {
    "changed": _change,
    "created": _create,
    "deleted": _delete,
}
