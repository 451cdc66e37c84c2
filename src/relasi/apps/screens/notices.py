"""Notifications of one person: to read, to open what they tell of, and to put aside."""

from __future__ import annotations

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.apps.words.moments import ago
from relasi.platform.again import begun_again
from relasi.schema.labels import text as label_text
from relasi.store.notifications import Notification

_SHOWN = 50


def unread(visitor: Visitor) -> int:
    with visitor.crm.store.session(write=False) as session:
        return session.notifications.unread(visitor.user.id)


def show(here: Here) -> None:
    visitor = here.visitor
    only_new = _asked(visitor)
    with visitor.crm.store.session(write=False) as session:
        found = session.notifications.of(visitor.user.id, unread=only_new, limit=_SHOWN + 1)
    if not found:
        _nothing(visitor, only_new=only_new)
        return
    references = [(each.entity, each.record_id) for each in found if each.entity and each.record_id]
    titles = visitor.crm.records.titles(visitor.actor, references)
    for each in found[:_SHOWN]:
        reference = (each.entity or "", each.record_id or "")
        _notice(
            here, each, titles.get(reference), is_lost=each.record_id is not None and reference not in titles
        )
    if len(found) > _SHOWN:
        st.caption(visitor.say("notices_more", count=_SHOWN))


def _asked(visitor: Visitor) -> bool:
    """Whether only new ones are wanted; beside it, the button that puts all of them aside."""
    ways = {True: visitor.say("notices_new"), False: visitor.say("notices_all")}
    with st.container(horizontal=True, vertical_alignment="center", key="notices-bar"):
        chosen = st.segmented_control(
            visitor.say("notices"),
            list(ways),
            default=True,
            format_func=lambda way: ways[way],
            label_visibility="collapsed",
            required=True,
            key="notices-new",
        )
        st.space("stretch")
        if unread(visitor):
            st.button(
                visitor.say("notices_read_all"), icon=":material/done_all:", on_click=_read, args=(visitor,)
            )
    return bool(chosen)


def _notice(here: Here, notice: Notification, title: str | None, *, is_lost: bool) -> None:
    """Where the record cannot be read any more, what was said of it is not repeated."""
    visitor = here.visitor
    with st.container(border=True, key=f"notice-{notice.id}", gap="xsmall"):
        when = ago(notice.at, visitor.crm.clock(), visitor.showing())
        mark = ":material/fiber_new: " if notice.read_at is None else ""
        if is_lost:
            st.markdown(f":gray[{visitor.say('notice_lost')} · {when}]")
        else:
            st.markdown(f"{mark}**{plain(label_text(notice.title, visitor.language))}** :gray[· {when}]")
            if body := label_text(notice.body, visitor.language):
                st.markdown(plain(body).replace("\n", "  \n"))
        _ways_on(here, notice, title)


def _ways_on(here: Here, notice: Notification, title: str | None) -> None:
    visitor = here.visitor
    there = here.at(notice.entity) if notice.entity and title is not None else None
    if there is None and notice.read_at is not None:
        return
    with st.container(horizontal=True):
        if there is not None and notice.record_id is not None:
            label = plain(title or visitor.say("untitled"))
            if st.button(
                label, icon=":material/arrow_forward:", key=f"notice-open-{notice.id}", type="tertiary"
            ):
                _read(visitor, notice.id)
                there.go({"id": notice.record_id})
        if notice.read_at is None:
            st.button(
                visitor.say("notice_read"),
                icon=":material/done:",
                key=f"notice-read-{notice.id}",
                type="tertiary",
                on_click=_read,
                args=(visitor, notice.id),
            )


@begun_again
def _read(visitor: Visitor, notification_id: str | None = None) -> None:
    with visitor.crm.store.session() as session:
        session.notifications.mark_read(visitor.user.id, visitor.crm.clock(), notification_id=notification_id)


def _nothing(visitor: Visitor, *, only_new: bool) -> None:
    with st.container(key="empty-notices", horizontal_alignment="center"):
        st.markdown("# :gray[:material/inbox:]", width="content")
        st.markdown(f"**{visitor.say('notices_none_new' if only_new else 'notices_none')}**", width="content")
        st.markdown(f":gray[{visitor.say('notices_none_more')}]", width="content")
