"""The outbox, for administrators: what was sent, is kept or failed, and why; to be sent again or dropped."""

from __future__ import annotations

import json

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.apps.words.automation import rule_name
from relasi.apps.words.moments import ago
from relasi.messages.letters import LETTER, sheet_of
from relasi.messages.paper import as_pictures
from relasi.platform.again import begun_again
from relasi.schema.labels import text as label_text
from relasi.store.effects import Effect, Status

COUNTED = 999
_SHOWN = 50
_PAGE = 620
"""How wide a page of a letter is shown, in pixels, where there is room."""
_COLORS: dict[Status, str] = {
    "dead": "red",
    "waiting": "orange",
    "withheld": "gray",
    "kept": "blue",
    "sent": "green",
    "dropped": "gray",
}
_OPEN: tuple[Status, ...] = ("kept", "withheld", "dead")


def undelivered(visitor: Visitor) -> int:
    """How much was given up, as the menu says."""
    with visitor.crm.store.session(write=False) as session:
        return session.effects.dead(COUNTED)


def outbox_page(here: Here) -> None:
    visitor = here.visitor
    with visitor.crm.store.session(write=False) as session:
        counts = session.effects.counts()
    total = visitor.number(sum(counts.values()))
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {visitor.say('outbox')} :gray[{total}]", width="content")
    status, search = _asked(visitor, counts)
    with visitor.crm.store.session(write=False) as session:
        wanted = (status,) if status else ()
        found = session.effects.list(status=wanted, search=search, limit=_SHOWN + 1)
    if not found:
        _nothing(visitor)
    for effect in found[:_SHOWN]:
        _effect(here, effect)
    if len(found) > _SHOWN:
        st.caption(visitor.say("outbox_more", count=_SHOWN))
    _closed(visitor)


def _asked(visitor: Visitor, counts: dict[Status, int]) -> tuple[Status | None, str]:
    with st.container(horizontal=True, vertical_alignment="center", key="outbox-bar"):
        status = _status(visitor, counts) if counts else None
        search = st.text_input(
            visitor.say("search"),
            placeholder=visitor.say("outbox_search"),
            label_visibility="collapsed",
            icon=":material/search:",
            width=280,
            key="outbox-search",
        )
    return status, search or ""


def _status(visitor: Visitor, counts: dict[Status, int]) -> Status | None:
    chosen: Status | None = st.pills(
        visitor.say("outbox_status"),
        [each for each in _COLORS if each in counts],
        format_func=lambda each: f"{_state(visitor, each)} {visitor.number(counts.get(each, 0))}",
        label_visibility="collapsed",
        key="outbox-status",
    )
    return chosen


def _state(visitor: Visitor, status: Status) -> str:
    """What is sent, or made."""
    return visitor.say("outbox_done" if status == "sent" else f"outbox_{status}")


def _effect(here: Here, effect: Effect) -> None:
    visitor = here.visitor
    with st.container(border=True, key=f"effect-{effect.id}", gap="xsmall"):
        badge = f":{_COLORS[effect.status]}-badge[{visitor.say(_word(effect))}]"
        about = effect.payload.get("subject") or rule_name(visitor, effect.workflow or effect.kind)
        st.markdown(f"{badge} **{plain(str(about))}**")
        now, showing = visitor.crm.clock(), visitor.showing()
        line = f"{plain(effect.to)} · {ago(effect.at, now, showing)}"
        if effect.attempts > 1:
            line += f" · {visitor.say('outbox_attempts', count=effect.attempts)}"
        if effect.status == "waiting" and effect.note and effect.next_at and effect.next_at > now:
            line += f" · {visitor.say('outbox_next', when=ago(effect.next_at, now, showing))}"
        st.markdown(f":gray[{line}]")
        if effect.note and effect.status != "sent":
            st.markdown(plain(label_text(effect.note, visitor.language)))
        _ways_on(here, effect)


def _ways_on(here: Here, effect: Effect) -> None:
    visitor = here.visitor
    there = here.at(effect.entity) if effect.entity else None
    with st.container(horizontal=True):
        label, key = visitor.say("outbox_show"), f"effect-show-{effect.id}"
        shown = st.popover(label, icon=":material/visibility:", type="tertiary", key=key, on_change="rerun")
        if shown.open:  # fifty letters would take their time
            with shown:
                _content(visitor, effect)
        if there is not None and effect.record_id is not None:
            label = visitor.say("outbox_record")
            if st.button(
                label, icon=":material/arrow_forward:", key=f"effect-open-{effect.id}", type="tertiary"
            ):
                there.go({"id": effect.record_id})
        if effect.status in (*_OPEN, "dropped") or (effect.status == "waiting" and effect.attempts):
            _button(visitor, effect, "outbox_retry", "refresh")
        if effect.status in _OPEN or effect.status == "waiting":
            _button(visitor, effect, "outbox_drop", "block")


def _button(visitor: Visitor, effect: Effect, action: str, icon: str) -> None:
    st.button(
        visitor.say(action),
        icon=f":material/{icon}:",
        key=f"{action}-{effect.id}",
        type="tertiary",
        on_click=_decide,
        args=(visitor, effect.id, action),
    )


@begun_again
def _decide(visitor: Visitor, effect_id: str, action: str) -> None:
    """What somebody else has done meanwhile, such as sending it, stays as it is."""
    with visitor.crm.store.session() as session:
        decide = session.effects.retry if action == "outbox_retry" else session.effects.drop
        done = decide(effect_id, visitor.crm.clock())
    if not done:
        st.toast(visitor.say("outbox_too_late"), icon=":material/info:")


def _word(effect: Effect) -> str:
    """A letter is made, not sent."""
    is_made = effect.kind == LETTER and effect.status == "sent"
    return "outbox_made" if is_made else f"outbox_{effect.status}"


def _content(visitor: Visitor, effect: Effect) -> None:
    if effect.kind == LETTER:
        for page in as_pictures(sheet_of(effect, visitor.crm.model.settings, visitor.crm.root)):
            st.image(page, width=_PAGE)
    elif "text" in effect.payload:
        st.markdown(plain(effect.payload["text"]).replace("\n", "  \n"))
    else:
        st.code(json.dumps(effect.payload.get("body"), ensure_ascii=False, indent=2), language="json")


def _closed(visitor: Visitor) -> None:
    """Addresses that nothing is sent to any more; an administrator may know better."""
    with visitor.crm.store.session(write=False) as session:
        closed = session.correspondence.all_closed()
    if not closed:
        return
    with st.expander(visitor.say("outbox_closed", count=visitor.number(len(closed)))):
        for each in closed:
            with st.container(horizontal=True, vertical_alignment="center"):
                when = ago(each.at, visitor.crm.clock(), visitor.showing())
                st.markdown(f"{plain(each.to)} :gray[· {plain(each.reason)} · {when}]")
                st.button(
                    visitor.say("outbox_reopen"),
                    key=f"reopen-{each.to}",
                    type="tertiary",
                    on_click=_reopen,
                    args=(visitor, each.to),
                )


@begun_again
def _reopen(visitor: Visitor, to: str) -> None:
    with visitor.crm.store.session() as session:
        session.correspondence.open(to)


def _nothing(visitor: Visitor) -> None:
    with st.container(key="empty-outbox", horizontal_alignment="center"):
        st.markdown("# :gray[:material/outbox:]", width="content")
        st.markdown(f"**{visitor.say('outbox_none')}**", width="content")
        st.markdown(f":gray[{visitor.say('outbox_none_more')}]", width="content")
