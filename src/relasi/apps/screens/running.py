"""What is being done with many records: how far it is, a way to stop it, and in the end what has become of
each, with a way back where there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from relasi.apps.lists.bulk import Deed, Job
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor

_TOLD = 100
"""Failures of which the reason is shown; more are counted."""


def run_job(here: Here, choose: Callable[[Sequence[str]], None]) -> None:
    """Goes on with what was begun on this list, or tells what has become of it; `choose` chooses rows."""
    key = here.key("job")
    job: Job | None = st.session_state.get(key)
    if job is None:
        return
    if job.waiting:
        _go_on(here.visitor, key, job)
    else:
        _told(here.visitor, key, job, choose)


@st.fragment
def _go_on(visitor: Visitor, key: str, job: Job) -> None:
    """Some records in each run of the fragment, so that the button to stop is heard in between."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}.running"):
        through = job.count - len(job.waiting)
        sentence = visitor.say("bulk_running", done=visitor.number(through), count=visitor.number(job.count))
        st.progress(through / max(job.count, 1), sentence)
        st.button(
            visitor.say("bulk_stop"), icon=":material/stop_circle:", key=f"{key}.stop", on_click=job.stop
        )
    job.step(visitor)
    st.rerun(scope="fragment" if job.waiting else "app")


def _told(visitor: Visitor, key: str, job: Job, choose: Callable[[Sequence[str]], None]) -> None:
    with st.container(border=True, key=f"{key}.told"):
        parts = {"done": job.done, "failed": len(job.failures), "stopped": job.stopped}
        sentences = [
            visitor.say(
                f"bulk_{part}_{job.action.deed.value}" if part == "done" else f"bulk_{part}", count=count
            )
            for part, count in ((each, visitor.number(number)) for each, number in parts.items())
            if parts[part] or part == "done"
        ]
        picture = ":material/error:" if job.failures else ":material/check_circle:"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{picture} {' '.join(map(plain, sentences))}", width="content")
            st.space("stretch")
            _ways_on(visitor, key, job, choose)
        if job.failures:
            lines = [
                f"- **{plain(each.title or visitor.say('hidden_record'))}**: {plain(each.reason)}"
                for each in job.failures[:_TOLD]
            ]
            st.markdown("\n".join(lines))
            if len(job.failures) > _TOLD:
                st.caption(visitor.say("bulk_more", count=visitor.number(len(job.failures) - _TOLD)))


def _ways_on(visitor: Visitor, key: str, job: Job, choose: Callable[[Sequence[str]], None]) -> None:
    def begin(next_: Job | None) -> None:
        st.session_state[key] = next_

    undo = job.undo()
    if undo is not None:
        label, help_ = visitor.say("bulk_undo"), visitor.say("bulk_undo_more")
        st.button(label, icon=":material/undo:", help=help_, key=f"{key}.undo", on_click=begin, args=(undo,))
    elif job.done and job.action.deed in (Deed.MOVE, Deed.DELETE):
        st.caption(visitor.say("bulk_no_undo"), width="content")
    if job.failures:
        ids = [each.id for each in job.failures]
        st.button(
            visitor.say("bulk_choose_failed"),
            type="tertiary",
            key=f"{key}.failed",
            on_click=choose,
            args=(ids,),
        )
    st.button(
        visitor.say("bulk_close"),
        icon=":material/close:",
        type="tertiary",
        key=f"{key}.close",
        on_click=begin,
        args=(None,),
    )
