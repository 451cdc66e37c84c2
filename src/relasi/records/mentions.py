"""Colleagues who are named in a text with an @: they are told, and get no rights by it. Who may not see the
text cannot be named; whoever writes is told so before it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from relasi.errors import NotFound
from relasi.records.actor import Source, is_outside
from relasi.records.draft import Draft
from relasi.records.following import seen_by
from relasi.records.reading import Reader
from relasi.records.recipe import Recipe
from relasi.records.rights import holds
from relasi.records.view import View
from relasi.store.notifications import Notification
from relasi.store.users import User
from relasi.texts import LANGUAGES, say

if TYPE_CHECKING:
    from relasi.records.work import Work

_NAMED = re.compile(r"(?<![\w.@])@(\w[\w.+-]*\w|\w)")
_SHOWN = 200
"""Characters of the text that a notice repeats."""


def check_mentions(view: View, recipe: Recipe, drafts: Iterable[Draft]) -> None:
    """Refuses a draft that names somebody who will not see it."""
    for draft in drafts:
        for name, user in _newly_named(view, recipe, draft):
            theirs = seen_by(view, user.id)
            if theirs is None:
                continue
            rights, situation = theirs.rights(recipe.entity.name), theirs.situation(draft.values)
            unseen = rights.hidden_in(situation) | rights.masks_in(situation).keys()
            if name in unseen or not holds(rights.read, situation):
                draft.refuse(name, "mention_unseen", person=user.name)


def tell_mentioned(work: Work, recipe: Recipe, drafts: Sequence[Draft]) -> None:
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
