"""Following a record: the button on its page, and in the inbox what is new in all that the visitor follows,
record by record."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from relasi.apps import components
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.apps.words.history import timeline_data
from relasi.errors import NotFound
from relasi.platform.again import begun_again
from relasi.records import Record, TimelineEntry
from relasi.store.follows import Follow
from relasi.store.marks import Place

_NEWEST = 30


def follow_button(visitor: Visitor, record: Record, key: str) -> None:
    place = (record.entity, record.id)
    with visitor.crm.store.session(write=False) as session:
        follows = session.follows.get(visitor.user.id, place)
    if follows is not None and follows.is_new:
        _see(visitor, place)
    word = "unfollow" if follows else "follow"
    icon = ":material/notifications_active:" if follows else ":material/notifications:"
    if st.button(visitor.say(word), icon=icon, help=visitor.say(f"{word}_more"), type="tertiary", key=key):
        _follow(visitor, place, wanted=follows is None)
        st.rerun()


def waiting(visitor: Visitor) -> int:
    with visitor.crm.store.session(write=False) as session:
        return session.follows.news(visitor.user.id)


def show(here: Here) -> None:
    visitor = here.visitor
    with visitor.crm.store.session(write=False) as session:
        followed = session.follows.of(visitor.user.id)
    titles = visitor.crm.records.titles(visitor.actor, [each.place for each in followed])
    fresh = [each for each in followed if each.is_new]
    for each in fresh:
        _news(here, each, titles.get(each.place))
    if not fresh:
        with st.container(key="empty-following", horizontal_alignment="center"):
            st.markdown("# :gray[:material/notifications:]", width="content")
            st.markdown(f"**{visitor.say('following_none')}**", width="content")
            st.markdown(f":gray[{visitor.say('following_none_more')}]", width="content")
    if quiet := [each for each in followed if not each.is_new and each.place in titles]:
        with st.expander(visitor.say("following_quiet", count=visitor.number(len(quiet)))):
            for each in quiet:
                _open(here, each, titles[each.place])


def _news(here: Here, follow: Follow, title: str | None) -> None:
    """What others did in the record since the visitor last looked, as far as the visitor may know of it."""
    visitor, there = here.visitor, here.at(follow.entity)
    with st.container(border=True, key=f"following-{follow.record_id}", gap="xsmall"):
        if title is None or there is None:
            st.markdown(f":gray[{visitor.say('following_gone')}]")
        else:
            _open(here, follow, title)
            components.timeline(
                timeline_data(there, _entries(visitor, follow)),
                key=there.key("news", follow.record_id),
                on_open=there.open,
            )
        st.button(
            visitor.say("following_read"),
            icon=":material/done:",
            key=f"following-read-{follow.record_id}",
            type="tertiary",
            on_click=_see,
            args=(visitor, follow.place),
        )


def _entries(visitor: Visitor, follow: Follow) -> Sequence[TimelineEntry]:
    try:
        entries = visitor.crm.records.timeline(visitor.actor, *follow.place, _NEWEST)
    except NotFound:
        return ()
    return [
        each
        for each in entries
        if each.at >= follow.seen_at and each.user_id != visitor.user.id and each.kind != "rule"
    ]


def _open(here: Here, follow: Follow, title: str) -> None:
    there = here.at(follow.entity)
    label = plain(title or here.visitor.say("untitled"))
    key = f"following-open-{follow.record_id}"
    if there and st.button(label, icon=":material/arrow_forward:", key=key, type="tertiary"):
        there.go({"id": follow.record_id})


@begun_again
def _follow(visitor: Visitor, place: Place, *, wanted: bool) -> None:
    with visitor.crm.store.session() as session:
        if wanted:
            session.follows.begin(visitor.user.id, place, visitor.crm.clock())
        else:
            session.follows.end(visitor.user.id, place)


@begun_again
def _see(visitor: Visitor, place: Place) -> None:
    with visitor.crm.store.session() as session:
        session.follows.see(visitor.user.id, visitor.crm.clock(), place)
