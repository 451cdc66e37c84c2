"""On the page of a record: the runs in flight, and why each rule did or did not run."""

from __future__ import annotations

from typing import Any

import streamlit as st

from relasi.apps import components
from relasi.apps.markdown import plain
from relasi.apps.places import AUTOMATION, Here
from relasi.apps.screens.run import RUN
from relasi.apps.values import Display
from relasi.apps.words.automation import begins, outcome, rule_name, told, waits_for
from relasi.apps.words.moments import ago, exactly
from relasi.apps.words.reasons import answers, people_in, why
from relasi.records import Record
from relasi.workflows.oversight import Considered, Seen

Data = dict[str, Any]  # Any: what JSON can say


def runs_in_flight(here: Here, record: Record) -> None:
    """Approvals tell of themselves. Administrators get to the run."""
    visitor = here.visitor
    for seen in visitor.crm.oversight.on(visitor.actor, record):
        assert seen.run is not None
        if seen.run.waiting_for == "approval" and seen.run.status != "failed":
            continue
        with st.container(horizontal=True, vertical_alignment="center", key=f"flight-{seen.run.id}"):
            st.markdown(_flight(here, seen), width="content")
            if visitor.actor.everything and st.button(
                told(visitor, "automation"),
                icon=":material/arrow_forward:",
                type="tertiary",
                key=f"to-{seen.run.id}",
            ):
                st.switch_page(here.desks[AUTOMATION], query_params={RUN: seen.run.id})


def _flight(here: Here, seen: Seen) -> str:
    visitor = here.visitor
    label = plain(rule_name(visitor, seen.trace.workflow))
    if seen.run is not None and seen.run.status == "failed":
        return f":red[:material/error:] **{label}** :red[{visitor.say('rule_failed')}]"
    return f":orange[:material/hourglass_top:] **{label}** · {plain(waits_for(visitor, seen))}"


def rules_button(here: Here, record: Record) -> None:
    visitor = here.visitor
    if not any(visitor.crm.model.rules_for(record.entity)):
        return
    label = told(visitor, "rules")
    if st.button(label, icon=":material/rule:", type="tertiary", key=here.key("rules")):
        _explain(here, record)


def _explain(here: Here, record: Record) -> None:
    visitor = here.visitor

    @st.dialog(told(visitor, "rules_title", title=plain(record.title)), width="large", icon=":material/rule:")
    def explain() -> None:
        st.caption(told(visitor, "rules_more"))
        components.timeline(rules_data(here, record), key=here.key("considered"), on_open=here.open)

    explain()


def rules_data(here: Here, record: Record) -> Data:
    """What the timeline component draws: one entry for each rule."""
    visitor = here.visitor
    found = visitor.crm.oversight.rules(visitor.actor, record)
    display = Display.with_titles(
        here, {ref for each in found if each.trace for ref in people_in(each.trace)}
    )
    words = {"filter": told(visitor, "rules"), "nothing": told(visitor, "rules_none")}
    return {"choices": [], "entries": [_entry(display, each) for each in found], "words": words}


def _entry(display: Display, considered: Considered) -> Data:
    visitor, trace = display.here.visitor, considered.trace
    entry: Data = {
        "kind": "rule",
        "tone": "",
        "icon": "bolt",
        "title": visitor.label(considered.workflow.label),
        "text": _text(display, considered),
    }
    if trace is None:
        badge = {"text": told(visitor, "never"), "color": "gray"}
        says = told(visitor, "never_more")
        return entry | {"badge": badge, "when": "", "exactly": "", "why": _never(display, considered, says)}
    return entry | {
        "badge": outcome(visitor, trace.outcome),
        "when": ago(trace.at, visitor.crm.clock(), display.showing),
        "exactly": exactly(trace.at, display.showing),
        "tone": "bad" if trace.error else "",
        "why": why(visitor, display, trace),
    }


def _text(display: Display, considered: Considered) -> str:
    """When the rule begins; of one on its way, what it waits for."""
    words, flight = begins(display, considered.workflow), considered.flight
    if flight is None or flight.run is None or flight.run.status == "failed":
        return words
    return f"{words}\n{waits_for(display.here.visitor, flight)}"


def _never(display: Display, considered: Considered, says: str) -> Data:
    """A rule that was never set off has no trace; what its condition answers now helps to see why."""
    visitor, now = display.here.visitor, considered.now
    if now is None:
        return {"summary": visitor.say("why"), "says": says, "tree": None, "steps": []}
    holds = told(visitor, "now_true" if now["value"] else "now_false")
    tree = answers(visitor, display, considered.workflow, now)
    return {"summary": visitor.say("why"), "says": f"{says} {holds}", "tree": tree, "steps": []}
