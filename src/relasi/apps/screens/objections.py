"""What was entered past Relasi and not taken over: both values, why, and a choice for whoever may decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.apps.words.moments import ago, exactly
from relasi.errors import RelasiError
from relasi.records import Record
from relasi.records.links import references_of
from relasi.schema.fields.base import ValueProblem
from relasi.schema.labels import text as label_text
from relasi.schema.model import Field
from relasi.store.objections import Objection
from relasi.texts import say

_TAKE_OVER = {"changed": "take_over_changed", "deleted": "take_over_deleted"}
_PUT_BACK = {"changed": "put_back_changed", "created": "put_back_created", "deleted": "put_back_deleted"}

SHOWN = 20
"""So many at a time; the next come up as these are decided."""


def all_objections(here: Here) -> None:
    """For administrators: all that waits for a decision, and what a copy elsewhere has not got yet."""
    visitor = here.visitor
    objections = visitor.crm.objections
    count, since = objections.waiting(visitor.actor)
    if count and since is not None:
        words = _told(visitor, "unsent", count=visitor.number(count), since=exactly(since, visitor.showing()))
        st.markdown(f":orange[:material/sync:] {plain(words)}")
    if not (waiting := objections.count(visitor.actor)):
        return
    title = _told(visitor, "title", count=visitor.number(waiting))
    with st.expander(title, icon=":material/rule:", key="objections"):
        found = objections.open(visitor.actor, limit=SHOWN)
        titles = _titles(here, found)
        for each in found:
            _draw(here, each, titles, with_record=True)


def record_objections(here: Here, record: Record) -> None:
    """On the page of a record, for whoever may change it."""
    found = here.visitor.crm.objections.on(here.visitor.actor, record)
    titles = _titles(here, found)
    for each in found:
        _draw(here, each, titles, with_record=False)


def _draw(here: Here, objection: Objection, titles: Display, *, with_record: bool) -> None:
    visitor = here.visitor
    entity = visitor.crm.model.entities.get(objection.entity)
    if entity is None:
        return
    field = entity.fields.get(objection.field or "")
    with st.container(border=True, key=f"objection-{objection.id}"):
        about = visitor.field_label(field) if field else visitor.label(entity.label)
        heading = _told(visitor, objection.what, about=about)
        st.markdown(f":orange[:material/sync_problem:] **{plain(heading)}**")
        if with_record:
            _link(here, objection, titles)
        if field is not None and objection.what == "changed":
            words = {
                "theirs": _text(titles, field, objection.theirs),
                "ours": _text(titles, field, objection.ours),
            }
            st.markdown(plain(_told(visitor, "both", **words)))
        st.markdown(plain(label_text(objection.text, visitor.language)))
        stamp = ago(objection.at, visitor.crm.clock(), visitor.showing())
        st.caption(plain(f"{stamp} · {objection.who or _told(visitor, 'outside')}"))
        with st.container(horizontal=True):
            deciding = visitor.crm.objections
            if objection.what in _TAKE_OVER:
                _choice(visitor, objection, _TAKE_OVER[objection.what], deciding.take_over)
            _choice(visitor, objection, _PUT_BACK[objection.what], deciding.put_back)


def _choice(visitor: Visitor, objection: Objection, words: str, do: Callable[..., None]) -> None:
    icon = ":material/undo:" if words in _PUT_BACK.values() else ":material/check:"
    if not st.button(_told(visitor, words), icon=icon, key=f"{words}-{objection.id}"):
        return
    try:
        do(visitor.actor, objection.id)
    except RelasiError as error:
        st.toast(plain(error.text(visitor.language)), icon=":material/error:", duration="long")
    else:
        st.rerun()


def _link(here: Here, objection: Objection, titles: Display) -> None:
    title = titles.titles.get((objection.entity, objection.record_id))
    link = here.link(objection.entity, objection.record_id)
    if title is not None and link is not None:
        st.markdown(f"[{plain(title) or plain(here.visitor.say('untitled'))}]({link['href']})")


def _titles(here: Here, objections: Iterable[Objection]) -> Display:
    references: set[tuple[str, str]] = set()
    for each in objections:
        entity = here.visitor.crm.model.entities.get(each.entity)
        field = entity.fields.get(each.field or "") if entity else None
        if entity is not None:
            references.add((each.entity, each.record_id))
        for value in (each.theirs, each.ours) if field else ():
            if field and isinstance(value, str):
                references.update(
                    r for r in references_of(field, value) if r[0] in here.visitor.crm.model.entities
                )
    return Display.with_titles(here, references)


def _text(titles: Display, field: Field, value: object) -> str:
    """What is no value of the field is shown as it was entered."""
    if value is None:
        return titles.here.visitor.say("empty")
    try:
        return titles.text(field, field.type.accept(value))
    except (ValueProblem, KeyError):
        return str(value)


def _told(visitor: Visitor, key: str, **params: object) -> str:
    """The sentence `key` of texts/objections.yaml."""
    return say(visitor.language, f"objections.{key}", **params)
