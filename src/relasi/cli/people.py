"""`relasi user`: the people who may sign in. Passwords are typed or piped, never part of the command."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from getpass import getpass
from pathlib import Path

from relasi.accounts.history import history_of, people_in
from relasi.accounts.sentences import Telling
from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import USED_WRONGLY, StopError, confirm, say, table
from relasi.diagnostics import nearest
from relasi.errors import DuplicateValue
from relasi.messages.inviting import Inviter
from relasi.runtime import Crm
from relasi.schema.labels import text
from relasi.schema.model import Model
from relasi.store.users import Post, User
from relasi.texts import FALLBACK

_NONE = "none"
_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be added, as typed."""

    name: str
    full_name: str
    email: str
    roles: tuple[str, ...]
    language: str | None
    post: Post


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes different, as typed; None stays as it is."""

    roles: Sequence[str] | None
    team: str | None
    skills: Sequence[str] | None
    territories: Sequence[str] | None


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
                post=person.post,
            )
        except DuplicateValue:
            raise StopError(f"There is a user called {person.name} already. Choose another name.") from None
    _tell(user, f"{user.full_name} may sign in as {user.name}.", as_json=as_json)


def invite(root: Path, person: Person, *, as_json: bool) -> None:
    """Adds the person if there is none of this name, and writes to them, or prints a link."""
    with opened(root) as crm:
        _demand_known(crm.model, person)
        with crm.store.session(write=False) as session:
            user = session.users.by_name(person.name)
        if user is None and not person.roles:
            raise StopError(
                f"There is no user called {person.name}. To add one, name a --role.", USED_WRONGLY
            )
        user = user or crm.accounts.add(
            person.name,
            full_name=person.full_name,
            email=person.email,
            roles=person.roles,
            language=person.language or crm.model.settings.languages[0],
            password=None,
            post=person.post,
        )
        by_provider = not crm.model.settings.sign_in.local
        link = None if by_provider else Inviter(crm.model, crm.store, crm.clock, crm.new_id).invite(user)
    if as_json:
        terminal.as_json({**asdict(user), "link": link})
    elif by_provider:
        say(f"{user.full_name} signs in by the provider with {user.email}, and needs no invitation.")
    elif link is None:
        say(f"A mail with a link is on its way to {user.email}, as soon as a worker sends it.")
    else:
        say(f"No mail goes out from here. Give {user.full_name} this link, which works once: {link}")


def change(root: Path, name: str, asked: Change, *, as_json: bool) -> None:
    with opened(root) as crm:
        user = called(crm, name)
        _demand_roles(crm.model, asked.roles or ())
        team = user.post.team if asked.team is None else None if asked.team == _NONE else asked.team
        _demand_team(crm.model, team)
        skills, territories = (
            held if words is None else tuple(sorted({word for word in words if word != _NONE}))
            for held, words in (
                (user.post.skills, asked.skills),
                (user.post.territories, asked.territories),
            )
        )
        roles = user.roles if asked.roles is None else tuple(sorted(set(asked.roles)))
        crm.accounts.change(replace(user, roles=roles, post=Post(team, skills, territories)))
        changed = called(crm, name)
    _tell(changed, f"{user.full_name} is changed.", as_json=as_json)


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
                _team(crm.model, each.post.team, language),
                each.email,
                "" if each.active else "disabled",
            )
            for each in users
        )
        table(("Name", "Full name", "Roles", "Team", "E-mail", ""), rows)


def disable(root: Path, name: str, *, yes: bool, as_json: bool) -> None:
    with opened(root) as crm:
        user = called(crm, name)
        confirm(f"Let {user.full_name} sign in no more?", yes=yes)
        crm.accounts.disable(user.id)
        disabled = called(crm, name)
    _tell(disabled, f"{user.full_name} can no longer sign in.", as_json=as_json)


def enable(root: Path, name: str, *, as_json: bool) -> None:
    with opened(root) as crm:
        crm.accounts.enable(called(crm, name).id)
        enabled = called(crm, name)
    _tell(enabled, f"{enabled.full_name} can sign in again.", as_json=as_json)


def sign_out(root: Path, name: str, *, as_json: bool) -> None:
    with opened(root) as crm:
        user = called(crm, name)
        crm.accounts.end_sessions(user.id)
    _tell(user, f"{user.full_name} is signed out everywhere.", as_json=as_json)


def drop_second_factor(root: Path, name: str, *, yes: bool, as_json: bool) -> None:
    with opened(root) as crm:
        user = called(crm, name)
        confirm(f"Let {user.full_name} sign in without a code until a new device is set up?", yes=yes)
        crm.accounts.second_factor.drop(user.id)
    _tell(user, f"{user.full_name} has no second factor any more.", as_json=as_json)


def unlink(root: Path, name: str, *, yes: bool, as_json: bool) -> None:
    with opened(root) as crm:
        user = called(crm, name)
        confirm(f"Forget who {user.full_name} is at the provider?", yes=yes)
        crm.accounts.unlink(user.id)
    _tell(user, f"{user.full_name} is known by the e-mail address once more.", as_json=as_json)


def change_password(root: Path, name: str, *, as_json: bool) -> None:
    with opened(root) as crm:
        user = called(crm, name)
        crm.accounts.set_password(user.id, _password())
    _tell(user, f"{user.full_name} has a new password.", as_json=as_json)


def history(root: Path, name: str, *, as_json: bool) -> None:
    """What was done with the account, the newest first."""
    with opened(root) as crm:
        user = called(crm, name)
        with crm.store.session(write=False) as session:
            changes = history_of(session, user.id, limit=_ENTRIES)
            people = session.users.names(people_in(changes))
        zone = crm.model.settings.zone
        telling = Telling(crm.model, FALLBACK, people)
    found = [
        {
            "at": each.at.astimezone(zone).isoformat(" ", "seconds"),
            "by": telling.author(each),
            "what": ". ".join(telling.deeds(each)),
        }
        for each in changes
    ]
    if as_json:
        terminal.as_json(found)
    elif found:
        table(("At", "By", "What"), [tuple(each.values()) for each in found])
    else:
        say(f"Nothing was done with the account of {user.full_name} since there is a history of accounts.")


def _tell(user: User, sentence: str, *, as_json: bool) -> None:
    if as_json:
        terminal.as_json(asdict(user))
    else:
        say(sentence)


def called(crm: Crm, name: str) -> User:
    """The user with this name. Raises StopError."""
    with crm.store.session(write=False) as session:
        user = session.users.by_name(name)
        names = [each.name for each in session.users.list()]
    if user is None:
        raise StopError(f"There is no user called {name}.{_meant(name, names)}")
    return user


def _demand_known(model: Model, person: Person) -> None:
    _demand_roles(model, person.roles)
    _demand_team(model, person.post.team)
    languages = model.settings.languages
    if person.language is not None and person.language not in languages:
        raise StopError(f"The project speaks {' and '.join(languages)}, not {person.language}.", USED_WRONGLY)


def _demand_roles(model: Model, roles: Iterable[str]) -> None:
    for role in roles:
        if role not in model.roles:
            near = _meant(role, list(model.roles)) or f" The roles are: {', '.join(model.roles)}."
            raise StopError(f"There is no role {role}.{near}", USED_WRONGLY)


def _demand_team(model: Model, team: str | None) -> None:
    if team is not None and team not in model.teams:
        near = _meant(team, list(model.teams)) or f" The teams are: {', '.join(model.teams) or 'none yet'}."
        raise StopError(f"There is no team {team}.{near}", USED_WRONGLY)


def _team(model: Model, team: str | None, language: str) -> str:
    return text(model.teams[team].label, language) if team and team in model.teams else team or ""


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
