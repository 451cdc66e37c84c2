"""Whom a definition names: the holders of a role, the members of teams, or the person in a user field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relasi.schema.compiler.rule.steps import StepDraft
from relasi.schema.expressions import Expression, Situation
from relasi.schema.expressions.types import User as UserType
from relasi.schema.model import Model

if TYPE_CHECKING:
    from relasi.store import Session
    from relasi.store.users import User


HOW = "role.NAME, team.NAME, tree.NAME (the team and those below it), or a user field such as owner"

GROUPS = ("role", "team", "tree")


@dataclass(frozen=True, slots=True)
class People:
    """One of `role`, `teams` and `person` is given. `written` is how the author named them."""

    written: str
    role: str | None = None
    teams: frozenset[str] = frozenset()
    person: Expression | None = None

    def found(self, model: Model, store: Session, situation: Callable[[], Situation]) -> tuple[User, ...]:
        """Those of them who may sign in, by id; whoever set off the rule is among them."""
        if self.person is not None:
            key = self.person.evaluate(situation())
            user = store.users.get(key) if key is not None else None
            return (user,) if user is not None and user.active else ()
        if self.role is not None:
            return store.users.with_role(holders(model, self.role))
        return store.users.in_teams(self.teams)

    def words(self, situation: Situation) -> set[str]:
        """The same as words: role.NAME, team.NAME, user.ID; whoever has one in `words_of` is meant."""
        if self.role is not None:
            return {f"role.{self.role}"}
        person = self.person.evaluate(situation) if self.person is not None else None
        return {f"team.{each}" for each in self.teams} | ({f"user.{person}"} if person else set())

    def expressions(self) -> Iterator[Expression]:
        if self.person is not None:
            yield self.person


def compile_people(at: StepDraft, *keys: str | int, text: str) -> People | None:
    """None where the text names nobody, which has been reported."""
    kind, _, name = text.partition(".")
    place = (*at.path, *keys)
    if kind == "role":
        at.page.pick(place, "unknown-role", "role", name, at.draft.roles)
        return People(text, role=name)
    if kind in GROUPS and kind not in at.entity.types:
        branch = at.page.pick(place, "unknown-team", "team", name, at.draft.teams)
        return People(text, teams=(branch or frozenset()) if kind == "tree" else frozenset({name}))
    named = [each for each, known in _names(at).items() if text in known and text not in at.entity.types]
    if named:
        at.wrong(
            *keys, code="bad-value", message=f'"{text}" does not say who', help=f"write {named[0]}.{text}"
        )
        return None
    person = at.expression(*keys, text=text, type=UserType())
    return People(text, person=person) if person else None


def _names(at: StepDraft) -> Mapping[str, Mapping[str, object]]:
    return {"role": at.draft.roles, "team": at.draft.teams}


def words_of(user: User, model: Model) -> set[str]:
    """The words by which a user is meant."""
    roles = {name for held in user.roles if held in model.roles for name in model.roles[held].includes}
    team = {f"team.{user.post.team}"} if user.post.team else set()
    return {f"user.{user.id}", *team, *(f"role.{name}" for name in roles)}


def holders(model: Model, role: str) -> list[str]:
    """The roles that are or include the role."""
    return [each.name for each in model.roles.values() if role in each.includes]


def stand_in(user_id: str, away: Mapping[str, str | None], active: Collection[str]) -> str | None:
    """Who acts for somebody who is away: the delegate, or that one's delegate if away as well; None where
    there is nobody. `active` are the users who may sign in."""
    seen = {user_id}
    current = away.get(user_id)
    while current is not None and current in away and current not in seen:
        seen.add(current)
        current = away[current]
    return current if current is not None and current not in seen and current in active else None
