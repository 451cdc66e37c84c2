"""One run, for administrators: what it did and why, where it stands, and the way on when it failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
import yaml

from relasi.apps import components
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.apps.words.automation import outcome, rule_name, told, waits_for
from relasi.apps.words.moments import exactly
from relasi.apps.words.reasons import people_in, why
from relasi.errors import NotFound, RelasiError
from relasi.schema.labels import label_of
from relasi.schema.labels import text as label_text
from relasi.store.runs import Run
from relasi.workflows.oversight import Seen

RUN = "run"


def run_page(here: Here, key: str) -> None:
    visitor = here.visitor
    if st.button(told(visitor, "back"), icon=":material/arrow_back:", type="tertiary", key="run-back"):
        del st.query_params[RUN]
        st.rerun()
    try:
        seen, document = visitor.crm.oversight.get(visitor.actor, key)
    except NotFound:
        with st.container(key="empty", horizontal_alignment="center"):
            st.markdown(f"**{told(visitor, 'unknown')}**", width="content")
            st.markdown(f":gray[{told(visitor, 'unknown_more')}]", width="content")
        return
    here = here.at(seen.trace.entity) or here
    display = Display.with_titles(here, _references(visitor, seen))
    _heading(visitor, seen, display, _name(visitor, seen, document))
    _record(here, seen, display)
    _now(visitor, seen)
    if seen.run is not None:
        _ways_on(visitor, seen.run)
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.subheader(told(visitor, "did"))
        _story(here, seen, display)
    with right:
        if seen.run is not None:
            _written(visitor, seen.run, document)
        st.caption(told(visitor, "more"))
        st.code(f"relasi explain run {seen.trace.id}", language="sh")


def _references(visitor: Visitor, seen: Seen) -> set[tuple[str, str]]:
    found = set(people_in(seen.trace))
    if seen.trace.entity in visitor.crm.model.entities:
        found.add((seen.trace.entity, seen.trace.record_id))
    if seen.run is not None and seen.run.actor.get("user"):
        found.add(("user", seen.run.actor["user"]))
    return found


def _name(visitor: Visitor, seen: Seen, document: Any) -> str:  # Any: plain YAML
    """The label of the rule, from the definition of the run where the rule is no longer there."""
    written = document.get("label") if isinstance(document, dict) else None
    if seen.trace.workflow in visitor.crm.model.workflows or not written:
        return rule_name(visitor, seen.trace.workflow)
    return visitor.label(label_of(written, seen.trace.workflow, visitor.crm.model.settings.languages))


def _heading(visitor: Visitor, seen: Seen, display: Display, name: str) -> None:
    trace, run = seen.trace, seen.run
    badge = outcome(visitor, trace.outcome)
    color: Any = badge["color"]  # Any: one of the colors that Streamlit has
    with st.container(horizontal=True, vertical_alignment="center", key="heading"):
        st.header(plain(name), width="content")
        st.badge(badge["text"], color=color)
    when = exactly(trace.at, visitor.showing())
    who = display.titles.get(("user", run.actor.get("user") or "")) if run else None
    words = told(visitor, "begun_by", when=when, who=who) if who else told(visitor, "begun", when=when)
    if run is not None and run.attempts:
        words += f" · {told(visitor, 'attempts', count=run.attempts)}"
    st.caption(plain(words))


def _record(here: Here, seen: Seen, display: Display) -> None:
    trace = seen.trace
    if not trace.entity:
        return
    title, there = display.titles.get((trace.entity, trace.record_id)), here.at(trace.entity)
    if title is None or there is None:
        st.markdown(f":gray[{told(here.visitor, 'record_gone')}]")
        return
    label = f"{plain(title or here.visitor.say('untitled'))}"
    if st.button(label, icon=":material/arrow_forward:", key="run-record", type="tertiary"):
        there.go({"id": trace.record_id})


def _now(visitor: Visitor, seen: Seen) -> None:
    """What is the matter with it."""
    if seen.trace.error:
        st.error(plain(label_text(seen.trace.error, visitor.language)), icon=":material/error:")
    elif seen.run is not None:
        st.info(plain(waits_for(visitor, seen)), icon=":material/hourglass_top:")
    known = visitor.crm.model.workflows.get(seen.trace.workflow)
    if known is None or known.version != seen.trace.workflow_version:
        st.caption(told(visitor, "older" if known else "gone"))


def _ways_on(visitor: Visitor, run: Run) -> None:
    """Both ways are kept in the history, with who took them and the comment."""
    workflows = visitor.crm.workflows
    comment = st.text_input(
        told(visitor, "comment"),
        placeholder=told(visitor, "comment"),
        label_visibility="collapsed",
        max_chars=1000,
        width=420,
        key=f"run-comment-{run.id}.{run.attempts}",
    )
    with st.container(horizontal=True):
        if run.status == "failed" and st.button(
            told(visitor, "retry"), type="primary", icon=":material/refresh:", key="run-retry"
        ):
            _done(visitor, "retried", lambda: workflows.retry(run.id, visitor.actor, comment or ""))
        if _may_begin_anew(visitor, run) and st.button(
            told(visitor, "begin_anew"), icon=":material/restart_alt:", key="run-anew"
        ):
            _done(visitor, "begun_anew", lambda: workflows.begin_anew(run.id, visitor.actor, comment or ""))
        if st.button(told(visitor, "drop"), icon=":material/block:", key="run-drop"):
            _done(visitor, "dropped", lambda: workflows.cancel(run.id, visitor.actor, comment or ""))


def _may_begin_anew(visitor: Visitor, run: Run) -> bool:
    """Where the rule is another one by now. What never got past its beginning takes that one in any case."""
    known = visitor.crm.model.workflows.get(run.workflow)
    is_other = known is not None and known.version != run.version
    return run.status == "failed" and is_other and run.outer_id is None and run.waiting_for != "start"


def _done(visitor: Visitor, key: str, act: Callable[[], None]) -> None:
    """What somebody else has done meanwhile stays as it is."""
    try:
        act()
    except RelasiError as error:
        st.toast(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(told(visitor, key), icon=":material/check:")
    st.rerun()


def _story(here: Here, seen: Seen, display: Display) -> None:
    visitor, trace = here.visitor, seen.trace
    reasons = why(visitor, display, trace)
    entry = {
        "kind": "rule",
        "tone": "bad" if trace.error else "",
        "icon": "bolt",
        "title": visitor.label(visitor.entity(trace.entity).label)
        if trace.entity in visitor.crm.model.entities
        else rule_name(visitor, trace.workflow),
        "when": exactly(trace.at, display.showing),
        "exactly": "",
        "why": reasons and reasons | {"open": True},
    }
    words = {"filter": visitor.say("history_filter"), "nothing": visitor.say("history_nothing")}
    components.timeline(
        {"choices": [], "entries": [entry], "words": words}, key=f"run-story-{trace.id}", on_open=here.open
    )


def _written(visitor: Visitor, run: Run, document: Any) -> None:  # Any: plain YAML
    """The step at which the run stands, as its author wrote it."""
    path = run.failed_at or run.position
    step = _at(document, path)
    if step is not None:
        st.subheader(told(visitor, "failed_at" if run.status == "failed" else "stands_at"))
        st.caption(f"{run.workflow} · {path}")
        st.code(yaml.safe_dump(step, allow_unicode=True, sort_keys=False), language="yaml")


def _at(document: Any, path: str) -> Any:  # Any: plain YAML
    """A part of a definition; None where there is none."""
    found = document
    for part in path.split("."):
        if isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        elif isinstance(found, dict) and part in found:
            found = found[part]
        else:
            return None
    return found
