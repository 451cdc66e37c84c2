"""The dialog that asks for what is missing of a record before something is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import streamlit as st

from relasi.apps.draft import Draft
from relasi.apps.form import draw_row, values_of
from relasi.apps.markdown import plain
from relasi.apps.opening import open_draft
from relasi.apps.saving import missing, tell
from relasi.apps.visitor import Visitor
from relasi.errors import Invalid, RelasiError
from relasi.records import FormState, Record
from relasi.schema.fields.base import Value


@dataclass(frozen=True, slots=True)
class Question:
    """`asked` are the fields to show, `needs` those of them that must be filled in any case; `state` is what
    the form is like with values, and `do` raises RelasiError where it cannot be done."""

    key: str
    label: str
    warning: str
    asked: frozenset[str]
    needs: frozenset[str]
    state: Callable[[dict[str, Value]], FormState]
    do: Callable[[dict[str, Value]], None]


def ask(visitor: Visitor, record: Record, question: Question) -> None:
    entity = visitor.entity(record.entity)

    @st.dialog(question.label, width="medium")
    def dialog() -> None:
        draft = open_draft(visitor, question.key, entity, record)
        for issue in draft.issues.get(None, ()):
            st.error(plain(issue), icon=":material/error:")
        if question.warning:
            st.write(plain(question.warning))
        usual = question.state(values_of(visitor, draft))
        wanted = {*question.asked, *draft.issues} - usual.read_only
        names = [name for name in entity.fields if name in wanted]
        state = replace(usual, required=usual.required | question.needs)
        for name in names:
            draw_row(visitor, draft, [name], state)
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(visitor.say("cancel"), key=f"{question.key}.no"):
                draft.close()
                st.rerun()
            sure = st.button(question.label, type="primary", key=f"{question.key}.yes", shortcut="Ctrl+Enter")
        if sure:
            _answered(visitor, question, draft, names)

    dialog()


def _answered(visitor: Visitor, question: Question, draft: Draft, names: list[str]) -> None:
    """Does it with what was entered; else the draft says what is wrong, and the dialog stays."""
    values, wrong = draft.values(visitor, names)
    draft.issues = {}
    after = question.state(values)
    needed = replace(after, required=(after.required | question.needs) & set(names))
    wrong = wrong | missing(visitor, needed, values)
    if wrong:
        _stay(draft, wrong)
    try:
        question.do(values)
    except Invalid as error:
        tell(visitor, draft, error)
        st.rerun(scope="fragment")
    except RelasiError as error:
        _stay(draft, {None: error.text(visitor.language)})
    draft.close()
    st.rerun()


def _stay(draft: Draft, wrong: Mapping[str, str] | Mapping[None, str]) -> None:
    """Ends the run."""
    draft.issues = {name: [text] for name, text in wrong.items()}
    st.rerun(scope="fragment")
