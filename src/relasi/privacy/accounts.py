"""The accounts of people outside: whoever is erased signs in no more. People who work here stay; their
accounts are for those to close who know of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from relasi.accounts import history
from relasi.accounts.service import shut
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Query, Row
from relasi.records import Source
from relasi.records.actor import actor_of, is_outside
from relasi.records.anonymising import Place
from relasi.records.view import View
from relasi.schema.model import Fate, Field, Model, walk
from relasi.store.consents import folded
from relasi.store.users import User
from relasi.texts import say


@dataclass(frozen=True, slots=True)
class Account:
    """The account in a field of a record that is erased."""

    place: Place
    field: Field
    user: User
    is_outside: bool

    @property
    def is_let_go(self) -> bool:
        """Whether the record names it no more."""
        return self.is_outside and (self.field.on_erase is None or self.field.on_erase.fate is not Fate.KEEP)


def accounts_of(view: View, rows: Mapping[Place, Row]) -> Iterator[Account]:
    """Those in the fields of these records that rules fill with people from outside."""
    model = view.ground.model
    fields = _fields(model)
    for place, row in rows.items():
        for field in (view.entity(place[0]).fields[each] for each in sorted(fields.get(place[0], ()))):
            held = row[field.name]
            user = view.store.users.get(held) if held is not None else None
            if user is not None:
                yield Account(place, field, user, is_outside(actor_of(model, user, Source.PAGE), model))


def ending(view: View, accounts: Iterable[Account], rows: Collection[Place]) -> tuple[User, ...]:
    """Those from outside whom no other record names."""
    users = {each.user.id: each.user for each in accounts if each.is_outside}
    return tuple(user for key, user in users.items() if all(place in rows for place in _places(view, key)))


def words_of(user: User) -> frozenset[str]:
    """What the user is known by."""
    return frozenset(filter(None, (user.name, user.full_name, user.email)))


def addresses_of(user: User) -> frozenset[str]:
    """Where the user is written to, as `folded` writes it."""
    return frozenset(map(folded, filter(None, (user.name, user.email))))


def close(view: View, user: User) -> None:
    """Leaves an account that lets nobody in, and does not tell whose it was."""
    store = view.store
    shut(store, user.id)
    store.factors.drop(user.id)
    store.identities.drop(user.id)
    store.tries.clear(user.name, before=view.now)
    history.forget(store, user.id)
    store.users.forget(user.id, say(view.ground.model.settings.languages[0], "privacy.somebody"))


def _fields(model: Model) -> dict[str, set[str]]:
    """The fields that rules fill with people from outside, by entity."""
    found: dict[str, set[str]] = {}
    for workflow in model.workflows.values():
        for step in walk(workflow.steps):
            if names := set(step.accounts()):
                found.setdefault(step.entity, set()).update(names)
    return found


def _places(view: View, user_id: str) -> Iterator[Place]:
    """The records whose account it is."""
    for entity, fields in _fields(view.ground.model).items():
        for field in fields:
            for row in matching_rows(view.transaction, Query(entity, view.asking), field, [user_id]):
                yield entity, row["id"]
