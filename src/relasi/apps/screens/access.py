"""Who sees a record: whom it was shared with, and for administrators, what every rule of access says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.apps.words.shares import called, day_of, told
from relasi.config.documents import Document, Home
from relasi.definitions import documents_of
from relasi.errors import RelasiError
from relasi.records import Record
from relasi.records.access.answers import Answer, Explanation
from relasi.records.access.sharing import LONGEST, Invitation
from relasi.runtime import Crm
from relasi.schema.expressions import Trace
from relasi.schema.model import Entity
from relasi.store.shares import Kind, Share
from relasi.store.users import User

_FORTNIGHT = timedelta(days=14)


def access_button(here: Here, record: Record) -> None:
    """The way to the page, for who may share the record and for administrators."""
    visitor = here.visitor
    is_for_them = visitor.actor.everything or visitor.rights(record.entity).update is not False
    if is_for_them and st.button(
        told(visitor, "open"), icon=":material/key:", type="tertiary", key=here.key("access")
    ):
        here.go({"id": record.id, "access": "1"})


def access_page(here: Here, key: str) -> None:
    """Of the record at `key`. Raises NotFound."""
    visitor = here.visitor
    record = visitor.crm.records.get(visitor.actor, here.entity.name, key)
    title = plain(record.title) or visitor.say("untitled")
    if st.button(title, icon=":material/arrow_back:", type="tertiary", key=here.key("access_back")):
        here.go({"id": key})
    st.header(told(visitor, "title", title=title), width="content")
    shares = visitor.crm.sharing.on(visitor.actor, record.entity, record.id)
    if shares is not None:
        _shares(here, record, shares)
    if visitor.actor.everything:
        _who(here, record)


def _shares(here: Here, record: Record, shares: Iterable[Share]) -> None:
    visitor = here.visitor
    st.subheader(told(visitor, "shared"))
    st.caption(told(visitor, "shared_what"))
    names = {user.id: user.full_name for user in visitor.people}
    found = list(shares)
    for share in found:
        with st.container(border=True, key=f"share-{share.id}", gap="xsmall"):
            may = told(visitor, "update" if share.may_update else "read")
            until = told(visitor, "until", day=day_of(visitor, share.last))
            st.markdown(f"**{plain(called(visitor, share.kind, share.whom))}** · {may} · {until}")
            by = names.get(share.by or "", visitor.crm.model.settings.name)
            st.caption(plain(told(visitor, "by", person=by, reason=share.reason)))
            st.button(
                told(visitor, "end"),
                icon=":material/undo:",
                type="tertiary",
                key=f"share-end-{share.id}",
                on_click=_end,
                args=(visitor, share),
            )
    if not found:
        st.markdown(f":gray[{told(visitor, 'shared_nobody')}]")
    _entry(here, record, names)


def _entry(here: Here, record: Record, names: Mapping[str, str]) -> None:
    visitor = here.visitor
    model, today = visitor.crm.model, visitor.crm.presence.today
    others = [("user", key) for key in names if key != visitor.user.id]
    groups = [("team", name) for name in model.teams] + [
        ("role", name) for name, role in model.roles.items() if role.is_offered
    ]
    with st.form("share", border=True, clear_on_submit=True):
        st.markdown(f"**{told(visitor, 'new')}**")
        chosen = st.selectbox(
            told(visitor, "with"),
            [*others, *groups],
            index=None,
            format_func=lambda each: called(visitor, *each),
            placeholder=told(visitor, "choose"),
        )
        left, right = st.columns(2)
        may_update = left.selectbox(
            told(visitor, "may"),
            [False, True],
            format_func=lambda may: told(visitor, "update" if may else "read"),
        )
        last = right.date_input(
            told(visitor, "last"), today + _FORTNIGHT, today, today + LONGEST, format="DD/MM/YYYY"
        )
        reason = st.text_input(told(visitor, "reason"))
        sure = st.form_submit_button(told(visitor, "share"), type="primary", icon=":material/person_add:")
    if sure:
        kind, key = chosen or ("user", "")
        _share(here, record, Invitation(cast(Kind, kind), key, may_update, last, reason))


def _share(here: Here, record: Record, invitation: Invitation) -> None:
    visitor = here.visitor
    try:
        visitor.crm.sharing.share(visitor.actor, record.entity, record.id, invitation)
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(told(visitor, "done"), icon=":material/check:")
    st.rerun()


def _end(visitor: Visitor, share: Share) -> None:
    try:
        visitor.crm.sharing.end(visitor.actor, share.id)
    except RelasiError as error:
        st.toast(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(told(visitor, "ended"), icon=":material/check:")


def _who(here: Here, record: Record) -> None:
    visitor = here.visitor
    st.subheader(told(visitor, "who"))
    people = {user.name: user.full_name for user in visitor.people}
    chosen = st.selectbox(
        told(visitor, "whose"),
        [None, *people],
        format_func=lambda name: people[name] if name else told(visitor, "everybody"),
        key=here.key("access_whose"),
    )
    found = visitor.crm.access.of(visitor.actor, record.entity, record.id, [chosen] if chosen else ())
    if chosen is None:
        _everybody(visitor, here.entity, found)
    for explanation in found.values() if chosen else ():
        _rules(visitor, record, explanation)


def _everybody(visitor: Visitor, entity: Entity, found: Mapping[User, Explanation]) -> None:
    seeing = {user: each for user, each in found.items() if each.may["read"]}
    st.caption(told(visitor, "who_count", seeing=len(seeing), people=len(found)))
    heads = [told(visitor, f"column_{name}") for name in ("who", "may", "why")]
    rows = [
        (user.full_name, ", ".join(_may(visitor, entity, each)), ", ".join(_why(visitor, each)))
        for user, each in seeing.items()
    ]
    lines = [heads, ["---"] * 3, *([plain(cell) for cell in row] for row in rows)]
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _may(visitor: Visitor, entity: Entity, explanation: Explanation) -> Iterable[str]:
    return (_right(visitor, entity, right) for right, may in explanation.may.items() if may)


def _right(visitor: Visitor, entity: Entity, right: str) -> str:
    if not right.startswith("move "):
        return told(visitor, f"right_{right}")
    moves = entity.process.moves if entity.process else ()
    return next(visitor.label(move.label) for move in moves if f"move {move.name}" == right)


def _why(visitor: Visitor, explanation: Explanation) -> Iterable[str]:
    if explanation.everything:
        yield told(visitor, "everything")
    for answer in explanation.because("read"):
        yield _role(visitor, answer)
    for share in explanation.shares:
        yield told(visitor, "by_share", day=day_of(visitor, share.last))


def _role(visitor: Visitor, answer: Answer) -> str:
    roles = visitor.crm.model.roles
    label = visitor.label(roles[answer.role].label)
    if answer.absent is None:
        return label
    return f"{label} ({told(visitor, 'in_place_of', person=called(visitor, 'user', answer.absent))})"


def _rules(visitor: Visitor, record: Record, explanation: Explanation) -> None:
    document = _document(visitor.crm, record.entity)
    if explanation.everything:
        st.markdown(told(visitor, "everything"))
    elif not explanation.answers:
        st.markdown(f":gray[{told(visitor, 'no_rule')}]")
    for share in explanation.shares:
        until = told(visitor, "by_share", day=day_of(visitor, share.last))
        st.markdown(f":material/key: {until} · {plain(share.reason)}")
    for right, may in explanation.may.items():
        answers = [each for each in explanation.answers if each.right == right]
        if answers:
            mark = ":green[:material/check:]" if may else ":red[:material/close:]"
            st.markdown(f"{mark} **{plain(_right(visitor, visitor.entity(record.entity), right))}**")
            st.markdown("\n".join(line for each in answers for line in _answer(visitor, document, each)))
    if explanation.fields:
        st.markdown(f"**{told(visitor, 'fields')}**")
        fields, tables = visitor.entity(record.entity).fields, visitor.entity(record.entity).tables
        for each in explanation.fields:
            known = fields.get(each.field) or tables[each.field]
            places = ", ".join(f"`{document.place(keys)}`" for keys in each.rules) if document else ""
            st.markdown(f"{plain(visitor.label(known.label))}: {told(visitor, each.is_)} {places}")


def _answer(visitor: Visitor, document: Document | None, answer: Answer) -> Iterable[str]:
    """A rule and, below it, what each part of its condition answered, as lines of a list."""
    verb = told(visitor, answer.effect if answer.holds else f"{answer.effect}_not")
    place = f" `{document.place(answer.keys)}`" if document else ""
    yield f"- {plain(_role(visitor, answer))} {verb}{place}"
    if answer.condition is not None:
        yield from _parts(visitor, answer.condition, 1)


def _parts(visitor: Visitor, part: Trace, depth: int) -> Iterable[str]:
    yield f"{'  ' * depth}- `{part.text}` → {plain(_value(visitor, part.value))}"
    for inner in part.children:
        yield from _parts(visitor, inner, depth + 1)


def _value(visitor: Visitor, value: Any) -> str:  # Any: JSON
    """People by their names."""
    if value is None or isinstance(value, bool):
        return "–" if value is None else "✓" if value else "✗"
    return next((user.full_name for user in visitor.people if user.id == value), str(value))


def _document(crm: Crm, entity: str) -> Document | None:
    """The file of the entity; pairs of records have none."""
    return _documents(crm.root, crm.model.fingerprint).get(Home("entity", entity))


@lru_cache(maxsize=1)
def _documents(root: Path, fingerprint: str) -> Mapping[Home, Document]:
    """Read once for each version of the project."""
    return {each.home: each for each in documents_of(root)}
