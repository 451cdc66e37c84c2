"""Approvals: what waits for the visitor's word, and what they have asked for themselves; on the page of a
record, what waits there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.apps.words.decisions import COLORS, Names, named, sentence
from relasi.apps.words.moments import ago
from relasi.apps.words.reasons import loaded
from relasi.errors import RelasiError
from relasi.records import Record
from relasi.records.links import references_of
from relasi.schema.labels import text as label_text
from relasi.store.approvals import Decision, Verdict
from relasi.texts import say
from relasi.workflows.approvals import Asked

_SHOWN = 30
"""So many are shown at a time, those that have waited longest."""
_FAILED = "approval.failed"
"""Why the last word was not taken, by the id of its approval."""


def waiting(visitor: Visitor) -> int:
    return len(visitor.crm.approvals.inbox(visitor.actor))


def show(here: Here) -> None:
    """The part of the inbox."""
    visitor = here.visitor
    mine = visitor.crm.approvals.inbox(visitor.actor)
    theirs = visitor.crm.approvals.requested(visitor.actor)
    names = _names(visitor, (*mine[:_SHOWN], *theirs[:_SHOWN]))
    for asked in mine[:_SHOWN]:
        _card(here, asked, names, in_inbox=True)
    if len(mine) > _SHOWN:
        st.caption(_say(visitor, "more", count=visitor.number(len(mine) - _SHOWN)))
    if not mine:
        with st.container(key="empty", horizontal_alignment="center"):
            st.markdown("# :gray[:material/task_alt:]", width="content")
            st.markdown(f"**{_say(visitor, 'none')}**", width="content")
            st.markdown(f":gray[{_say(visitor, 'none_more')}]", width="content")
    if theirs:
        st.subheader(_say(visitor, "requested"))
        for asked in theirs[:_SHOWN]:
            _card(here, asked, names, in_inbox=True)


def record_approvals(here: Here, record: Record) -> None:
    """The part of a record's page."""
    visitor = here.visitor
    found = visitor.crm.approvals.on(visitor.actor, record.entity, record.id)
    names = _names(visitor, found)
    for asked in found:
        _card(here, asked, names, in_inbox=False)


def _card(here: Here, asked: Asked, names: Names, *, in_inbox: bool) -> None:
    visitor, approval = here.visitor, asked.approval
    with st.container(border=True, key=f"approval-{approval.id}", gap="xsmall"):
        when = ago(approval.opened_at, visitor.crm.clock(), visitor.showing())
        label = plain(label_text(approval.label, visitor.language))
        st.markdown(f":material/approval: **{label}** :gray[· {when}]")
        if in_inbox:
            _record(here, asked, names)
        if (approval.entity, approval.record_id) in names:
            _matter(visitor, asked)
        for line in _lines(visitor, asked, names):
            st.markdown(line)
        for decision in asked.decisions:
            st.markdown(_decision(visitor, decision, names))
        _buttons(visitor, asked)


def _record(here: Here, asked: Asked, names: Names) -> None:
    """The way to the record, where the visitor may read it."""
    approval = asked.approval
    title, there = names.get((approval.entity, approval.record_id)), here.at(approval.entity)
    if title is None or there is None:
        st.markdown(f":gray[{here.visitor.say('hidden_record')}]")
        return
    label = plain(title or here.visitor.say("untitled"))
    key = f"approval-open-{approval.id}"
    if st.button(label, icon=":material/arrow_forward:", key=key, type="tertiary"):
        there.go({"id": approval.record_id})


def _matter(visitor: Visitor, asked: Asked) -> None:
    """What the word is about, as far as the visitor may see it."""
    entity = visitor.entity(asked.approval.entity)
    seen = set(asked.approval.seen) & set(entity.fields) - visitor.secret(entity)
    for field in (each for each in entity.own_fields if each.name in seen):
        value = loaded(field, asked.approval.seen[field.name])
        if value is not None and not references_of(field, value):
            shown = field.type.show(value, visitor.showing())
            st.markdown(f"{plain(visitor.field_label(field))}: **{plain(shown)}**")


def _lines(visitor: Visitor, asked: Asked, names: Names) -> Iterable[str]:
    approval = asked.approval
    if asked.levels > 1:
        level = label_text(asked.level_label, visitor.language) if asked.level_label else ""
        step = _say(visitor, "level", number=approval.level + 1, of=asked.levels)
        yield f":gray[{step}{': ' + plain(level) if level else ''}]"
    who = [_say(visitor, "waits_for", people=_people(names, sorted(asked.waits_for)))]
    if approval.requested_by:
        who.insert(0, _say(visitor, "by", person=_people(names, [approval.requested_by])))
    yield f":gray[{' · '.join(who)}]"
    if asked.for_others:
        yield f":material/person_off: {_say(visitor, 'for_others', people=_people(names, asked.for_others))}"


def _decision(visitor: Visitor, decision: Decision, names: Names) -> str:
    words = plain(sentence(visitor, decision, names))
    comment = f" “{plain(decision.comment)}”" if decision.comment else ""
    return f":{COLORS[decision.verdict]}[{words}]{comment}"


def _buttons(visitor: Visitor, asked: Asked) -> None:
    approval = asked.approval
    if not (asked.may_decide or asked.may_withdraw):
        return
    if asked.may_decide:
        st.text_input(
            _say(visitor, "comment"),
            key=_comment(asked),
            placeholder=_say(visitor, "comment"),
            label_visibility="collapsed",
            max_chars=1000,
        )
    if failed := st.session_state.get(_FAILED, {}).get(approval.id):
        st.error(plain(failed), icon=":material/error:")
    with st.container(horizontal=True):
        if asked.may_decide:
            _button(visitor, asked, "approved", ":material/check:", primary=True)
            _button(visitor, asked, "rejected", ":material/close:")
        if asked.may_withdraw:
            _button(visitor, asked, "withdrawn", ":material/undo:")


def _button(visitor: Visitor, asked: Asked, verdict: Verdict, icon: str, *, primary: bool = False) -> None:
    st.button(
        _say(visitor, f"do_{verdict}"),
        icon=icon,
        type="primary" if primary else "secondary",
        key=f"approval-{verdict}-{asked.approval.id}",
        on_click=_decide,
        args=(visitor, asked, verdict),
    )


def _decide(visitor: Visitor, asked: Asked, verdict: Verdict) -> None:
    """What could not be taken is told on the card, and the comment stays."""
    approval = asked.approval
    failed: dict[str, str] = st.session_state.setdefault(_FAILED, {})
    failed.pop(approval.id, None)
    comment = st.session_state.get(_comment(asked))
    try:
        visitor.crm.approvals.decide(visitor.actor, approval.id, approval.level, verdict, comment)
    except RelasiError as error:
        failed[approval.id] = error.text(visitor.language)
        st.toast(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(_say(visitor, f"done_{verdict}"), icon=":material/check:")


def _comment(asked: Asked) -> str:
    return f"approval-comment-{asked.approval.id}.{asked.approval.level}"


def _names(visitor: Visitor, found: Sequence[Asked]) -> Names:
    """The titles of the records and the names of the people that the approvals tell of."""
    references = {(each.approval.entity, each.approval.record_id) for each in found}
    for each in found:
        people = {*each.waits_for, *each.for_others, each.approval.requested_by}
        for decision in each.decisions:
            people |= {decision.user_id, decision.on_behalf_of}
        references |= {("user", key) for key in people if key}
    return visitor.crm.records.titles(visitor.actor, references)


def _people(names: Names, keys: Iterable[str]) -> str:
    return plain(named(names, keys))


def _say(visitor: Visitor, key: str, **params: object) -> str:
    return say(visitor.language, f"approvals.{key}", **params)
