"""Encrypted fields: where their values cannot be kept so, and what cannot be asked of them."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.nodes import lookup
from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Path
from relasi.schema.derivations import Rollup
from relasi.schema.expressions import types
from relasi.schema.fields.base import FieldType

_WAY_OUT = "nobody but Relasi can read it in the database: people see it in forms, lists and exports"


def check_encryption(draft: Draft) -> None:
    for entity in draft.entities.values():
        for name, type_ in entity.own_types():
            if type_.is_encrypted:
                _check_field(draft, entity, name, type_)
            elif type_.searchable:
                message = f"{name} is not encrypted, so it is searched like any other field"
                help = "take searchable away, or add encrypted: true"
                _wrong(entity, entity.place_of_key(name, "searchable"), "contradiction", message, help)
        for path, name, what in _uses(entity):
            for member in entity.members(name):
                held = entity.types.get(member)
                if held is not None and held.is_encrypted:
                    entity.page.wrong(path, "encrypted", f"{name} is encrypted, so {what}", help=_WAY_OUT)
                    break
    for (owner, name), derivation in draft.derivations.items():
        if isinstance(derivation, Rollup) and derivation.field:
            held = draft.entities[derivation.entity].types.get(derivation.field)
            if held is not None and held.is_encrypted:
                entity = draft.entities[owner]
                message = f"{derivation.field} is encrypted, so {name} cannot be made of it"
                entity.page.wrong(entity.place_of_key(name, "of"), "encrypted", message, help=_WAY_OUT)


def _check_field(draft: Draft, entity: EntityDraft, name: str, type_: FieldType) -> None:
    place = entity.place_of_key(name, "encrypted" if type_.encrypted else "personal")
    process = entity.spec.process
    if _leads_on(type_) or type_.computed or (process and process.field == name):
        message = f"{name} leads to something else, or is made by Relasi: it cannot be encrypted"
        help = "take personal: special or encrypted away, and hide the field by access: instead"
        _wrong(entity, place, "encrypted", message, help)
    if type_.searchable and not isinstance(type_.expression_type(), types.Text):
        message = f"only fields with text are searched by their whole value, and {name} holds none"
        _wrong(entity, entity.place_of_key(name, "searchable"), "not-text", message, "take searchable away")
    for key in ("unique", "index"):
        if getattr(type_, key):
            message = f"{name} is encrypted, so the database cannot keep it by {key}"
            help = f"take {key} away; searchable: exact finds whole values"
            _wrong(entity, entity.place_of_key(name, key), "contradiction", message, help)


def _wrong(entity: EntityDraft, path: Path, code: str, message: str, help: str) -> None:
    is_there = lookup(entity.page.document.root, path) is not None
    entity.page.wrong(path if is_there else path[:-1], code, message, help=help, at_key=True)


def _leads_on(type_: FieldType) -> bool:
    return bool(type_.targets()) or isinstance(type_.expression_type(), types.User | types.Files)


def _uses(entity: EntityDraft) -> Iterator[tuple[Path, str, str]]:
    """Where fields are named of which more is asked than their values."""
    spec = entity.spec
    for name, each in spec.lists.items():
        for index, word in enumerate(each.sort):
            yield ("lists", name, "sort", index), word.removeprefix("-"), "no list can be in its order"
    for index, word in enumerate(spec.search):
        type_ = entity.types.get(word)
        if type_ is None or not type_.searchable:
            yield ("search", index), word, "it is found by its whole value at most: searchable: exact"
    for index, group in enumerate(spec.unique):
        for inner, word in enumerate(group):
            yield ("unique", index, inner), word, "the database cannot compare its values"
    if spec.timeline is not None:
        yield ("timeline", "at"), spec.timeline.at, "nothing can be in its order"
