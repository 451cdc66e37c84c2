"""What a deployment remembers of its project: enough to read the data that it left, and to go back to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from relasi.deploy.rules import rules_of
from relasi.deploy.uses import Place, Uses, uses_of
from relasi.deploy.wanted import start_of
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.derivations import is_binding_text
from relasi.schema.expressions import Template
from relasi.schema.fields.base import FieldType, Surroundings
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.grants import grants_of
from relasi.schema.holes import signature
from relasi.schema.model import Entity, Field, Model

Keys = dict[str, Any]
"""A field as an author would write it, in JSON."""


@dataclass(frozen=True, slots=True)
class EntityPrint:
    """`title` is the text of the template; `fields` are those that the author wrote, `derived` says of some
    what they are made of, `refusals` what no record may be."""

    title: str
    fields: Mapping[str, FieldType]
    retired: Mapping[str, FieldType] = field(default_factory=dict)
    unique: tuple[tuple[str, ...], ...] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    indexed: tuple[tuple[str, ...], ...] = ()

    def entity(self, name: str) -> Entity:
        """An entity that has the fields and nothing to show."""
        binding = {key for key, made in self.derived.items() if is_binding_text(made)}
        own = {
            key: Field(key, {"en": key}, type_, was_derived=key in binding)
            for key, type_ in self.fields.items()
        }
        system = {key: Field(key, {"en": key}, type_, system=True) for key, type_ in SYSTEM_TYPES.items()}
        return Entity(
            name=name,
            label={"en": name},
            plural={"en": name},
            icon="",
            title=Template("", ()),
            fields={**own, **system},
            process=None,
            forms=(),
            lists={},
            search=(),
            timeline=None,
            access={},
            unique_together=self.unique,
            retired=self.retired,
            indexed=tuple(each for each in self.indexed if {*own, *system}.issuperset(each)),
        )


@dataclass(frozen=True, slots=True)
class Blueprint:
    currency: str
    languages: tuple[str, ...]
    entities: Mapping[str, EntityPrint] = field(default_factory=dict)
    uses: Mapping[Place, Uses] = field(default_factory=dict)
    grants: Keys = field(default_factory=dict)
    """Of those before grants were noted, there are none."""

    def type_of(self, entity: str, name: str) -> FieldType | None:
        """Also of a system field, and of one that is retired."""
        known = self.entities.get(entity)
        if known is None:
            return None
        return known.fields.get(name) or known.retired.get(name) or SYSTEM_TYPES.get(name)

    def to_json(self) -> Keys:
        return {
            "currency": self.currency,
            "languages": list(self.languages),
            "entities": {name: entity_keys(each) for name, each in self.entities.items()},
            "uses": [
                {"entity": entity, "field": name, **uses.to_json()}
                for (entity, name), uses in self.uses.items()
            ],
            "grants": self.grants,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        currency, languages = written["currency"], tuple(written["languages"])
        entities = {
            name: entity_from(keys, currency, languages) for name, keys in written["entities"].items()
        }
        uses = {
            (each.pop("entity"), each.pop("field")): Uses.from_json(each)
            for each in map(dict, written["uses"])
        }
        return cls(currency, languages, entities, uses, written.get("grants", {}))


def blueprint_of(model: Model) -> Blueprint:
    entities = {name: _print(model, entity) for name, entity in model.entities.items()}
    settings = model.settings
    return Blueprint(settings.currency, settings.languages, entities, uses_of(model), grants_of(model))


def _print(model: Model, entity: Entity) -> EntityPrint:
    derived = {field.name: signature(model, field.derivation) for field in entity.own_fields}
    return EntityPrint(
        title=entity.title.text,
        fields={field.name: _with_start(entity, field) for field in entity.own_fields},
        retired=entity.retired,
        unique=entity.unique_together,
        derived={name: text for name, text in derived.items() if text is not None},
        refusals={name: rule.text for name, rule in rules_of(model, entity).items()},
        indexed=entity.indexes,
    )


def _with_start(entity: Entity, field: Field) -> FieldType:
    """A record without a state starts at the first one, which only the process tells."""
    start = start_of(entity, field)
    return field.type if start is None else field.type.model_copy(update={"existing_rows": start})


def entity_keys(entity: EntityPrint) -> Keys:
    return {
        "title": entity.title,
        "fields": {name: field_keys(each) for name, each in entity.fields.items()},
        "retired": {name: field_keys(each) for name, each in entity.retired.items()},
        "unique": [list(group) for group in entity.unique],
        "derived": dict(entity.derived),
        "refusals": dict(entity.refusals),
        "indexed": [list(each) for each in entity.indexed],
    }


def entity_from(written: Mapping[str, Any], currency: str, languages: tuple[str, ...]) -> EntityPrint:
    def types(keys: Mapping[str, Keys]) -> dict[str, FieldType]:
        return {name: field_from(each, currency, languages) for name, each in keys.items()}

    return EntityPrint(
        title=written["title"],
        fields=types(written["fields"]),
        retired=types(written["retired"]),
        unique=tuple(tuple(group) for group in written["unique"]),
        derived=written["derived"],
        refusals=written["refusals"],
        indexed=tuple(tuple(each) for each in written.get("indexed", ())),
    )


def field_keys(type_: FieldType) -> Keys:
    """The keys of a field, with the options of a choice written out: value lists change."""
    keys: Keys = type_.model_dump(mode="json", exclude_unset=True, by_alias=True)
    if choices := type_.choices():
        keys["options"] = {
            key: {"label": dict(each.label), "color": each.color} for key, each in choices.items()
        }
    return keys


def field_from(keys: Keys, currency: str, languages: tuple[str, ...]) -> FieldType:
    return (
        FIELD_TYPES[keys["type"]]
        .model_validate(keys)
        .connect(Surroundings((), {}, currency, languages, _ignore))
    )


def _ignore(path: tuple[str | int, ...], code: str, message: str, **_: str | Iterable[str] | None) -> None:
    """What is wrong with a definition was reported when it was compiled."""
