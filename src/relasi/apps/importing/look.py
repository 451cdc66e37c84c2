"""The third step: what the rows would become. The first are done as in earnest and taken back, so that they
are seen at once; a longer file is tried as a whole on a copy of the data."""

from __future__ import annotations

import streamlit as st

from relasi.apps import components
from relasi.apps.importing.findings import Findings
from relasi.apps.importing.outcomes import offer_refused, show_groups
from relasi.apps.importing.rows import rows_data
from relasi.apps.importing.trying import Trial
from relasi.apps.importing.wizard import Look, Stage, Wizard
from relasi.apps.importing.words import badges, moment, told
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.errors import RelasiError
from relasi.importing.preview import preview
from relasi.importing.report import Action
from relasi.store.imports import ImportJob

SHOWN = 20
AT_ONCE = 100
"""Rows that are tried together: while they are, nobody else writes."""
_EVERY = 1.0
"""Seconds between two looks at how far a trial is."""


def preview_step(here: Here, wizard: Wizard) -> None:
    visitor = here.visitor

    def back() -> None:
        wizard.forget_look()
        wizard.stage = Stage.COLUMNS

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/draft: **{plain(wizard.file.file.name)}**", width="content")
        label = told(visitor, "back")
        key = here.key("import_columns")
        st.button(label, type="tertiary", icon=":material/arrow_back:", key=key, on_click=back)
    if wizard.look is None:
        try:
            with st.spinner(""):
                wizard.look_at(_looked(here, wizard))
        except RelasiError as failure:
            st.error(plain(failure.text(visitor.language)), icon=":material/error:")
            return
        st.rerun()
    _show(here, wizard, wizard.look)
    _ask(here, wizard, wizard.look)
    _show_rows(here, wizard, wizard.look)


def _looked(here: Here, wizard: Wizard) -> Look:
    """Raises RelasiError."""
    visitor, crm = here.visitor, here.visitor.crm
    wanted, actor = wizard.prepare(visitor), wizard.actor(visitor)
    look = Look(preview(crm.records, actor, wanted, AT_ONCE), sum(1 for _ in wanted.table.rows()), Findings())
    for each in look.rows:
        look.findings.note(each.outcome)
    if look.total > AT_ONCE:
        look.trial = Trial()
        look.trial.start(crm, actor, wanted, again=_is_done(wizard.job(visitor)))
    return look


def _show(here: Here, wizard: Wizard, look: Look) -> None:
    visitor, trial = here.visitor, look.trial
    if trial is not None and not trial.is_over:
        _show_trial(here, look, trial)
    else:
        if trial is not None and trial.refusal is not None:
            st.warning(plain(trial.refusal.text(visitor.language)), icon=":material/error:")
        sentence = "looked_part" if look.tried < look.total else "looked_all"
        total, tried = visitor.number(look.total), visitor.number(look.tried)
        st.markdown(told(visitor, sentence, count=tried, total=total))
        st.markdown(badges(visitor, look.known.counts))
        show_groups(here, wizard, look.known)
        if look.known.refused:
            offer_refused(here, wizard, look.known.refused, "import_would_refuse")


def _show_rows(here: Here, wizard: Wizard, look: Look) -> None:
    visitor = here.visitor
    st.markdown(f"**{told(visitor, 'first_rows', count=visitor.number(min(SHOWN, len(look.rows))))}**")
    data = rows_data(here, wizard, look.rows[:SHOWN])
    components.table(data, key=here.key("import_rows"), on_open=here.open)


@st.fragment(run_every=_EVERY)
def _show_trial(here: Here, look: Look, trial: Trial) -> None:
    """How far it is; once it is over, the page tells what it has found."""
    if trial.is_over:
        st.rerun()
    visitor = here.visitor
    done, count = visitor.number(trial.done), visitor.number(look.total)
    sentence = told(visitor, "looking", done=done, count=count) if trial.done else told(visitor, "copying")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(trial.done / look.total, sentence)
        st.button(
            told(visitor, "stop"),
            icon=":material/stop_circle:",
            key=here.key("import_trial_stop"),
            on_click=trial.stop,
        )
    st.markdown(badges(visitor, look.known.counts))


def _ask(here: Here, wizard: Wizard, look: Look) -> None:
    """What is to be done, once it is known whether it was begun or done before."""
    visitor, job = here.visitor, wizard.job(here.visitor)
    label, again = told(visitor, "do"), _is_done(job)
    if job is not None and job.finished is not None and again:
        st.warning(
            told(visitor, "done_before", when=moment(visitor, job.finished)), icon=":material/history:"
        )
        label = told(visitor, "do_again")
    elif job is not None and job.taken_back is None and job.next_row:
        done, count = visitor.number(job.next_row), visitor.number(job.total)
        st.info(told(visitor, "going_on", done=done, count=count), icon=":material/resume:")
        label = told(visitor, "go_on")
    st.button(
        label,
        type="primary",
        icon=":material/upload:",
        key=here.key("import_do"),
        disabled=look.tried == look.total == look.known.counts[Action.REFUSED.value],
        on_click=lambda: wizard.begin(again=again),
    )


def _is_done(job: ImportJob | None) -> bool:
    """Whether this very file was imported before, and not taken back."""
    return job is not None and job.taken_back is None and job.finished is not None
