"""The page of runs, for administrators: what failed, what waits and what is over, to be found and mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from relasi.apps import components
from relasi.apps.markdown import plain
from relasi.apps.places import AUTOMATION, OUTBOX, Here
from relasi.apps.screens.objections import all_objections
from relasi.apps.screens.outbox import COUNTED, undelivered
from relasi.apps.screens.run import RUN, run_page
from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.apps.words.automation import outcome, rule_name, told, waits_for
from relasi.apps.words.moments import ago
from relasi.schema.labels import text as label_text
from relasi.store.traces import Outcome
from relasi.workflows.oversight import Question, Seen, Stage

ROWS = 50
_STAGES: tuple[Stage, ...] = ("failed", "waiting", "ended")
_DAYS = (1, 7, 30)
_TRAIL = "runs.trail"


def failures(visitor: Visitor) -> int:
    """How many runs failed, as the menu says."""
    return visitor.crm.oversight.failures(visitor.actor, COUNTED)


def runs_page(here: Here) -> None:
    if key := st.query_params.get(RUN):
        run_page(here, key)
        return
    visitor = here.visitor
    tally = visitor.crm.oversight.tally(visitor.actor)
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {told(visitor, 'automation')}", width="content")
    question = _asked(visitor, tally)
    _undelivered(here)
    _unread(visitor)
    all_objections(here)
    trail = _trail(question)
    found = visitor.crm.oversight.list(visitor.actor, question, limit=ROWS + 1, after=trail[-1])
    page = found[:ROWS]
    if not page:
        _nothing(visitor, question)
        return
    if question.stage == "failed":
        _retry_all(visitor, question)
    components.table(
        _table(here, question.stage, page),
        key=f"runs.{question.stage}",
        on_open=lambda link: _open(here, link),
    )
    _pager(visitor, trail, page, is_last=len(found) <= ROWS)


def _asked(visitor: Visitor, tally: Mapping[Stage, int]) -> Question:
    """What is looked for: at first what failed, if anything has."""
    model = visitor.crm.model
    rules = {name: visitor.label(each.label) for name, each in model.workflows.items()}
    kinds = {name: visitor.label(model.entities[name].plural) for name in _with_rules(visitor)}
    with st.container(horizontal=True, vertical_alignment="center", key="runs-bar"):
        stage: Stage = st.pills(
            told(visitor, "stage"),
            _STAGES,
            default="failed" if tally["failed"] else "waiting",
            required=True,
            format_func=lambda each: _stage_label(visitor, each, tally),
            label_visibility="collapsed",
            key="runs-stage",
            persist_state="session",
        )
        st.space("stretch")
        workflow = _choice(visitor, "rule", rules, "any_rule")
        entity = _choice(visitor, "entity", kinds, "any_entity")
        days = _choice(visitor, "since", {each: told(visitor, f"since_{each}") for each in _DAYS}, "any_time")
    since = visitor.crm.clock() - timedelta(days=days) if days else None
    return Question(stage, workflow, entity, since and since.replace(minute=0, second=0, microsecond=0))


def _choice(visitor: Visitor, name: str, labels: Mapping[Any, str], nothing: str) -> Any:  # Any: the options'
    return st.selectbox(
        told(visitor, nothing),
        list(labels),
        index=None,
        format_func=lambda each: labels[each],
        placeholder=told(visitor, nothing),
        label_visibility="collapsed",
        width=210,
        key=f"runs-{name}",
        persist_state="session",
    )


def _with_rules(visitor: Visitor) -> list[str]:
    return list(dict.fromkeys(each.entity for each in visitor.crm.model.workflows.values() if each.entity))


def _stage_label(visitor: Visitor, stage: Stage, tally: Mapping[Stage, int]) -> str:
    number = f" {visitor.number(tally[stage])}" if tally.get(stage) else ""
    return told(visitor, f"stage_{stage}") + number


def _unread(visitor: Visitor) -> None:
    """Mailboxes that could not be read the last time."""
    crm = visitor.crm
    if not crm.model.mailboxes:
        return
    with crm.store.session(write=False) as session:
        looked = session.mailboxes.all()
    for name, mailbox in crm.model.mailboxes.items():
        note = looked[name].note if name in looked else None
        if note:
            label, reason = plain(visitor.label(mailbox.label)), plain(label_text(note, visitor.language))
            words = told(visitor, "unread", mailbox=label, reason=reason)
            st.markdown(f":red[:material/mark_email_unread:] {words}")


def _undelivered(here: Here) -> None:
    """What could not be delivered is dealt with in the outbox."""
    visitor = here.visitor
    if dead := undelivered(visitor):
        with st.container(horizontal=True, vertical_alignment="center", key="runs-undelivered"):
            st.markdown(
                f":red[:material/outbox:] {told(visitor, 'undelivered', count=visitor.number(dead))}",
                width="content",
            )
            label, icon = told(visitor, "to_outbox"), ":material/arrow_forward:"
            if st.button(label, icon=icon, type="tertiary", key="runs-outbox"):
                st.session_state["outbox-status"] = "dead"
                st.switch_page(here.desks[OUTBOX])


def _trail(question: Question) -> list[Seen | None]:
    """The last runs of the pages before this one; another question begins again at the first page."""
    kept: tuple[Question, list[Seen | None]] | None = st.session_state.get(_TRAIL)
    if kept is None or kept[0] != question:
        kept = (question, [None])
        st.session_state[_TRAIL] = kept
    return kept[1]


def _retry_all(visitor: Visitor, question: Question) -> None:
    def retry() -> None:
        count = visitor.crm.oversight.retry_all(visitor.actor, question)
        st.toast(told(visitor, "retried_all", count=visitor.number(count)), icon=":material/check:")

    st.button(told(visitor, "retry_all"), icon=":material/refresh:", on_click=retry, key="runs-retry-all")


def _table(here: Here, stage: Stage, page: Sequence[Seen]) -> dict[str, Any]:  # Any: what JSON can say
    """What the table component draws; a run opens with a click on its row."""
    visitor = here.visitor
    known = visitor.crm.model.entities
    references = {(each.trace.entity, each.trace.record_id) for each in page if each.trace.entity in known}
    display = Display.with_titles(here, references)
    last = {"failed": "error", "waiting": "waits", "ended": "state"}[stage]
    names = ("rule", "record", last, "began")
    leading = ("rule", "record", "error", "waits")  # on a phone each has a line of its own
    columns = [
        {"name": name, "label": told(visitor, name), "leading": name in leading, "short": name == "began"}
        for name in names
    ]
    rows = [
        {
            "link": {
                "entity": RUN,
                "id": seen.trace.id,
                "href": f"/{AUTOMATION}?{urlencode({RUN: seen.trace.id})}",
            },
            "cells": [
                {"text": rule_name(visitor, seen.trace.workflow)},
                _record(here, display, seen),
                _last(visitor, stage, seen),
                {"text": ago(seen.trace.at, visitor.crm.clock(), visitor.showing())},
            ],
        }
        for seen in page
    ]
    return {"label": told(visitor, "stage"), "untitled": "", "columns": columns, "rows": rows}


def _record(here: Here, display: Display, seen: Seen) -> dict[str, Any]:  # Any: what JSON can say
    trace = seen.trace
    title = display.titles.get((trace.entity, trace.record_id))
    if not trace.entity:
        return {"text": told(here.visitor, "no_record")}
    if title is None:
        return {"text": told(here.visitor, "record_gone")}
    return {"text": title or here.visitor.say("untitled"), "link": here.link(trace.entity, trace.record_id)}


def _last(visitor: Visitor, stage: Stage, seen: Seen) -> dict[str, Any]:  # Any: what JSON can say
    match stage:
        case "failed":
            return {"text": label_text(seen.trace.error or {}, visitor.language)}
        case "waiting":
            return {"text": waits_for(visitor, seen)}
    word: Outcome = seen.trace.outcome
    return {"text": "", "badges": [outcome(visitor, word)]}


def _open(here: Here, link: Mapping[str, str]) -> None:
    if link["entity"] == RUN:
        st.query_params[RUN] = link["id"]
    else:
        here.open(link)


def _pager(visitor: Visitor, trail: list[Seen | None], page: Sequence[Seen], *, is_last: bool) -> None:
    if is_last and len(trail) == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="runs-pager"):
        st.button(
            visitor.say("previous"),
            icon=":material/chevron_left:",
            disabled=len(trail) == 1,
            on_click=lambda: trail.__delitem__(-1),
            key="runs-previous",
        )
        first = (len(trail) - 1) * ROWS + 1
        st.markdown(
            f":gray[{visitor.number(first)} – {visitor.number(first + len(page) - 1)}]", width="content"
        )
        st.button(
            visitor.say("next"),
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=is_last,
            on_click=trail.append,
            args=(page[-1],),
            key="runs-next",
        )


def _nothing(visitor: Visitor, question: Question) -> None:
    narrowed = bool(question.workflow or question.entity or question.since)
    key = "none_narrowed" if narrowed else f"none_{question.stage}"
    picture = "search_off" if narrowed else "task_alt" if question.stage == "failed" else "bolt"
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"# :gray[:material/{picture}:]", width="content")
        st.markdown(f"**{plain(told(visitor, key))}**", width="content")
        st.markdown(f":gray[{plain(told(visitor, f'{key}_more'))}]", width="content")
