"""What one actor's work looks at inside one transaction: rights, linked records, people, the moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from relasi.derivation import Linked
from relasi.platform.contract import Transaction
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Asking, Query, Row
from relasi.records.access.rights import Rights
from relasi.records.actor import Actor
from relasi.records.draft import Past
from relasi.records.ground import Ground
from relasi.schema.expressions import Expression, Situation
from relasi.schema.fields.base import Moment, Value
from relasi.schema.model import Entity
from relasi.store import Session

Values = Mapping[str, Value]
Follow = Callable[[str, str], Row | None]


@dataclass(slots=True)
class View:
    """`now` is the moment of everything that the transaction does."""

    ground: Ground
    linked: Linked
    """The records that the work has looked at so far."""
    store: Session
    actor: Actor
    now: datetime

    @property
    def transaction(self) -> Transaction:
        return self.linked.transaction

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.ground.model.settings.zone, self.actor.user_id)

    @property
    def asking(self) -> Asking:
        zone = self.ground.model.settings.zone
        return Asking(self.now, zone, self.actor.user_id, self.store.users.teams)

    def at(self, past: Past | None) -> Self:
        """The same transaction as it was for a record that was entered then."""
        if past is None:
            return self
        return replace(self, now=past.at, actor=replace(self.actor, user_id=past.by))

    def entity(self, name: str) -> Entity:
        """Raises NotFound for an entity that the Model does not have."""
        return self.ground.recipe(name).entity

    def rights(self, entity: str) -> Rights:
        return self.ground.rights(self.actor, entity)

    def situation(self, values: Values, old: Row | None = None, *, follow: Follow | None = None) -> Situation:
        """A record as conditions see it; its links are followed whoever may read what they lead to, unless
        `follow` knows better."""
        return Situation(
            record=values,
            old=old,
            record_id=values.get("id"),
            user=self.actor.user_id,
            now=self.now,
            zone=self.ground.model.settings.zone,
            follow=follow or self.follow,
            teams=self.store.users.teams,
            rows=self.rows,
        )

    def rows(self, entity: str, field: str, value: str, column: str) -> tuple[str, ...]:
        """The values of a column of all records whose field has a value, whoever may read them."""
        query = Query(entity, self.asking, fields=(column,))
        return tuple(row[column] for row in matching_rows(self.transaction, query, field, [value]))

    @property
    def language(self) -> str:
        """That of the user who asks, else the first one of the company."""
        chosen = self.store.users.language(self.actor.user_id) if self.actor.user_id else None
        return chosen or self.ground.model.settings.languages[0]

    def seen(self, entity: str, row: Row) -> Row:
        """What the actor sees of a record that the actor may read."""
        rights = self.rights(entity)
        if rights.is_alike:
            hidden = rights.hidden
            return {name: value for name, value in row.items() if name not in hidden} if hidden else row
        situation = self.situation(row)
        hidden, masks = rights.hidden_in(situation), rights.masks_in(situation)
        return {
            name: masks[name].over(value) if name in masks else value
            for name, value in row.items()
            if name not in hidden
        }

    def follow(self, entity: str, key: str) -> Row | None:
        """A record whoever may read it; kept for the rest of the work until it is written."""
        return self.linked.look(entity, key)

    def secret_in(self, expression: Expression) -> str | None:
        """A field or path that the expression reads and the actor may not: one that the actor does not see as
        it is on every record, or one of linked records of which the actor may not read all."""
        paths = sorted(expression.fields)
        return next((path for path in paths if self.is_secret(expression.entity, path)), None)

    def is_secret(self, entity: str, path: str) -> bool:
        """Of a field, or of one of linked records, in the sense of `secret_in`."""
        *links, name = path.split(".")
        owner = self.entity(entity)
        for link in links:
            if link in self.rights(owner.name).secret:
                return True
            owner = self.entity(owner.fields[link].links_to[0])
            if self.rights(owner.name).read is not True:
                return True
        if name in self.rights(owner.name).secret:
            return True
        return name in owner.tables and self.rights(owner.tables[name].entity).read is not True

    def readable(self, entity: str, keys: Iterable[str]) -> set[str]:
        """Those of the ids that name records which the actor may read."""
        rights = self.rights(entity)
        if isinstance(rights.read, bool):
            return self.transaction.existing(entity, sorted(keys)) if rights.read else set()
        query = Query(entity, self.asking, where=rights.reading, fields=())
        return {row["id"] for row in matching_rows(self.transaction, query, "id", sorted(keys))}

    def people(self, keys: Iterable[str]) -> set[str]:
        """Those of the ids that name users whose account is open; whoever acts is one."""
        asked = set(keys)
        others = asked - {self.actor.user_id}
        return asked - others | self.store.users.active(others)
