"""Colleagues who are named in a text with an @: they are told, and get no rights by it. Who may not see the
text cannot be named; whoever writes is told so before it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from relasi.errors import NotFound
from relasi.platform.query import Row
from relasi.records.access.rights import holds
from relasi.records.actor import Source, is_outside
from relasi.records.draft import Draft
from relasi.records.reading import Reader
from relasi.records.recipe import Recipe
from relasi.records.record import Choosing
from relasi.records.steps.following import seen_by
from relasi.records.view import View
from relasi.schema.fields.base import ValueProblem
from relasi.store.notifications import Notification
from relasi.store.users import User
from relasi.texts import LANGUAGES, say

if TYPE_CHECKING:
    from relasi.records.work import Work

_NAMED = re.compile(r"(?<![\w.@])@(\w[\w.+-]*\w|\w)")
_WORD = re.compile(r"\w[\w.+-]*\w|\w")
_SHOWN = 200
"""Characters of the text that a notice repeats."""


def check(view: View, recipe: Recipe, drafts: Iterable[Draft]) -> None:
    """Refuses a draft that names somebody who will not see it."""
    for draft in drafts:
        for name, user in _newly_named(view, recipe, draft):
            if not _sees(view, recipe, draft.values, name, user):
                draft.refuse(name, "mention_unseen", person=user.name)


def mentionable(
    view: View, recipe: Recipe, asked: Choosing, typed: str, limit: int
) -> Iterator[tuple[str, str]]:
    """(name, full name) of those whom the actor may name in a field of a record, which is known by its id and
    what is entered."""
    if asked.field not in recipe.mentioning or is_outside(view.actor, view.ground.model):
        return
    fields = recipe.entity.fields
    key, row = asked.values.get("id"), dict.fromkeys(fields)
    if isinstance(key, str) and view.readable(recipe.entity.name, [key]):
        row |= view.follow(recipe.entity.name, key) or {}
    for name in fields.keys() & asked.values.keys() - {"id"}:
        with suppress(ValueProblem):
            row[name] = fields[name].type.accept(asked.values[name])
    others = (each for each in view.store.users.list() if each.active and each.id != view.actor.user_id)
    meant = (each for each in others if _is_begun(each, typed.casefold()))
    seeing = (each for each in meant if _sees(view, recipe, row, asked.field, each))
    for user in islice(seeing, limit):
        yield user.name, user.full_name


def _is_begun(user: User, typed: str) -> bool:
    """Whether that is how the name begins, or a part of it."""
    parts = (user.name, *user.full_name.split())
    return _WORD.fullmatch(user.name) is not None and any(each.casefold().startswith(typed) for each in parts)


def _sees(view: View, recipe: Recipe, row: Row, name: str, user: User) -> bool:
    """Whether somebody sees the field in the record."""
    theirs = seen_by(view, user.id)
    if theirs is None:
        return False
    rights, situation = theirs.rights(recipe.entity.name), theirs.situation(row)
    unseen = rights.hidden_in(situation) | rights.masks_in(situation).keys()
    return name not in unseen and holds(rights.read, situation)


def tell(work: Work, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Tells those who are newly named in what was written."""
    named = [
        (draft, user, name)
        for draft in drafts
        for name, user in {user.id: (name, user) for name, user in _newly_named(work, recipe, draft)}.values()
    ]
    writer = work.store.users.get(work.actor.user_id or "") if named else None
    if writer is not None:
        notices = (_notice(work, recipe, draft, (writer, user), name) for draft, user, name in named)
        work.store.notifications.add([each for each in notices if each is not None])


def _newly_named(view: View, recipe: Recipe, draft: Draft) -> Iterator[tuple[str, User]]:
    """(field, user) for everybody inside who is named in a text for the first time, but for the writer."""
    actor = view.actor
    is_person = actor.user_id is not None and actor.source in (Source.PAGE, Source.API)
    if not recipe.mentioning or not is_person or is_outside(actor, view.ground.model):
        return
    for name in recipe.mentioning:
        before = set(_NAMED.findall((draft.old or {}).get(name) or ""))
        for word in dict.fromkeys(_NAMED.findall(draft.given(name) or "")):
            user = view.store.users.by_name(word) if word not in before else None
            if user is not None and user.active and user.id != actor.user_id:
                yield name, user


def _notice(
    work: Work, recipe: Recipe, draft: Draft, people: tuple[User, User], field: str
) -> Notification | None:
    writer, user = people
    theirs = seen_by(work, user.id)
    try:
        title = "" if theirs is None else Reader(theirs).get(recipe.entity.name, draft.id).title
    except NotFound:
        return None
    return Notification(
        id=work.ground.new_id(),
        user_id=user.id,
        at=work.now,
        title={
            each: say(each, "messages.mentioned", who=writer.full_name, title=title) for each in LANGUAGES
        },
        body={} if field in recipe.encrypted else dict.fromkeys(LANGUAGES, draft.values[field][:_SHOWN]),
        entity=recipe.entity.name,
        record_id=draft.id,
    )
