"""Who looks at the page: the user of this session, what they may do, and their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import streamlit as st
from babel.numbers import format_decimal, format_percent

from relasi.apps import mishaps
from relasi.apps.markdown import plain
from relasi.apps.site import COOKIE, SECURE_COOKIE, Site
from relasi.errors import RelasiError
from relasi.platform.again import begun_again
from relasi.records import Actor, Rights, Source
from relasi.runtime import Crm
from relasi.schema.expressions import Expression
from relasi.schema.fields.base import Reading, Showing
from relasi.schema.labels import Label
from relasi.schema.labels import text as label_text
from relasi.schema.model import Department, Entity, Field, RowTable
from relasi.store.users import User
from relasi.texts import LANGUAGES, say


@dataclass(frozen=True)
class Visitor:
    """One user on one run of a page."""

    crm: Crm
    user: User
    actor: Actor
    language: str

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
        return self.crm.model.entities[name]

    def field_label(self, field: Field) -> str:
        return self.label(field.label)

    def showing(self, titles: Mapping[tuple[str, str], str] | None = None) -> Showing:
        """How values are written for this user; links and users by the titles given."""
        known = titles or {}
        missing = self.say("hidden_record")
        return replace(self._plain, title=lambda entity, key: known.get((entity, key), missing))

    @cached_property
    def _plain(self) -> Showing:
        return self.crm.showing(self.language)

    @cached_property
    def reading(self) -> Reading:
        return self.crm.reading(self.language)

    @cached_property
    def people(self) -> tuple[User, ...]:
        return self.crm.records.users(self.actor)

    def rights(self, entity: str) -> Rights:
        """What the user may do with records of the entity, as far as it can be said for all of them."""
        return self.crm.records.rights(self.actor, entity)

    def may_read(self, entity: str) -> bool:
        return self.rights(entity).read is not False

    @property
    def trees(self) -> frozenset[str]:
        """The entities whose records form one tree which the user may see as a whole."""
        entities = self.crm.model.entities.values()
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
            for each in self.crm.model.departments.values()
            if (only is None or each.name == only)
            and (self.actor.everything or each.roles & self.actor.roles)
        ]

    def roles(self) -> str:
        roles = self.crm.model.roles
        return ", ".join(self.label(roles[role].label) for role in self.user.roles if role in roles)


def visitor_of(crm: Crm, user: User) -> Visitor:
    language = user.language if user.language in LANGUAGES else crm.model.settings.languages[0]
    return Visitor(crm, user, crm.actor(user, Source.PAGE), language)


def arrive(site: Site) -> Visitor | None:
    """The visitor behind this run; None when they have signed out meanwhile, in this tab or another."""
    user = site.user_of(token_here())
    if user is None:
        return None
    visitor = visitor_of(site.crm(), user)
    st.session_state[mishaps.LANGUAGE] = visitor.language
    return visitor


def token_here() -> str:
    """That of the session which this page is in."""
    cookies = st.context.cookies
    return cookies.get(SECURE_COOKIE) or cookies.get(COOKIE) or ""


def speak(visitor: Visitor, language: str) -> None:
    """Changes the user's language for good. A database that cannot be written leaves it as it was."""
    try:
        _note_language(visitor, language)
    except RelasiError as failure:
        st.toast(plain(failure.text(visitor.language)), icon=":material/error:")


@begun_again
def _note_language(visitor: Visitor, language: str) -> None:
    with visitor.crm.store.session() as session:
        session.users.set_language(visitor.user.id, language)
