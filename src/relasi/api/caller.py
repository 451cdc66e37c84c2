"""Who calls: the person whose key came along, held back to what the key is for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from relasi.api.ration import HOUR, MOST_READ, Ration
from relasi.current import Current
from relasi.errors import CallRefused, NotFound
from relasi.records import Actor, Rights, Source
from relasi.records.access.scopes import Scopes
from relasi.runtime import Crm
from relasi.schema.labels import Label
from relasi.schema.labels import text as label_text
from relasi.schema.model import Entity, Model, RowTable
from relasi.store.api_keys import ApiKey
from relasi.store.users import User
from relasi.texts import FALLBACK, LANGUAGES

log = logging.getLogger(__name__)

_MINUTE = timedelta(minutes=1)
MOST_CALLS = 600
"""In a minute, by one key."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One program on one call."""

    crm: Crm
    key: ApiKey
    user: User
    actor: Actor
    language: str
    ration: Ration

    @property
    def model(self) -> Model:
        return self.crm.model

    def rights(self, entity: str) -> Rights:
        return self.crm.records.rights(self.actor, entity)

    def may_enter(self, entity: str) -> bool:
        """Whether the entity exists for the caller."""
        rights = self.rights(entity)
        return rights.create or rights.read is not False

    def entity(self, name: str) -> Entity:
        """Raises NotFound, also for one with which the caller has nothing to do."""
        if name not in self.model.entities or not self.may_enter(name):
            raise NotFound("not_found")
        return self.model.entities[name]

    def tables(self, entity: Entity) -> dict[str, RowTable]:
        """The tables of the entity whose rows the caller may see some of, by name."""
        hidden = self.rights(entity.name).hidden
        return {
            name: each
            for name, each in entity.tables.items()
            if name not in hidden
            and self.rights(each.entity).read is not False
            and each.link not in self.rights(each.entity).hidden
        }

    def hand_out(self, entity: str, records: int) -> None:
        """To be called with each answer that tells records. Raises CallRefused where it were more in an hour
        than are read without a right to export; with it, the audit log tells who begins to take so many."""
        now, may = self.crm.clock(), self.rights(entity).export
        since, before = self.ration.count(self.user.id, entity, records, now)
        is_more = before + records > MOST_READ
        if is_more and may is not True:
            left = int((since + HOUR - now).total_seconds()) + 1
            raise CallRefused("too_much", most=MOST_READ, seconds=left)
        if is_more and before <= MOST_READ:
            self.crm.exporter.note_reading(self.actor, entity, before + records)

    def label(self, label: Label) -> str:
        return label_text(label, self.language)


@dataclass
class Door:
    """Lets callers in. `pace` is of this process alone: it protects the process, not a quota."""

    project: Current
    ration: Ration = field(default_factory=Ration)
    _counts: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def caller(self, authorization: str, address: str) -> Caller:
        """Raises CallRefused, and SignInRefused where wrong keys come from the address too often."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise CallRefused("no_key")
        crm = self.project.crm()
        found = crm.keys.holder(token.strip(), address=address)
        if found is None:
            log.warning("refused: bad_key, to a program at %s", address)
            raise CallRefused("bad_key")
        key, user = found
        self._demand_pace(key, crm.clock)
        actor = replace(crm.actor(user, Source.API), scopes=Scopes(frozenset(key.scopes)))
        language = user.language if user.language in LANGUAGES else FALLBACK
        return Caller(crm, key, user, actor, language, self.ration)

    def _demand_pace(self, key: ApiKey, clock: Callable[[], datetime]) -> None:
        now = clock()
        with self._lock:
            since, count = self._counts.get(key.id, (now, 0))
            if now - since >= _MINUTE:
                since, count = now, 0
            self._counts[key.id] = since, count + 1
        if count >= MOST_CALLS:
            raise CallRefused("too_fast", seconds=int((since + _MINUTE - now).total_seconds()) + 1)
