"""Getting a page by mail, chosen on the page itself; all that somebody gets, on the page of their account."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from babel.dates import format_datetime

from relasi.apps.markdown import plain
from relasi.apps.subscribing import Wish, subscribe, subscriptions_of, unsubscribe
from relasi.apps.visitor import Visitor
from relasi.reports.subscribing import RHYTHMS
from relasi.store.subscriptions import Subscription

_CLOCKS = tuple(f"{hour:02}:00" for hour in range(5, 23))
_EARLY, _WEEKLY = "07:00", "monday"


def ask_subscription(visitor: Visitor, wish: Wish, key: str) -> None:
    """What is asked before a page is sent as a mail; and what is sent already."""
    if not visitor.user.email:
        st.caption(visitor.say("send_me_address"))
        return
    st.caption(visitor.say("send_me_more", address=plain(visitor.user.email)))
    rhythms = list(RHYTHMS)
    rhythm = st.selectbox(
        visitor.say("send_me_rhythm"),
        rhythms,
        index=rhythms.index(_WEEKLY),
        format_func=lambda each: visitor.say(f"rhythm_{each}"),
        key=f"{key}.rhythm",
    )
    clock = st.selectbox(
        visitor.say("send_me_clock"), _CLOCKS, index=_CLOCKS.index(_EARLY), key=f"{key}.clock"
    )
    if wish.kind == "list":
        wish = replace(wish, has_file=st.checkbox(visitor.say("send_me_file"), key=f"{key}.file"))
    if not visitor.crm.model.settings.outside.delivers:
        st.caption(visitor.say("send_me_kept"))
    st.button(
        visitor.say("send_me_begin"),
        type="primary",
        icon=":material/schedule_send:",
        key=f"{key}.begin",
        on_click=_begin,
        args=(visitor, wish, rhythm, clock),
    )
    for each, _ in subscriptions_of(visitor):
        if (each.kind, each.name) == (wish.kind, wish.name):
            _held(visitor, each, _when(visitor, each), key)


def _begin(visitor: Visitor, wish: Wish, rhythm: str, clock: str) -> None:
    zone = visitor.crm.model.settings.zone
    due = subscribe(visitor, wish, rhythm, clock).astimezone(zone)
    when = format_datetime(due, "EEEE d MMMM HH:mm", locale=visitor.showing().locale)
    st.toast(visitor.say("send_me_begun", when=when), icon=":material/check:")


def subscriptions(visitor: Visitor) -> None:
    """All that the visitor gets; nothing where that is nothing."""
    held = subscriptions_of(visitor)
    if not held:
        return
    with st.container(border=True, gap="xsmall", key="subscriptions"):
        st.markdown(f"**{visitor.say('subscriptions')}**")
        for each, name in held:
            _held(visitor, each, f"{plain(name)}  \n:gray[{_when(visitor, each)}]", "account")


def _held(visitor: Visitor, subscription: Subscription, words: str, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words, width="stretch")
        st.button(
            visitor.say("subscription_end"),
            type="tertiary",
            key=f"{key}.end.{subscription.id}",
            on_click=_end,
            args=(visitor, subscription.id),
        )


def _end(visitor: Visitor, key: str) -> None:
    unsubscribe(visitor, key)
    st.toast(visitor.say("subscription_ended"), icon=":material/check:")


def _when(visitor: Visitor, subscription: Subscription) -> str:
    rhythm = visitor.say(f"rhythm_{subscription.rhythm}")
    return visitor.say("subscription_at", rhythm=rhythm, clock=subscription.clock)
