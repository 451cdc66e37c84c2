"""Rules that people begin by a button on the page of a record. One that needs something asks for it first."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from relasi.apps.draft import Draft
from relasi.apps.form import draw_row, values_of
from relasi.apps.markdown import plain
from relasi.apps.opening import open_draft
from relasi.apps.places import Here
from relasi.apps.saving import missing, tell
from relasi.apps.visitor import Visitor
from relasi.errors import Invalid, RelasiError
from relasi.records import Record
from relasi.schema.fields.base import Value
from relasi.schema.model import Button, Workflow


def rule_buttons(here: Here, record: Record) -> None:
    visitor = here.visitor
    for workflow in visitor.crm.workflows.buttons(visitor.actor, record):
        button = workflow.button
        assert button is not None
        label = visitor.label(button.label)
        if not st.button(label, icon=":material/bolt:", key=here.key("rule", workflow.name)):
            continue
        if button.needs or button.confirm:
            _ask(visitor, record, workflow, button)
        else:
            try:
                _press(visitor, record, workflow, {})
            except RelasiError as error:
                st.toast(plain(error.text(visitor.language)), icon=":material/error:", duration="long")


def _press(
    visitor: Visitor, record: Record, workflow: Workflow, values: dict[str, Value], draft: Draft | None = None
) -> None:
    """Raises RelasiError where the rule cannot begin; that it failed on the way is told."""
    trace = visitor.crm.workflows.press(visitor.actor, workflow.name, record.id, record.version, values)
    if trace.error:
        st.toast(plain(trace.error[visitor.language]), icon=":material/error:", duration="long")
    else:
        told = {"waiting": "pressed_waiting", "already_ran": "why_already_ran"}
        st.toast(visitor.say(told.get(trace.outcome, "pressed_ran")), icon=":material/check:")
    if draft is not None:
        draft.close()
    st.rerun()


def _ask(visitor: Visitor, record: Record, workflow: Workflow, button: Button) -> None:
    entity = visitor.entity(record.entity)
    key = f"rule.{record.id}.{workflow.name}"

    @st.dialog(visitor.label(button.label), width="medium")
    def ask() -> None:
        draft = open_draft(visitor, key, entity, record)
        for issue in draft.issues.get(None, ()):
            st.error(plain(issue), icon=":material/error:")
        if button.confirm:
            st.write(plain(visitor.label(button.confirm)))
        state = visitor.crm.records.form_state(
            visitor.actor, entity.name, values_of(visitor, draft), record=record
        )
        names = [name for name in entity.fields if name in {*button.needs, *draft.issues}]
        for name in names:
            draw_row(visitor, draft, [name], replace(state, required=state.required | set(button.needs)))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(visitor.say("cancel"), key=f"{key}.no"):
                draft.close()
                st.rerun()
            sure = st.button(
                visitor.label(button.label), type="primary", key=f"{key}.yes", shortcut="Ctrl+Enter"
            )
        if sure:
            _made(visitor, record, workflow, draft, names)

    ask()


def _made(visitor: Visitor, record: Record, workflow: Workflow, draft: Draft, names: list[str]) -> None:
    """Begins the rule with what was entered; else the draft says what is wrong, and the dialog stays."""
    values, wrong = draft.values(visitor, names)
    draft.issues = {}
    state = visitor.crm.records.form_state(visitor.actor, record.entity, values, record=record)
    wrong = wrong | missing(visitor, replace(state, required=frozenset(names)), values)
    if wrong:
        draft.issues = {name: [text] for name, text in wrong.items()}
        st.rerun(scope="fragment")
    try:
        _press(visitor, record, workflow, values, draft)
    except Invalid as error:
        tell(visitor, draft, error)
        st.rerun(scope="fragment")
    except RelasiError as error:
        draft.issues[None] = [error.text(visitor.language)]
        st.rerun(scope="fragment")
