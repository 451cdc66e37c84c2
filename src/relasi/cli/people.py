"""`relasi user`: the people who may sign in. Passwords are typed or piped, never part of the command."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from getpass import getpass
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import USED_WRONGLY, StopError, confirm, say, table
from relasi.diagnostics import nearest
from relasi.errors import DuplicateValue
from relasi.runtime import Crm
from relasi.schema.labels import text
from relasi.schema.model import Model
from relasi.store.users import User


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be added, as typed."""

    name: str
    full_name: str
    email: str
    roles: tuple[str, ...]
    language: str | None


def add(root: Path, person: Person, *, as_json: bool) -> None:
    with opened(root) as crm:
        _demand_known(crm.model, person)
        try:
            user = crm.accounts.add(
                person.name,
                full_name=person.full_name,
                email=person.email,
                roles=person.roles,
                language=person.language or crm.model.settings.languages[0],
                password=_password(),
            )
        except DuplicateValue:
            raise StopError(f"There is a user called {person.name} already. Choose another name.") from None
    if as_json:
        terminal.as_json(asdict(user))
    else:
        say(f"{user.full_name} may sign in as {user.name}.")


def show(root: Path, *, as_json: bool) -> None:
    with opened(root) as crm:
        with crm.store.session(write=False) as session:
            users = session.users.list()
        roles, language = crm.model.roles, crm.model.settings.languages[0]
    if as_json:
        terminal.as_json([asdict(each) for each in users])
    elif not users:
        say("Nobody yet. Add somebody with relasi user add NAME --role ROLE.")
    else:
        rows = (
            (
                each.name,
                each.full_name,
                ", ".join(
                    text(roles[name].label, language) if name in roles else name for name in each.roles
                ),
                each.email,
                "" if each.active else "disabled",
            )
            for each in users
        )
        table(("Name", "Full name", "Roles", "E-mail", ""), rows)


def disable(root: Path, name: str, *, yes: bool) -> None:
    with opened(root) as crm:
        user = _called(crm, name)
        confirm(f"Let {user.full_name} sign in no more?", yes=yes)
        crm.accounts.disable(user.id)
    say(f"{user.full_name} can no longer sign in.")


def change_password(root: Path, name: str) -> None:
    with opened(root) as crm:
        user = _called(crm, name)
        crm.accounts.set_password(user.id, _password())
    say(f"{user.full_name} has a new password.")


def _called(crm: Crm, name: str) -> User:
    with crm.store.session(write=False) as session:
        user = session.users.by_name(name)
        names = [each.name for each in session.users.list()]
    if user is None:
        raise StopError(f"There is no user called {name}.{_meant(name, names)}")
    return user


def _demand_known(model: Model, person: Person) -> None:
    for role in person.roles:
        if role not in model.roles:
            near = _meant(role, list(model.roles)) or f" The roles are: {', '.join(model.roles)}."
            raise StopError(f"There is no role {role}.{near}", USED_WRONGLY)
    languages = model.settings.languages
    if person.language is not None and person.language not in languages:
        raise StopError(f"The project speaks {' and '.join(languages)}, not {person.language}.", USED_WRONGLY)


def _meant(word: str, known: list[str]) -> str:
    near = nearest(word, known)
    return f" Is {near} meant?" if near else ""


def _password() -> str:
    """Typed twice at a terminal, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password (8 characters or more): ")
    if getpass("The same again: ") != password:
        raise StopError("The two passwords differ. Nothing was changed.")
    return password
