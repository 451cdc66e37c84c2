"""The pairs of many-to-many fields that name no entity for them: Relasi makes one, as an author would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.access import in_full
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.compiler.page import Path
from relasi.schema.expressions import ExpressionError
from relasi.schema.expressions.parse import parse
from relasi.schema.expressions.syntax import Name, Syntax
from relasi.schema.fields.many import ManySpec
from relasi.schema.spec.base import LONGEST_NAME
from relasi.schema.spec.entity import DenialSpec, EntitySpec, GrantSpec


def pairs_name(entity: str, field: str) -> str:
    return f"{entity}_{field}"


def declare_pairs(draft: Draft) -> None:
    """Adds the entities, so that links and rollups can name them. Their fields are not typed yet."""
    for entity in tuple(draft.entities.values()):
        for field, written in entity.spec.fields.items():
            if not isinstance(written, Mapping) or written.get("type") != "many" or written.get("through"):
                continue
            name, to, was = pairs_name(entity.name, field), written.get("to"), written.get("was") or []
            if len(name) > LONGEST_NAME:
                help = (
                    f'its pairs would be kept as "{name}", and a name has at most {LONGEST_NAME} characters'
                )
                entity.page.wrong(
                    ("fields", field), "bad-name", f'"{field}" is too long', help=help, at_key=True
                )
            elif name in draft.entities:
                message = f'its pairs would be kept as "{name}", and there is such an entity'
                help = f"write through: {name} if that holds the pairs, or give the field another name"
                entity.page.wrong(("fields", field), "twice", message, help=help, at_key=True)
            elif isinstance(to, str) and to in draft.entities:
                other = draft.entities[to]
                spec = _spec(entity, field, other, [was] if isinstance(was, str) else was)
                place: Path = ("fields", field)
                ends = dict.fromkeys(spec.fields, place)
                draft.entities[name] = EntityDraft(spec, entity.page, places=ends)


def made_pairs(draft: Draft, entity: EntityDraft, field: str) -> EntityDraft | None:
    """The entity that was made for the field; None where it could not be, which has been reported."""
    pairs = draft.entities.get(pairs_name(entity.name, field))
    return pairs if pairs and pairs is not entity and pairs.page is entity.page else None


def _spec(entity: EntityDraft, field: str, other: EntityDraft, was: list[str]) -> EntitySpec:
    """Two links, each pair once; its records go with either end. Renamed when what it is called after is."""
    here, there = entity.name, other.name if other.name != entity.name else f"other_{other.name}"
    link = {"type": "link", "required": True, "on_delete": "cascade"}
    owners, names = (entity.name, *entity.spec.was), (field, *was)
    before = [pairs_name(owner, name) for owner in owners for name in names][1:]
    written = {
        "entity": pairs_name(entity.name, field),
        "was": before,
        "icon": "link",
        "title": f"{{{here}}} – {{{there}}}",
        "fields": {
            here: {**link, "to": entity.name, "was": list(entity.spec.was), **_label(entity)},
            there: {**link, "to": other.name, "was": _renamed(here, there, other), **_label(other)},
        },
        "unique": [[here, there]],
    }
    return EntitySpec.model_validate(written)


def _renamed(here: str, there: str, other: EntityDraft) -> list[str]:
    return [old if there == other.name else f"other_{old}" for old in other.spec.was if old != here]


def _label(entity: EntityDraft) -> dict[str, object]:
    return {"label": entity.spec.label} if entity.spec.label else {}


def grant_pairs(draft: Draft) -> None:
    """Whoever may read or change a record may read or change its pairs; asked once all fields are known."""
    for entity in tuple(draft.entities.values()):
        for field, spec in entity.tables.items():
            pairs = made_pairs(draft, entity, field)
            if isinstance(spec, ManySpec) and not spec.through and pairs is not None:
                access = {role: _grant(entity, grant) for role, grant in entity.spec.access.items()}
                label = {"label": spec.label, "plural": spec.label} if spec.label else {}
                pairs.spec = pairs.spec.model_copy(update={"access": access, **label})


def _grant(entity: EntityDraft, grant: GrantSpec) -> GrantSpec:
    read, update = _through(entity, grant.read), _through(entity, grant.update)
    may_change = update not in (None, False, "none")
    export, deny = _through(entity, grant.export), grant.deny or DenialSpec()
    denied = _through(entity, deny.update)
    return GrantSpec(
        read=read,
        create=may_change,
        update=update,
        delete=update,
        export=export,
        deny=DenialSpec(
            read=_through(entity, deny.read),
            update=denied,
            delete=denied,
            export=_through(entity, deny.export),
        ),
    )


def _through(entity: EntityDraft, written: str | bool | None) -> str | bool | None:
    """The condition of a grant, asked of the record that a pair belongs to."""
    if not isinstance(written, str) or written in ("all", "none"):
        return written
    condition = in_full(written)
    try:
        names = list(_names(parse(condition)))
    except ExpressionError:  # reported where it stands
        return False
    known = {*entity.types, *SYSTEM_TYPES}
    for name in sorted(names, key=lambda each: each.at, reverse=True):
        start = name.offsets[0]
        if name.parts[0] == "record":
            condition = f"{condition[:start]}{entity.name}{condition[start + len('record') :]}"
        elif name.parts[0] in known:
            condition = f"{condition[:start]}{entity.name}.{condition[start:]}"
    return condition


def _names(part: Syntax) -> Iterator[Name]:
    if isinstance(part, Name):
        yield part
        return
    for each in fields(part):
        value = getattr(part, each.name)
        for inner in value if isinstance(value, tuple) else (value,):
            if is_dataclass(inner) and not isinstance(inner, type):
                yield from _names(inner)  # type: ignore[arg-type]  # the parts of syntax are syntax
