"""Whose account it is that a provider vouches for, and with which roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from relasi.accounts.history import History
from relasi.errors import SignInRefused
from relasi.schema.model import Model
from relasi.schema.model.sign_in import Oidc
from relasi.store import Session
from relasi.store.identities import Identity
from relasi.store.users import User


@dataclass(frozen=True, slots=True)
class Person:
    """What a provider says of somebody. `email` is in lower case, None where it is not verified; `roles` are
    those that are mapped; `factors`: they have shown more than one."""

    identity: Identity
    email: str | None
    full_name: str
    roles: frozenset[str]
    factors: bool


def person_of(oidc: Oidc, claims: Mapping[str, Any]) -> Person:  # Any: JSON
    held = _words(_inside(claims, oidc.claim)) if oidc.claim else ()
    return Person(
        Identity(oidc.issuer, str(claims["sub"])),
        _email(oidc, claims),
        " ".join(str(claims.get("name") or "").split())[:120],
        frozenset(role for value in held for role in oidc.role_map.get(value, ())),
        "mfa" in _words(claims.get("amr")),
    )


def recognized(session: Session, model: Model, person: Person, history: History) -> User | None:
    """The user who it is, from now on by what the provider calls them; None where there is none yet.

    Raises SignInRefused for a person who may not come in."""
    oidc = model.settings.sign_in.oidc
    assert oidc is not None
    _demand_domain(oidc, person)
    known = session.identities.holder(person.identity)
    user = session.users.get(known) if known else _addressed(session, model, person)
    if user is None:
        return None
    if not user.active:
        raise SignInRefused("provider_no_account")
    if known is None:
        _bind(session, model, user, person.identity)
        _noted(session, user, person.identity, history)
    roles = tuple(sorted((set(user.roles) - oidc.mapped) | person.roles))
    if roles != user.roles:
        session.users.set_roles(user.id, roles)
        history.by(user.id).changed(session, user, replace(user, roles=roles))
    return replace(user, roles=roles)


def newcomer(
    session: Session, model: Model, person: Person, history: History, *, language: str | None
) -> User:
    """An account for somebody who has none. Raises SignInRefused where none is to be made."""
    oidc, name = model.settings.sign_in.oidc, person.email
    if oidc is None or not oidc.create or not person.roles or name is None or session.users.by_name(name):
        raise SignInRefused("provider_no_account")
    roles, spoken = tuple(sorted(person.roles)), language or model.settings.languages[0]
    user = User(history.new_id(), name, person.full_name or name, name, roles, spoken)
    session.users.add(user)
    session.identities.put(user.id, person.identity)
    history.by(user.id).made(session, user)
    _noted(session, user, person.identity, history)
    return user


def may_choose_password(session: Session, model: Model, user: User) -> bool:
    """Whether the user may set a password by a link: not who comes in by a provider."""
    settings = model.settings.sign_in
    return settings.local and (settings.oidc is None or session.identities.of(user.id) is None)


def may_use_password(session: Session, model: Model, user: User) -> bool:
    """Administrators may in any case: a provider that is out of order locks nobody out for good."""
    return may_choose_password(session, model, user) or is_administrator(model, user.roles)


def is_administrator(model: Model, roles: tuple[str, ...] | frozenset[str]) -> bool:
    return any(model.roles[each].everything for each in roles if each in model.roles)


def _addressed(session: Session, model: Model, person: Person) -> User | None:
    """Who has the address and has come in by nothing but a password so far. An address alone opens no
    administrator's account: the provider has to say that it is one."""
    if person.email is None:
        raise SignInRefused("provider_email")
    found = session.users.with_email(person.email)
    if len(found) > 1:
        raise SignInRefused("provider_no_account")
    for user in found:
        held = session.identities.of(user.id)
        if held is not None and held.issuer == person.identity.issuer:
            raise SignInRefused("provider_taken")
        if is_administrator(model, user.roles) and not is_administrator(model, person.roles):
            raise SignInRefused("provider_administrator")
        return user
    return None


def _bind(session: Session, model: Model, user: User, identity: Identity) -> None:
    """Whoever came in as the user before, by a password or a link, does so no more."""
    session.identities.put(user.id, identity)
    session.invitations.drop(user.id)
    session.sessions.close_all(user.id)
    if not is_administrator(model, user.roles):
        session.users.set_password_hash(user.id, None)


def _noted(session: Session, user: User, identity: Identity, history: History) -> None:
    history.by(user.id).noted(session, user.id, {"provider": (None, {"issuer": identity.issuer})})


def _demand_domain(oidc: Oidc, person: Person) -> None:
    if not oidc.domains:
        return
    if person.email is None:
        raise SignInRefused("provider_email")
    if person.email.rpartition("@")[2] not in oidc.domains:
        raise SignInRefused("provider_domain")


def _email(oidc: Oidc, claims: Mapping[str, Any]) -> str | None:  # Any: JSON
    """None also for one beyond ASCII: some other letters have the same small one as a plain letter."""
    email, verified = claims.get("email"), claims.get("email_verified", oidc.trust_email)
    if not isinstance(email, str) or not (verified is True or verified == "true"):
        return None
    return email.lower() if email.isascii() and email.isprintable() and email.count("@") == 1 else None


def _inside(claims: Mapping[str, Any], name: str) -> object:  # Any: JSON
    """By its name, or by its path: some names have points in them."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
