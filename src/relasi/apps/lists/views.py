"""Views of a list: what a visitor has saved under a name, and what others share."""

from __future__ import annotations

from dataclasses import replace

from relasi.apps.visitor import Visitor
from relasi.platform.again import begun_again
from relasi.reports.listed import Listed
from relasi.reports.liststate import AT, VIEW, ListState
from relasi.store.views import Audience, View

LONGEST = 60
"""Characters of a name."""


def views_of(visitor: Visitor, entity: str) -> tuple[View, ...]:
    with visitor.crm.store.session(write=False) as session:
        return session.views.of(visitor.user.id, visitor.user.post.team, entity)


def opening(visitor: Visitor, entity: str, wanted: str) -> View | None:
    """The view that an address names, or the one with which the list opens where it names none; None where
    the visitor does not have it (any more)."""
    with visitor.crm.store.session(write=False) as session:
        key = wanted or session.views.first(visitor.user.id, entity)
        found = session.views.of(visitor.user.id, visitor.user.post.team, entity) if key else ()
    return next((each for each in found if each.id == key), None)


def first_of(visitor: Visitor, entity: str) -> str | None:
    with visitor.crm.store.session(write=False) as session:
        return session.views.first(visitor.user.id, entity)


def state_of(listed: Listed, view: View) -> tuple[ListState, bool]:
    """What a view shows, and whether some of it is not there any more, or not for this visitor."""
    query = {key: list(values) for key, values in view.query.items()}
    state = replace(listed.state(query), view=view.id)
    kept = state.query("")
    return state, any(kept.get(key) != values for key, values in query.items())


def query_of(state: ListState) -> dict[str, list[str]]:
    """What a view of a list in this state keeps: all but where in a way of showing somebody is."""
    return {key: values for key, values in state.query("").items() if key not in (VIEW, AT)}


def is_changed(state: ListState, view: View) -> bool:
    return query_of(state) != {key: list(values) for key, values in view.query.items()}


def subscribed(visitor: Visitor, entity: str, state: ListState) -> dict[str, list[str]]:
    """What a mail of a list in this state is made of: the view that is open, whatever becomes of it, where it
    was not changed."""
    views = views_of(visitor, entity) if state.view else ()
    is_view = any(each.id == state.view and not is_changed(state, each) for each in views)
    return {VIEW: [state.view]} if is_view else query_of(state)


def may_share(visitor: Visitor) -> bool:
    roles = visitor.crm.model.roles
    return visitor.actor.everything or any(
        roles[name].shares_views for name in visitor.actor.roles if name in roles
    )


def audiences(visitor: Visitor) -> tuple[Audience, ...]:
    """For whom the visitor may save a view."""
    if not may_share(visitor):
        return ("own",)
    return ("own", "team", "all") if visitor.user.post.team else ("own", "all")


def may_change(visitor: Visitor, view: View) -> bool:
    return view.owner == visitor.user.id or visitor.actor.everything


def made(visitor: Visitor, entity: str, name: str, audience: Audience, state: ListState) -> View:
    """A new view of the visitor, which is not saved yet."""
    return shared(
        visitor, View(visitor.crm.new_id(), visitor.user.id, entity, name, query_of(state)), audience
    )


def shared(visitor: Visitor, view: View, audience: Audience) -> View:
    """The same for others, as far as the visitor may."""
    if audience == view.audience:
        return view
    allowed = audience if audience in audiences(visitor) else "own"
    return replace(view, audience=allowed, team=visitor.user.post.team if allowed == "team" else None)


@begun_again
def save(visitor: Visitor, view: View) -> None:
    with visitor.crm.store.session() as session:
        held = session.views.get(view.id)
        if held is None or may_change(visitor, held):
            session.views.put(replace(view, name=view.name.strip()[:LONGEST]))


@begun_again
def drop(visitor: Visitor, view: View) -> None:
    with visitor.crm.store.session() as session:
        held = session.views.get(view.id)
        if held is not None and may_change(visitor, held):
            session.views.drop(view.id)


@begun_again
def open_with(visitor: Visitor, entity: str, view_id: str | None) -> None:
    with visitor.crm.store.session() as session:
        session.views.set_first(visitor.user.id, entity, view_id)
