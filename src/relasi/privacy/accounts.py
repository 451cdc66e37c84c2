"""The accounts of people outside: whoever is erased signs in no more. People who work here stay; their
accounts are for those to close who know of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from relasi.accounts.service import shut
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Query, Row
from relasi.records import Source
from relasi.records.actor import actor_of, is_outside
from relasi.records.anonymising import Place
from relasi.records.view import View
from relasi.schema.model import Model, walk
from relasi.store.consents import folded
from relasi.store.users import User
from relasi.texts import say


def accounts_of(view: View, rows: Mapping[Place, Row]) -> tuple[User, ...]:
    """Those in the fields of these records that rules fill with people from outside."""
    fields = _fields(view.ground.model)
    keys = {row[each] for (entity, _), row in rows.items() for each in fields.get(entity, ())}
    users = (view.store.users.get(key) for key in sorted(filter(None, keys)))
    return tuple(user for user in users if user is not None)


def has_to_go(view: View, user: User, rows: Collection[Place]) -> bool:
    """Whether it is somebody from outside, whom no other record names that is not erased."""
    outside = is_outside(actor_of(view.ground.model, user, Source.PAGE), view.ground.model)
    others = {key for entity, key in _places(view, user.id) if (entity, key) not in rows}
    return outside and others == view.store.erasures.known(others)


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
    store.tries.clear(user.name, before=view.now)
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
