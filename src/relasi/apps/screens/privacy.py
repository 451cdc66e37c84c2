"""A person's data: what the person has agreed to, and whether they are restricted."""

from __future__ import annotations

import streamlit as st
from babel.dates import format_datetime

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.erasing import everything
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError
from relasi.privacy.standing import Agreed, Standing, Word
from relasi.records import Record
from relasi.records.links import target_of
from relasi.schema.model.mail import CHANNELS, Purpose
from relasi.schema.model.mail import Consent as Asks
from relasi.store.consents import Consent
from relasi.texts import say

_ALL = "all"


def privacy_page(here: Here, key: str) -> None:
    """Of the record at `key`. Raises NotFound."""
    visitor = here.visitor
    record = visitor.crm.records.get(visitor.actor, here.entity.name, key)
    standing = visitor.crm.standings.of(visitor.actor, record.entity, record.id)
    if st.button(
        plain(record.title) or visitor.say("untitled"),
        icon=":material/arrow_back:",
        type="tertiary",
        key=here.key("privacy_back"),
    ):
        here.go({"id": key})
    with st.container(horizontal=True, vertical_alignment="center", key="heading"):
        st.header(_say(visitor, "title", title=plain(record.title)), width="content")
        if standing and standing.restricted:
            st.badge(_say(visitor, "restricted"), color="red", icon=":material/lock:")
    if standing is None:
        st.caption(_say(visitor, "nobody"))
        return
    st.subheader(_say(visitor, "agreed"))
    for agreed in standing.agreed:
        _purpose(here, record, agreed, may_note=standing.may_note)
    _restriction(here, record, standing)
    everything(here, record)


def privacy_button(here: Here, record: Record) -> None:
    """The way to the page; from what belongs to people to theirs, for those who answer for their data."""
    visitor, entity = here.visitor, here.entity
    if entity.person is not False:
        _way_to(here, record.id, _say(visitor, "open"))
    for link in entity.belongs_to:
        field, value = entity.fields[link], record.values.get(link)
        if value is None:
            continue
        name, key = target_of(field, value)
        there = here.at(name)
        is_person = visitor.entity(name).person is not False
        if there is not None and is_person and visitor.rights(name).erase is not False:
            _way_to(there, key, f"{_say(visitor, 'open')}: {visitor.field_label(field)}")


def _way_to(there: Here, key: str, label: str) -> None:
    clicked = st.button(
        label, icon=":material/shield_person:", type="tertiary", key=there.key("privacy", key)
    )
    if clicked:
        there.go({"id": key, "privacy": "1"})


def _purpose(here: Here, record: Record, agreed: Agreed, *, may_note: bool) -> None:
    visitor, purpose = here.visitor, agreed.purpose
    with st.container(border=True, key=f"purpose-{purpose.name}", gap="xsmall"):
        st.markdown(f"{_badge(visitor, agreed)} **{plain(visitor.label(purpose.label))}**")
        st.caption(plain(_basis(visitor, purpose)))
        asks = purpose.consent is not Asks.NOT_NEEDED
        if agreed.said:
            st.markdown(_words(visitor, agreed.said[0]))
        elif asks:
            st.markdown(f":gray[{_say(visitor, 'never_asked')}]")
        with st.container(horizontal=True):
            if asks and may_note:
                with st.popover(_say(visitor, "note"), icon=":material/edit_note:"):
                    _note(here, record, agreed)
            if earlier := agreed.said[1:]:
                label = _say(visitor, "earlier", count=len(earlier))
                with st.popover(label, icon=":material/history:", type="tertiary"):
                    for said in earlier:
                        st.markdown(_words(visitor, said))


def _badge(visitor: Visitor, agreed: Agreed) -> str:
    if agreed.purpose.consent is Asks.NOT_NEEDED:
        return f":gray-badge[{_say(visitor, 'not_needed')}]"
    color, word = ("green", "stands") if agreed.stands else ("red", "stands_not")
    return f":{color}-badge[{_say(visitor, word)}]"


def _basis(visitor: Visitor, purpose: Purpose) -> str:
    if purpose.basis is None:
        return _say(visitor, "no_basis")
    return _say(visitor, "by_basis", basis=_say(visitor, f"basis_{purpose.basis.name.lower()}"))


def _words(visitor: Visitor, said: Consent) -> str:
    """When, by which way, where and in which words."""
    zone = visitor.crm.model.settings.zone
    when = format_datetime(said.at, "medium", tzinfo=zone, locale=visitor.showing().locale)
    names = {user.id: user.full_name for user in visitor.people}
    parts = [
        _say(visitor, "said_yes" if said.given else "said_no", when=when),
        _say(visitor, "by_way", way=_way(visitor, said.channel)) if said.channel else "",
        said.source,
        f"“{said.wording}”",
        _say(visitor, "noted_by", person=names[said.user_id]) if said.user_id in names else "",
        _say(visitor, "proof_is", proof=said.proof) if said.proof else "",
    ]
    return plain(" · ".join(part for part in parts if part))


def _way(visitor: Visitor, channel: str) -> str:
    return _say(visitor, f"channel_{channel}") if channel in (*CHANNELS, _ALL) else channel


def _note(here: Here, record: Record, agreed: Agreed) -> None:
    visitor, purpose = here.visitor, agreed.purpose
    with st.form(f"consent-{purpose.name}", border=False):
        given = st.radio(
            _say(visitor, "note_given"),
            [True, False],
            format_func=lambda yes: _say(visitor, "note_yes" if yes else "note_no"),
            horizontal=True,
        )
        channel = st.selectbox(
            _say(visitor, "note_channel"), [_ALL, *CHANNELS], format_func=lambda each: _way(visitor, each)
        )
        source = st.text_input(
            _say(visitor, "note_source"), placeholder=_say(visitor, "note_source_help"), max_chars=200
        )
        wording = st.text_area(
            _say(visitor, "note_wording"), value=visitor.label(purpose.wording), max_chars=2000
        )
        proof = st.text_input(_say(visitor, "note_proof"), max_chars=400)
        sure = st.form_submit_button(_say(visitor, "note_save"), type="primary")
    if not sure:
        return
    if not source.strip() or not wording.strip():
        st.error(_say(visitor, "note_missing"), icon=":material/error:")
        return
    way = None if channel == _ALL else channel
    word = Word(purpose.name, given, source.strip(), wording.strip(), way, proof or None)
    try:
        visitor.crm.standings.note(visitor.actor, record.entity, record.id, word)
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(_say(visitor, "noted"), icon=":material/check:")
    st.rerun()


def _restriction(here: Here, record: Record, standing: Standing) -> None:
    visitor = here.visitor
    st.subheader(_say(visitor, "restriction"))
    if standing.restricted:
        st.markdown(_say(visitor, "restricted_more"))
        if standing.because:
            st.caption(plain(_say(visitor, "restricted_because", because=standing.because)))
        if standing.may_note and st.button(_say(visitor, "lift"), icon=":material/lock_open:"):
            _restrict(here, record, None)
        return
    st.markdown(f":gray[{_say(visitor, 'unrestricted')}]")
    if standing.may_note:
        with st.popover(_say(visitor, "restrict"), icon=":material/lock:"):
            st.markdown(_say(visitor, "restricted_more"))
            because = st.text_input(_say(visitor, "restrict_why"), max_chars=400, key="restrict-why")
            if st.button(_say(visitor, "restrict"), type="primary", disabled=not because.strip()):
                _restrict(here, record, because.strip())


def _restrict(here: Here, record: Record, because: str | None) -> None:
    visitor = here.visitor
    try:
        visitor.crm.standings.restrict(visitor.actor, record.entity, record.id, because)
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(_say(visitor, "restricted" if because else "lifted"), icon=":material/check:")
    st.rerun()


def _say(visitor: Visitor, key: str, **params: object) -> str:
    return say(visitor.language, f"privacy.{key}", **params)
