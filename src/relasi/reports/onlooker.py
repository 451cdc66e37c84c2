"""Somebody who looks at records: what they may see, in their language. How they came here is left to the
faces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from babel.numbers import format_decimal, format_percent

from relasi.records import Actor, Records, Rights
from relasi.schema.expressions import Expression
from relasi.schema.fields.base import Showing
from relasi.schema.holes import showing_in
from relasi.schema.labels import Label
from relasi.schema.labels import text as label_text
from relasi.schema.model import Department, Entity, Field, Model, RowTable
from relasi.store.users import User
from relasi.texts import say


@dataclass(frozen=True)
class Onlooker:
    """One user at one moment."""

    records: Records
    user: User
    actor: Actor
    language: str

    @property
    def model(self) -> Model:
        return self.records.model

    def say(self, key: str, **params: object) -> str:
        """The sentence `key` of texts/apps.yaml."""
        return say(self.language, f"apps.{key}", **params)

    def of(self, key: str, entity: Entity, **params: object) -> str:
        """The sentence about an entity, whose {entity} and {entities} stand inside it like any other noun."""
        nouns = {"entity": self.noun(entity.label), "entities": self.noun(entity.plural)}
        sentence = self.say(key, **nouns, **params)
        return sentence[:1].upper() + sentence[1:]

    def noun(self, label: Label) -> str:
        """As it stands inside a sentence."""
        text = self.label(label)
        return text if text[1:2].isupper() else text[:1].lower() + text[1:]

    def label(self, label: Label) -> str:
        return label_text(label, self.language)

    def entity(self, name: str) -> Entity:
        return self.model.entities[name]

    def field_label(self, field: Field) -> str:
        return self.label(field.label)

    def showing(self, titles: Mapping[tuple[str, str], str] | None = None) -> Showing:
        """How values are written for this user; links and users by the titles given."""
        known = titles or {}
        missing = self.say("hidden_record")
        return replace(self._plain, title=lambda entity, key: known.get((entity, key), missing))

    @cached_property
    def _plain(self) -> Showing:
        return showing_in(self.model.settings, self.language, lambda _entity, key: key)

    def rights(self, entity: str) -> Rights:
        """What the user may do with records of the entity, as far as it can be said for all of them."""
        return self.records.rights(self.actor, entity)

    def may_read(self, entity: str) -> bool:
        return self.rights(entity).read is not False

    def closed_links(self, entity: Entity) -> frozenset[str]:
        """The fields that lead only to records of which the user may read none."""
        fields = entity.fields.values()
        return frozenset(
            each.name for each in fields if each.links_to and not any(map(self.may_read, each.links_to))
        )

    @property
    def trees(self) -> frozenset[str]:
        """The entities whose records form one tree which the user may see as a whole."""
        entities = self.model.entities.values()
        single = {each.name: each.trees[0] for each in entities if len(each.trees) == 1}
        rights = {name: self.rights(name) for name in single}
        return frozenset(
            name
            for name, tree in single.items()
            if rights[name].read is True and tree not in rights[name].secret
        )

    def hidden(self, entity: Entity) -> frozenset[str]:
        """The fields that do not exist for this user."""
        return self.rights(entity.name).hidden

    def secret(self, entity: Entity) -> frozenset[str]:
        """The fields that nothing may be found or put in order by: this user does not see them as they are on
        every record."""
        return self.rights(entity.name).secret

    def sees(self, condition: Expression) -> bool:
        """Whether the user may see every field and table that the condition reads."""
        return all(
            name not in self.rights(entity).secret and self._sees_rows(self.entity(entity).tables.get(name))
            for entity, name in condition.reads
        )

    def linked(self, entity: Entity) -> dict[str, Field]:
        """The other sides of pairs that the user may ask about, each as a field called like its table."""
        return {
            table.name: replace(
                self.entity(table.entity).fields[table.other], name=table.name, label=table.label
            )
            for table in entity.tables.values()
            if table.other and table.name not in self.secret(entity) and self._sees_rows(table)
        }

    def _sees_rows(self, table: RowTable | None) -> bool:
        return table is None or self.rights(table.entity).read is True

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.language))

    def share(self, part: float) -> str:
        """In per cent."""
        return str(format_percent(part, "#,##0%", locale=self.language))

    def departments(self, only: str | None) -> list[Department]:
        """Those that the user's roles may enter; `only` leaves one of them."""
        return [
            each
            for each in self.model.departments.values()
            if (only is None or each.name == only)
            and (self.actor.everything or each.roles & self.actor.roles)
        ]
