"""Rules that people begin by a button on the page of a record. One that needs something asks for it first."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.asking import Question, ask
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError
from relasi.records import FormState, Record
from relasi.schema.fields.base import Value
from relasi.schema.model import Button, Workflow


def rule_buttons(here: Here, record: Record, names: Collection[str] | None = None) -> None:
    """Those of the rules called so, all if nothing is said."""
    visitor = here.visitor
    for workflow in visitor.crm.workflows.buttons(visitor.actor, record):
        if names is not None and workflow.name not in names:
            continue
        button = workflow.button
        assert button is not None
        label = visitor.label(button.label)
        if not st.button(label, icon=":material/bolt:", key=here.key("rule", workflow.name)):
            continue
        if button.needs or button.confirm:
            ask(visitor, record, _question(visitor, record, workflow, button))
            continue
        try:
            _press(visitor, record, workflow, {})
        except RelasiError as error:
            st.toast(plain(error.text(visitor.language)), icon=":material/error:", duration="long")
        else:
            st.rerun()


def _press(visitor: Visitor, record: Record, workflow: Workflow, values: dict[str, Value]) -> None:
    """Raises RelasiError where the rule cannot begin; that it failed on the way is told."""
    trace = visitor.crm.workflows.press(visitor.actor, workflow.name, record.id, record.version, values)
    if trace.error:
        st.toast(plain(trace.error[visitor.language]), icon=":material/error:", duration="long")
    else:
        told = {"waiting": "pressed_waiting", "already_ran": "why_already_ran"}
        st.toast(visitor.say(told.get(trace.outcome, "pressed_ran")), icon=":material/check:")


def _question(visitor: Visitor, record: Record, workflow: Workflow, button: Button) -> Question:
    def state(values: dict[str, Value]) -> FormState:
        return visitor.crm.records.form_state(visitor.actor, record.entity, values, record=record)

    return Question(
        key=f"rule.{record.id}.{workflow.name}",
        label=visitor.label(button.label),
        warning=visitor.label(button.confirm) if button.confirm else "",
        asked=frozenset(button.needs),
        needs=frozenset(button.needs),
        state=state,
        do=partial(_press, visitor, record, workflow),
    )
