"""What may be done with everything about a person: take it out, look what erasing would do, erase, and see
the proofs."""

from __future__ import annotations

from typing import Any

import streamlit as st
from babel.dates import format_datetime
from babel.numbers import format_decimal

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.routes.dossiers import address_of
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError
from relasi.records import Record
from relasi.schema.labels import text
from relasi.store.erasures import Erasure
from relasi.texts import say

_WHAT = ("deleted", "anonymised")


def everything(here: Here, record: Record) -> None:
    """Nothing for whoever has no right to it."""
    visitor = here.visitor
    privacy = visitor.crm.privacy
    if not privacy.may_erase(visitor.actor, record.entity, record.id):
        return
    st.subheader(_say(visitor, "everything"))
    st.markdown(_say(visitor, "everything_more"))
    with st.container(horizontal=True):
        st.link_button(
            _say(visitor, "take_out"), address_of(record.entity, record.id), icon=":material/download:"
        )
        if st.button(_say(visitor, "erase"), icon=":material/person_remove:", key=here.key("erase")):
            _ask(here, record)
    show_proofs(visitor, privacy.proofs_of(visitor.actor, record.entity, record.id))


def _ask(here: Here, record: Record) -> None:
    """The preview is made once, however often the dialog is drawn."""
    visitor = here.visitor
    shown = visitor.crm.privacy.preview(visitor.actor, record.entity, record.id)

    @st.dialog(
        _say(visitor, "erase_title", title=plain(record.title)),
        width="large",
        icon=":material/person_remove:",
    )
    def ask() -> None:
        st.markdown(_say(visitor, "erase_question"))
        _show(visitor, shown)
        reason = st.text_input(_say(visitor, "erase_why"), max_chars=400)
        st.caption(_say(visitor, "erase_why_help"))
        sure = st.checkbox(_say(visitor, "erase_sure"))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(visitor.say("cancel"), key="erase.no"):
                st.rerun()
            go = st.button(
                _say(visitor, "erase"),
                type="primary",
                key="erase.yes",
                disabled=not (sure and reason.strip()),
            )
        if go:
            _erase(here, record, reason.strip())

    ask()


def _erase(here: Here, record: Record, reason: str) -> None:
    visitor = here.visitor
    try:
        visitor.crm.privacy.erase(visitor.actor, record.entity, record.id, reason=reason)
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(_say(visitor, "erased"), icon=":material/check:")
    here.back()


def _show(visitor: Visitor, shown: Erasure) -> None:
    """What goes, and what stays and why."""
    gone = [
        (f"{_name(visitor, entity)} ({_say(visitor, f'went_{what}')})", count)
        for what in _WHAT
        for entity, count in shown.counts.get(what, {}).items()
    ]
    gone += [
        (_say(visitor, f"place_{place}"), count) for place, count in shown.counts.get("told", {}).items()
    ]
    st.markdown(_table(visitor, _say(visitor, "goes"), gone))
    if shown.kept:
        st.markdown(f"**{_say(visitor, 'stays')}**")
        for each in shown.kept:
            st.markdown(f"- {plain(_kept(visitor, each))}")


def _kept(visitor: Visitor, each: Any) -> str:  # Any: JSON
    """How many of what stay, and why."""
    name = _name(visitor, each["entity"]) if each["entity"] else _say(visitor, "an_address")
    known = visitor.crm.model.entities.get(each["entity"] or "")
    if each["field"] and known and each["field"] in known.fields:
        name += f", {visitor.field_label(known.fields[each['field']])}"
    return f"{_number(visitor, each['count'])} × {name}. {text(each['because'], visitor.language)}"


def _table(visitor: Visitor, heading: str, rows: list[tuple[str, int]]) -> str:
    lines = [f"| {plain(name)} | {_number(visitor, count)} |" for name, count in rows]
    return "\n".join([f"| {heading} | {_say(visitor, 'how_many')} |", "|---|---:|", *lines])


def show_proofs(visitor: Visitor, proofs: tuple[Erasure, ...]) -> None:
    names = {user.id: user.full_name for user in visitor.people}
    zone, locale = visitor.crm.model.settings.zone, visitor.showing().locale
    for proof in proofs:
        when = format_datetime(proof.at, "medium", tzinfo=zone, locale=locale)
        by = names.get(proof.user_id or "", _say(visitor, "by_command"))
        with st.expander(
            plain(_say(visitor, "proof_of", what=_name(visitor, proof.entity), when=when, person=by)),
            icon=":material/verified_user:",
        ):
            st.markdown(plain(_say(visitor, "proof_why", reason=proof.reason or "–")))
            _show(visitor, proof)
            state = "proof_done" if proof.finished_at else "proof_waits"
            st.caption(f"{_say(visitor, state)} {proof.id}")


def _name(visitor: Visitor, entity: str) -> str:
    known = visitor.crm.model.entities.get(entity)
    return visitor.label(known.label) if known else entity


def _number(visitor: Visitor, number: int) -> str:
    return str(format_decimal(number, locale=visitor.showing().locale))


def _say(visitor: Visitor, key: str, **params: object) -> str:
    return say(visitor.language, f"privacy.{key}", **params)
