"""The last step: the import on its way, batch by batch, and what has become of the rows."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from relasi.apps.importing.outcomes import offer_refused, show_groups
from relasi.apps.importing.routes import forget
from relasi.apps.importing.wizard import Wizard
from relasi.apps.importing.words import badges, told
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.errors import RelasiError
from relasi.importing.report import Action
from relasi.importing.run import Importer, Watch
from relasi.reports.liststate import WHERE
from relasi.store.imports import ImportJob


def import_step(here: Here, wizard: Wizard) -> None:
    with wizard.lock:
        if wizard.is_running:
            _run(here, wizard)
        else:
            _report(here, wizard)


def _run(here: Here, wizard: Wizard) -> None:
    """One batch after the other. A click ends the run of the script between two of them, never inside one."""
    visitor = here.visitor
    bar = st.progress(0.0, told(visitor, "running", done=0, count="…"))
    st.button(
        told(visitor, "stop"),
        icon=":material/stop_circle:",
        key=here.key("import_stop"),
        on_click=wizard.stop,
    )

    def progress(done: int, total: int) -> None:
        wizard.again = False
        count = visitor.number(total)
        bar.progress(done / max(total, 1), told(visitor, "running", done=visitor.number(done), count=count))

    assert wizard.wanted is not None
    importer = Importer(visitor.crm.records, wizard.actor(visitor), visitor.crm.clock)
    try:
        importer.run(wizard.wanted, again=wizard.again, watch=Watch(wizard.findings.note, progress))
    except RelasiError as failure:
        wizard.broken = failure.text(visitor.language)
    else:
        forget(visitor, wizard.file)
    wizard.is_running = False
    st.rerun()


def _report(here: Here, wizard: Wizard) -> None:
    visitor = here.visitor
    job = wizard.job(visitor)
    with st.container(border=True, key="import-report"):
        if wizard.broken:
            st.markdown(f":material/error: {plain(told(visitor, 'broken', reason=wizard.broken))}")
        elif job is not None and job.finished:
            st.markdown(f":material/check_circle: **{told(visitor, 'finished')}**")
        else:
            st.markdown(f":material/stop_circle: {told(visitor, 'stopped')}")
        if job is not None:
            st.markdown(badges(visitor, job.counts))
        with st.container(horizontal=True, vertical_alignment="center"):
            _ways_on(here, wizard, job)
        show_groups(here, wizard, wizard.findings)


def _ways_on(here: Here, wizard: Wizard, job: ImportJob | None) -> None:
    visitor = here.visitor
    if job is None or not job.finished:
        st.button(
            told(visitor, "go_on"),
            type="primary",
            icon=":material/play_arrow:",
            key=here.key("import_go_on"),
            on_click=wizard.begin,
        )
    elif job.counts.get(Action.CREATED.value):
        label = told(visitor, "show_created")
        if st.button(label, type="primary", icon=":material/list:", key=here.key("import_created")):
            here.go({WHERE: created_by(here, job)})
    if wizard.findings.refused:
        offer_refused(here, wizard, wizard.findings.refused, "import_refused")
    label = told(visitor, "other_file")
    if st.button(label, type="tertiary", icon=":material/upload_file:", key=here.key("import_next")):
        here.go({"import": "1"})


def created_by(here: Here, job: ImportJob) -> str:
    """The condition of what was made while the import ran, by who ran it."""
    zone = here.visitor.crm.model.settings.zone
    begun, ended = (
        f"{each.astimezone(zone):%Y-%m-%d %H:%M:%S}" if each else ""
        for each in (job.started, job.finished and job.finished + timedelta(seconds=1))
    )
    made = f'created_by = user and created_at >= "{begun}"'
    return f'{made} and created_at < "{ended}"' if ended else made
