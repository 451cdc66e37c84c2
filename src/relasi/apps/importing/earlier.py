"""The imports of an entity so far, each with its way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

import streamlit as st

from relasi.apps.importing.words import badges, moment, reasons, told, unlinked
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.errors import RelasiError
from relasi.importing.jobs import history
from relasi.importing.report import Reason
from relasi.importing.run import Watch
from relasi.importing.undoing import Place, TakenBack, Undone, undo
from relasi.records import Source
from relasi.store.imports import ImportJob

_TOLD = 20
_COLORS = {
    TakenBack.DELETED: "gray",
    TakenBack.RESTORED: "blue",
    TakenBack.PARTLY: "orange",
    TakenBack.GONE: "gray",
    TakenBack.KEPT: "red",
}


def earlier_imports(here: Here) -> None:
    """What was imported, newest first; while one of them is taken back, how far that is."""
    visitor = here.visitor
    if here.key("import_undo") in st.session_state:
        _take_back(here, st.session_state[here.key("import_undo")])
    _show_undone(here)
    jobs = history(visitor.crm.records, visitor.actor, here.entity.name)
    if not jobs:
        return
    st.subheader(told(visitor, "earlier"))
    names = {user.id: user.full_name for user in visitor.people}
    for job in jobs:
        with st.container(border=True, key=f"import-job-{job.key}", gap="xsmall"):
            _show_job(here, job, names.get(job.user_id or "", told(visitor, "by_nobody")))


def _show_job(here: Here, job: ImportJob, who: str) -> None:
    visitor = here.visitor
    with st.container(horizontal=True, vertical_alignment="center"):
        about = plain(f"{moment(visitor, job.started)} · {who}")
        st.markdown(f"**{plain(job.file_name)}** :gray[{about}]", width="stretch")
        left = job.undone is None or (job.taken_back or {}).get(TakenBack.KEPT.value)
        label, key = told(visitor, "undo_rest" if job.undone else "undo"), f"import-undo-{job.key}"
        if left and st.button(label, icon=":material/undo:", type="tertiary", key=key):
            _ask_undo(here, job)
    told_more = []
    if job.finished is None:
        count = visitor.number(job.total)
        told_more.append(told(visitor, "unfinished", done=visitor.number(job.next_row), count=count))
    if job.undone is not None:
        told_more.append(told(visitor, "undone"))
    state = "".join(f" :orange-badge[{plain(each)}]" for each in told_more)
    st.markdown(badges(visitor, job.counts) + state)


def _ask_undo(here: Here, job: ImportJob) -> None:
    visitor = here.visitor

    @st.dialog(told(visitor, "undo_title"), icon=":material/undo:")
    def dialog() -> None:
        st.markdown(f"**{plain(job.file_name)}**")
        st.write(told(visitor, "undo_lead"))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(told(visitor, "cancel"), key=here.key("import_undo_no")):
                st.rerun()
            if st.button(told(visitor, "undo_do"), type="primary", key=here.key("import_undo_yes")):
                st.session_state[here.key("import_undo")] = job.key
                st.session_state.pop(here.key("import_undone"), None)
                st.rerun()

    dialog()


def _take_back(here: Here, key: str) -> None:
    """Batch by batch. A click ends the run of the script between two of them; asked again, it goes on."""
    visitor = here.visitor
    bar = st.progress(0.0, told(visitor, "undoing"))
    st.button(
        told(visitor, "stop"),
        icon=":material/stop_circle:",
        key=here.key("import_undo_stop"),
        on_click=lambda: st.session_state.pop(here.key("import_undo"), None),
    )

    def progress(done: int, total: int) -> None:
        bar.progress(min(done / max(total, 1), 1.0), told(visitor, "undoing"))

    crm, actor = visitor.crm, visitor.crm.actor(visitor.user, Source.IMPORT)
    undone: Undone | str
    try:
        undone = undo(crm.records, actor, key, crm.clock, watch=Watch(progress=progress))
    except RelasiError as failure:
        undone = failure.text(visitor.language)
    st.session_state.pop(here.key("import_undo"), None)
    st.session_state[here.key("import_undone")] = undone
    st.rerun()


def _show_undone(here: Here) -> None:
    """What became of the records of the import that was taken back last."""
    visitor, key = here.visitor, here.key("import_undone")
    undone: Undone | str | None = st.session_state.get(key)
    if undone is None:
        return
    with st.container(border=True, key="import-undone"):
        if isinstance(undone, str):
            st.markdown(f":material/error: {plain(undone)}")
        else:
            st.markdown(f":material/undo: **{told(visitor, 'undo_done')}**")
            found = [(fate, undone.counts[fate.value]) for fate in TakenBack if undone.counts.get(fate.value)]
            st.markdown(
                " ".join(
                    f":{_COLORS[fate]}-badge[{plain(told(visitor, fate.value))}: {visitor.number(count)}]"
                    for fate, count in found
                )
            )
            _show_kept(here, {**undone.kept, **undone.partly})
        st.button(
            visitor.say("bulk_close"),
            icon=":material/close:",
            type="tertiary",
            key=here.key("import_undone_close"),
            on_click=lambda: st.session_state.pop(key, None),
        )


def _show_kept(here: Here, kept: Mapping[Place, Sequence[Reason]]) -> None:
    """The first of the records that stay as they are, or partly, and why."""
    visitor, first = here.visitor, dict(islice(kept.items(), _TOLD))
    titles = visitor.crm.records.titles(visitor.actor, first) if first else {}
    lines = [
        f"- **{plain(titles.get(place) or visitor.say('hidden_record'))}**: "
        f"{unlinked(reasons(visitor, visitor.entity(place[0]), why))}"
        for place, why in first.items()
    ]
    if lines:
        st.markdown("\n".join(lines))
    if len(kept) > _TOLD:
        st.caption(told(visitor, "refused_more", count=visitor.number(len(kept) - _TOLD)))
