"""What a definition says about the data that are there already: old names, and where old values go.

Whether it fits the data of a database, only `deploy` can tell.
"""

from __future__ import annotations

from collections.abc import Mapping

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Path
from relasi.schema.fields.base import FieldType
from relasi.schema.fields.choice import ChoiceField


def check_intent(draft: Draft, entity: EntityDraft) -> None:
    for old in entity.spec.was:
        _refuse_present(entity, ("was",), old, draft.entities, "entity")
    fields = {**entity.types, **entity.retired}
    taken: set[str] = set()
    for name, type_ in fields.items():
        if type_ is None:
            continue
        path = entity.place(name)
        for old in type_.was:
            _refuse_present(entity, (*path, "was"), old, fields, "field")
            if old in taken:
                message = f'two fields of {entity.name} were called "{old}"'
                help = "the values can go to one of them; give the other one existing_rows"
                entity.page.wrong((*path, "was"), "twice", message, help=help)
            taken.add(old)
        _check_values(entity, path, type_)


def _refuse_present(
    entity: EntityDraft, path: Path, old: str, present: Mapping[str, object], what: str
) -> None:
    if old in present:
        message = f'there still is {"an" if what == "entity" else "a"} {what} "{old}"'
        help = (
            f"a {what} is renamed once its old name is gone: take one of the two away;"
            " files that still change the old one go by the new name"
        )
        entity.page.wrong(path, "still-there", message, help=help)


def _check_values(entity: EntityDraft, path: Path, type_: FieldType) -> None:
    if type_.unconvertible == "existing_rows" and type_.existing_rows is None:
        help = "write existing_rows, or unconvertible: empty"
        message = "nothing says what values get that do not fit"
        entity.page.wrong((*path, "unconvertible"), "missing-key", message, help=help)
    if not isinstance(type_, ChoiceField):
        return
    for old, new in type_.move_records.items():
        place = (*path, "move_records", old)
        if old in type_.choices():
            message, help = f'"{old}" is still there', "only what is taken away needs a place to move to"
            entity.page.wrong(place, "still-there", message, help=help, at_key=True)
        entity.page.pick(place, "unknown-option", "option", new, type_.choices())
