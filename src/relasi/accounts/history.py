"""What was done with accounts, and by whom: entries of the audit log, in its chain like those of records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from relasi.store import Session
from relasi.store.audit import Change, Source
from relasi.store.users import User

ACCOUNT = "(account)"
"""Stands in an entry in place of an entity, none of which can be called so."""
Pairs = Mapping[str, tuple[Any, Any]]  # Any: JSON
"""What was different before and after. None stands for nothing: no password, no second factor, no key."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who does it. Nobody in particular is whoever holds the files, at the command line."""

    user_id: str | None = None
    source: Source = "cli"
    on_behalf_of: str | None = None
    rule: str | None = None
    rule_version: str | None = None


COMMAND_LINE = Author()


@dataclass(frozen=True)
class History:
    """Writes down what `author` does."""

    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    author: Author = COMMAND_LINE

    def by(self, user_id: str) -> Self:
        """The same where a user does it, on a page."""
        return replace(self, author=Author(user_id, "page"))

    def made(self, session: Session, user: User) -> None:
        self._note(session, user.id, {name: (None, held) for name, held in _facts(user).items() if held})

    def changed(self, session: Session, before: User, after: User) -> None:
        """Notes nothing where nothing is different."""
        old, new = _facts(before), _facts(after)
        what = {name: (old[name], new[name]) for name in old if old[name] != new[name]}
        self.noted(session, after.id, what)

    def noted(self, session: Session, user_id: str, what: Pairs) -> None:
        if what:
            self._note(session, user_id, what, is_new=False)

    def _note(self, session: Session, user_id: str, what: Pairs, *, is_new: bool = True) -> None:
        by = self.author
        session.audit.append(
            [
                Change(
                    id=self.new_id(),
                    at=self.clock(),
                    entity=ACCOUNT,
                    record_id=user_id,
                    kind="created" if is_new else "updated",
                    version=0,
                    fields=what,
                    user_id=by.user_id,
                    source=by.source,
                    on_behalf_of=by.on_behalf_of,
                    rule=by.rule,
                    rule_version=by.rule_version,
                )
            ]
        )


def history_of(session: Session, user_id: str, *, limit: int = 50) -> tuple[Change, ...]:
    """What was done with an account, the newest first."""
    return session.audit.of(ACCOUNT, user_id, limit=limit)


def people_in(changes: Sequence[Change]) -> set[str]:
    """The ids of those whom the entries name."""
    told = [change.user_id for change in changes]
    told += [each.get("deputy") for change in changes for each in change.fields.get("absence", ()) if each]
    return set(filter(None, told))


def forget(session: Session, user_id: str) -> None:
    """Leaves of the history who did something when, and not what it was about."""
    session.audit.blank([user_id], lambda change: change.fields if change.entity == ACCOUNT else ())


def _facts(user: User) -> dict[str, Any]:  # Any: JSON
    post = user.post
    return {
        "name": user.name,
        "full_name": user.full_name,
        "email": user.email,
        "roles": list(user.roles),
        "team": post.team,
        "skills": list(post.skills),
        "territories": list(post.territories),
        "active": user.active,
    }
