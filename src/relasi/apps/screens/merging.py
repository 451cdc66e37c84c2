"""Records that may be one and the same, side by side: merged into one, and parted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError
from relasi.records import Record
from relasi.records.merges.merging import MOST
from relasi.records.merges.unifying import Gone, Proposal
from relasi.schema.model import Field

_FOUND = 6


def merge_button(here: Here, record: Record) -> None:
    """The way to the page, for who may merge the record with another."""
    visitor = here.visitor
    if visitor.crm.unifying.may_merge(visitor.actor, record) and st.button(
        visitor.say("merge"), icon=":material/merge:", type="tertiary", key=here.key("merge")
    ):
        here.go({"id": record.id, "merge": "1"})


def merge_page(here: Here, key: str) -> None:
    """Of the record at `key`. Raises NotFound."""
    visitor = here.visitor
    record = visitor.crm.records.get(visitor.actor, here.entity.name, key)
    title = plain(record.title) or visitor.say("untitled")
    if st.button(title, icon=":material/arrow_back:", type="tertiary", key=here.key("merge_back")):
        here.go({"id": key})
    st.header(visitor.say("merge_title", title=title), width="content")
    others = _others(here, record)
    if others:
        _compare(here, [record, *others])
    _gone(here, record, visitor.crm.unifying.gone(visitor.actor, record.entity, key))


def _others(here: Here, record: Record) -> list[Record]:
    """Those that somebody has ticked, of the ones that are alike and of those looked for."""
    visitor, found = here.visitor, {}
    st.subheader(visitor.say("merge_like"))
    for each, twin in visitor.crm.unifying.like(visitor.actor, record.entity, record.id):
        found[each.id] = each
        _tick(here, each, f"{visitor.label(twin.label)} · {visitor.share(twin.likeness)}")
    if not found:
        st.caption(visitor.of("merge_none", here.entity))
    typed = st.text_input(
        visitor.of("merge_find", here.entity), key=here.key("merge_find"), icon=":material/search:"
    )
    entity = here.entity.name
    options = visitor.crm.records.options(visitor.actor, entity, typed, limit=_FOUND) if typed.strip() else ()
    for key, _ in options:
        if key not in found and key != record.id:
            found[key] = visitor.crm.records.get(visitor.actor, entity, key)
            _tick(here, found[key], "")
    picked = [each for each in found.values() if st.session_state.get(here.key("merge_pick", each.id))]
    return picked[: MOST - 1]


def _tick(here: Here, record: Record, why: str) -> None:
    href = here.address(id=record.id)
    words = f"{plain(record.title)} [:material/open_in_new:]({href})"
    told = f"{words} :gray[{plain(why)}]" if why else words
    st.checkbox(told, key=here.key("merge_pick", record.id))


def _compare(here: Here, records: Sequence[Record]) -> None:
    visitor, titles = here.visitor, {each.id: each.title for each in records}
    st.subheader(visitor.say("merge_values"))
    survivor = st.radio(
        visitor.say("merge_stays"),
        list(titles),
        format_func=lambda key: plain(titles[key]),
        key=here.key("merge_stays", *sorted(titles)),
        horizontal=True,
    )
    ids = [survivor, *(key for key in titles if key != survivor)]
    proposal = visitor.crm.unifying.proposal(visitor.actor, here.entity.name, ids)
    chosen = _choices(here, proposal)
    st.caption(visitor.say("merge_hint"))
    if st.button(visitor.say("merge_do"), type="primary", icon=":material/merge:", key=here.key("merge_do")):
        _merge(here, ids, chosen)


def _choices(here: Here, proposal: Proposal) -> dict[str, str]:
    """Of which record each field keeps the value, where somebody wants another one than is proposed."""
    visitor, fields = here.visitor, here.entity.fields
    display = Display.of(here, proposal.records, proposal.differing)
    picked, alone = {}, []
    with st.grid(2, min_column_width=320):
        for name, proposed in proposal.differing.items():
            filled = [each for each in proposal.records if each.values.get(name) is not None]
            if len(filled) < 2 or fields[name].type.read_only:
                alone.append(visitor.field_label(fields[name]))
                continue
            choice = _choice(here, display, fields[name], proposal.records, proposed)
            if choice is not None and choice != proposed:
                picked[name] = choice
    if alone:
        st.caption(visitor.say("merge_alone", fields=plain(", ".join(alone))))
    return picked


def _choice(
    here: Here, display: Display, field: Field, records: Sequence[Record], proposed: str | None
) -> str | None:
    visitor = here.visitor
    words = {each.id: _shown(visitor, display, field, each) for each in records}
    if proposed is None:
        words = {"": visitor.say("merge_all"), **words}
    keys = list(words)
    chosen: str = st.radio(
        visitor.field_label(field),
        keys,
        index=keys.index(proposed or ""),
        format_func=words.__getitem__,
        key=here.key("merge_value", field.name, *keys),
        horizontal=True,
    )
    return chosen or None


def _shown(visitor: Visitor, display: Display, field: Field, record: Record) -> str:
    value = record.values.get(field.name)
    return visitor.say("empty") if value is None else plain(display.text(field, value))


def _merge(here: Here, ids: Sequence[str], chosen: Mapping[str, str]) -> None:
    visitor, (survivor, *others) = here.visitor, ids
    try:
        record = visitor.crm.unifying.merge(visitor.actor, here.entity.name, survivor, others, chosen=chosen)
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(visitor.say("merge_done", title=plain(record.title)), icon=":material/check:")
    here.go({"id": survivor})


def _gone(here: Here, record: Record, gone: Sequence[Gone]) -> None:
    visitor = here.visitor
    if not gone:
        return
    st.subheader(visitor.say("merge_gone"))
    st.caption(visitor.say("part_hint"))
    names = {user.id: user.full_name for user in visitor.people}
    at = here.entity.fields["updated_at"].type
    for each in gone:
        with st.container(horizontal=True, vertical_alignment="center", key=f"merge-{each.merge_id}"):
            who = names.get(each.by or "", visitor.crm.model.settings.name)
            when = at.show(each.at, visitor.showing())
            st.markdown(f"**{plain(each.title)}** :gray[{plain(who)} · {plain(when)}]", width="stretch")
            key = f"part-{each.merge_id}"
            if st.button(visitor.say("part"), icon=":material/call_split:", type="tertiary", key=key):
                _part(here, each)


def _part(here: Here, gone: Gone) -> None:
    visitor = here.visitor
    try:
        key = visitor.crm.unifying.part(visitor.actor, gone.merge_id)
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(visitor.say("part_done", title=plain(gone.title)), icon=":material/check:")
    here.go({"id": key})
