"""The erasing itself: all that the database knows of a person, in the caller's transaction.

What lies outside of it (the contents of files, freed bytes, backups) is left to `finishing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from relasi.platform.lookup import all_rows
from relasi.platform.query import Query, Row
from relasi.privacy.accounts import accounts_of, addresses_of, close, ending, words_of
from relasi.privacy.addresses import addresses_in, others_with, told_by
from relasi.privacy.belonging import Belongings, belongings, pointing
from relasi.privacy.fates import Fates, emptied_values, fates_of, goes, kept_of
from relasi.records.anonymising import Place, anonymise
from relasi.records.events import Event
from relasi.records.links import target_of
from relasi.records.work import Work
from relasi.schema.fields.attached import Attached
from relasi.schema.model import Entity, Fate, Field
from relasi.store.audit import BLANK, EXPORT, Change
from relasi.store.erasures import Erasure, digest_of
from relasi.store.users import User
from relasi.texts import LANGUAGES, say

AUDIT, FILES, ACCOUNTS = "relasi_change", "relasi_file", "relasi_user"
"""The tables of the store that are counted beside those that say what they tell."""
_EXPORTS = 100_000
_SHORTEST = 3
"""Values of fewer letters are too common to be known again in others."""


@dataclass(frozen=True, slots=True)
class Why:
    """Who has confirmed an erasure, and for which reason; `before` is the proof of one that is done again."""

    user_id: str | None
    reason: str
    before: Erasure | None = None


def erase(work: Work, entity: str, key: str, why: Why, chosen: Fate | None = None) -> Erasure:
    """Erases a person, or what is personal in another record; adds the proof, and gives it.

    Raises NotFound; InUse and Stale where somebody writes to the same records at this moment.
    """
    quiet = replace(work, ground=replace(work.ground, rules=_Silence())).as_definition()
    everything = belongings(quiet, entity, key)
    return _Erasing(quiet, everything, fates_of(quiet, everything, chosen)).out(work, why)


class _Silence:
    """No rule hears of an erasure: what it would do could tell of it."""

    def after(self, work: Work, entity: str, events: Collection[Event]) -> None: ...

    def deleted(self, work: Work, rows: Mapping[Place, Row]) -> None: ...

    def erased(self, work: Work, record_ids: Collection[str]) -> None: ...


class _Erasing:
    """One erasure. `gone` are the records of which something goes, as they were."""

    def __init__(self, work: Work, belongings: Belongings, fates: Fates) -> None:
        self._work = work
        self._belongings = belongings
        self._fates = fates
        self._deleted = fates.having(Fate.DELETE)
        self._anonymised = fates.having(Fate.ANONYMISE)
        self._gone = {place: belongings.rows[place] for place in (*self._deleted, *self._anonymised)}
        self._accounts = tuple(accounts_of(work, self._gone))
        self._fields = {place: self._going(place) for place in self._gone}

    def out(self, work: Work, why: Why) -> Erasure:
        """`work` is the one whose rules are asked to end what is under way."""
        store, ids = self._work.store, frozenset(key for _, key in self._gone)
        past = tuple(
            change for change in store.audit.on(ids) if (change.entity, change.record_id) in self._gone
        )
        accounts = ending(self._work, self._accounts, self._gone)
        addresses = addresses_in(self._work, self._gone, past).union(*map(addresses_of, accounts))
        others = others_with(self._work, addresses, self._gone.keys())
        words, files = self._words(past, accounts), self._files(past)
        around = {*self._neighbours(), *self._write()} - self._gone.keys()
        work.ground.rules.erased(work, sorted(ids))
        merged = self._merged()
        told = store.erasing.erase(told_by([*self._gone, *merged], addresses - others))
        store.audit.blank([key for _, key in merged], lambda change: change.fields)
        for account in accounts:
            close(self._work, account)
        told |= {AUDIT: self._blank(around, words), FILES: len(files), ACCOUNTS: len(accounts)}
        proof = Erasure(
            id=why.before.id if why.before else self._work.ground.new_id(),
            at=why.before.at if why.before else self._work.now,
            entity=self._belongings.person[0],
            digest=digest_of(self._belongings.person[1]),
            how=self._fates.by_place[self._belongings.person].value,
            user_id=why.user_id,
            reason=why.reason,
            counts={
                "deleted": Counter(entity for entity, _ in self._deleted),
                "anonymised": Counter(entity for entity, _ in self._anonymised),
                "told": {place: count for place, count in told.items() if count},
            },
            kept=[
                *(each.to_json() for each in kept_of(self._work, self._belongings, self._fates)),
                *_noted("stays_address", len(others)),
                *_noted("stays_account", self._staying(addresses)),
            ],
            files=self._drop(files),
        )
        store.erasures.add(proof)
        return proof

    def _merged(self) -> list[Place]:
        """The records that have become one of these: nothing is told of them any more."""
        merges = self._work.store.merges
        return [(entity, each) for entity, key in self._gone for each in merges.gone(entity, [key])]

    def _write(self) -> Collection[Place]:
        """Changes the records; gives all whose values this has changed."""
        language = self._work.ground.model.settings.languages[0]
        emptied = {each: emptied_values(self._work.entity(each[0]), language) for each in self._anonymised}
        for account in self._accounts:
            if account.is_let_go and account.place in emptied:
                emptied[account.place] |= {account.field.name: None}
        reached = anonymise(self._work, emptied)
        for entity, key in self._deleted:
            row = self._work.transaction.get(entity, [key]).get(key)
            if row is not None:  # it has not gone with another one
                self._work.delete(entity, key, row["version"])
        return reached

    def _going(self, place: Place) -> list[Field]:
        """The fields of the record that tell nothing any more."""
        is_deleted = self._fates.by_place[place] is Fate.DELETE
        held = {each.field.name for each in self._accounts if each.place == place and each.is_let_go}
        own = self._work.entity(place[0]).own_fields
        return [each for each in own if is_deleted or goes(each) or each.name in held]

    def _values(self, past: Iterable[Change]) -> Iterator[tuple[Field, Any]]:  # Any: as its type dumps it
        """All values that go, and those that went before."""
        for place, fields in self._fields.items():
            for field in fields:
                if (value := self._gone[place][field.name]) is not None:
                    yield field, field.type.dump(value)
        for change in past:
            for field in self._fields[change.entity, change.record_id]:
                for value in change.fields.get(field.name, BLANK):
                    if value is not None:
                        yield field, value

    def _words(self, past: Iterable[Change], accounts: Iterable[User]) -> frozenset[str]:
        """By what the person is known again in values that are made of these."""
        texts = {str(value) for field, value in self._values(past) if field.personal is not None}
        return frozenset(text for text in texts.union(*map(words_of, accounts)) if len(text) >= _SHORTEST)

    def _files(self, past: Iterable[Change]) -> set[str]:
        """The files that no other record has."""
        named = {
            key
            for field, value in self._values(past)
            if isinstance(field.type, Attached) and isinstance(value, (list, tuple))
            for key in value
        }
        return named - set(self._attached_elsewhere()) if named else named

    def _attached_elsewhere(self) -> Iterator[str]:
        for entity in self._work.ground.model.entities.values():
            names = [each.name for each in entity.own_fields if isinstance(each.type, Attached)]
            query = Query(entity.name, self._work.asking, fields=tuple(names))
            for row in all_rows(self._work.transaction, query) if names else ():
                going = {each.name for each in self._fields.get((entity.name, row["id"]), ())}
                for name in names:
                    if name not in going:
                        yield from row[name] or ()

    def _staying(self, addresses: Iterable[str]) -> int:
        """How many sign in here after this who have one of the addresses, or are named in the records."""
        users = self._work.store.users
        reached = {user.id for address in addresses for user in users.reached_by(address)}
        return len(reached | users.active([each.user.id for each in self._accounts]))

    def _drop(self, files: set[str]) -> list[str]:
        """Forgets files; gives the contents that no other file has."""
        store = self._work.store.files
        contents = {each.sha256 for each in store.get(files).values()}
        store.drop(sorted(files))
        return sorted(contents - {each.sha256 for each in store.all()})

    def _neighbours(self) -> Iterator[Place]:
        """Other records with values that may be made of these."""
        for (entity, key), row in self._gone.items():
            for inbound in self._work.entity(entity).inbound:
                if _repeats(self._work.entity(inbound.entity)):
                    yield from (place for place, _ in pointing(self._work, entity, inbound, [key]))
            for field in self._work.entity(entity).own_fields:
                if field.links_to and row[field.name] is not None:
                    yield target_of(field, row[field.name])

    def _blank(self, around: Collection[Place], words: frozenset[str]) -> int:
        """Takes the values out of the audit log: of the records themselves what goes, of others what is made
        of that."""

        def taken(change: Change) -> Collection[str]:
            place = (change.entity, change.record_id)
            if EXPORT in change.fields:  # it tells what was asked for
                return [EXPORT] if _tells(change.fields[EXPORT][1], words) else ()
            if place in self._fields:
                return [field.name for field in self._fields[place]]
            if place not in around:
                return ()
            return [
                field.name
                for field in self._work.entity(change.entity).own_fields
                if field.personal is not None and field.derivation is not None
                if any(_tells(value, words) for value in change.fields.get(field.name, ()))
            ]

        audit = self._work.store.audit
        asked = [each.record_id for each in audit.exports(limit=_EXPORTS)]
        return audit.blank([*(key for _, key in {*self._gone, *around}), *asked], taken)


def _repeats(entity: Entity) -> bool:
    """Whether its records have values that are made of personal ones."""
    return any(field.personal is not None and field.derivation is not None for field in entity.own_fields)


def _tells(value: Any, words: Iterable[str]) -> bool:  # Any: JSON
    return value is not None and any(word in str(value) for word in words)


def _noted(code: str, count: int) -> Iterator[dict[str, Any]]:  # Any: JSON
    """What there is to know of so many addresses, by a sentence of the texts."""
    if count:
        because = {each: say(each, f"privacy.{code}") for each in LANGUAGES}
        yield {"entity": None, "field": None, "count": count, "because": because}
