"""What one's drafts would do: the lines that change, the plan, what roles gain and lose; and doing it."""

from __future__ import annotations

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.site import here as site_here
from relasi.apps.studio.desk import told, workshop_of
from relasi.apps.studio.diff import show_difference
from relasi.apps.studio.editor import replaced
from relasi.apps.visitor import Visitor
from relasi.deploy.views import Line, lines
from relasi.diagnostics import Diagnostic
from relasi.errors import PlatformError, ProjectInvalid, Refused, RelasiError
from relasi.studio.publishing import Proposal, complete, propose, publish
from relasi.studio.reaching import told as gains
from relasi.studio.workshop import Workshop

_COLORS = {"+": "green", "-": "red", "~": "blue", "?": "orange", "!": "red", "=": "gray", " ": "gray"}
_SAID = "studio-said"


def changes_part(here: Here) -> None:
    visitor, workshop = here.visitor, workshop_of(here.visitor)
    _say_what_happened(visitor)
    proposal = propose(workshop)
    if not proposal.drafts and not proposal.is_due:
        st.markdown(f"**{told(visitor, 'nothing_to_apply')}**")
        st.markdown(f":gray[{told(visitor, 'nothing_to_apply_help')}]")
        return
    _apply_bar(visitor, workshop, proposal)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(f"##### {told(visitor, 'files_changed')}")
        _files(visitor, workshop, proposal)
    with right:
        _meaning(visitor, proposal)


def _files(visitor: Visitor, workshop: Workshop, proposal: Proposal) -> None:
    if not proposal.drafts:
        st.markdown(told(visitor, "changed_on_disk"))
    for draft in proposal.drafts:
        with st.container(border=True, key=f"studio-draft-{draft.file}"):
            st.markdown(f"**{plain(draft.file)}**")
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    told(visitor, "open"),
                    icon=":material/edit:",
                    type="tertiary",
                    key=f"open-{draft.file}",
                    on_click=lambda file=draft.file: st.query_params.from_dict({"file": file}),
                )
                st.button(
                    told(visitor, "drop"),
                    icon=":material/undo:",
                    type="tertiary",
                    key=f"drop-{draft.file}",
                    on_click=lambda file=draft.file: _dropped(workshop, file),
                )
            show_difference(visitor, draft.base, draft.text, key=draft.file)


def _dropped(workshop: Workshop, file: str) -> None:
    workshop.drop(file)
    replaced()


def _meaning(visitor: Visitor, proposal: Proposal) -> None:
    """What it means for the data and for people, or what is wrong."""
    found = list(proposal.checked.diagnostics)
    if proposal.plan is None or proposal.checked.model is None:
        st.markdown(f"##### {told(visitor, 'mistakes')}")
        st.markdown(told(visitor, "mistakes_help"))
        _mistakes(found)
        return
    st.markdown(f"##### {told(visitor, 'for_data')}")
    _lines(lines(proposal.plan, visitor.language))
    people = gains(proposal.checked.model, proposal.reaches, visitor.language)
    if people:
        st.markdown(f"##### {told(visitor, 'for_people')}")
        _lines(people)
    st.markdown(f"##### {told(visitor, 'taking_back')}")
    days = proposal.checked.model.settings.keep_removed.days
    st.markdown(told(visitor, "taking_back_help", days=days))
    if proposal.for_good:
        st.markdown(told(visitor, "for_good", places=plain(", ".join(proposal.for_good))))
    if found:
        st.markdown(f"##### {told(visitor, 'warnings')}")
        _mistakes(found)


def _mistakes(found: list[Diagnostic]) -> None:
    for number, each in enumerate(found[:20]):
        where = {"file": each.span.file, "line": str(each.span.line)}
        st.button(
            plain(f"{each.span.file}:{each.span.line}"),
            type="tertiary",
            icon=":material/error:" if each.severity == "error" else ":material/warning:",
            key=f"studio-mistake-{number}",
            on_click=lambda where=where: st.query_params.from_dict(where),
        )
        advice = f"  \n:gray[{plain(each.help)}]" if each.help else ""
        st.markdown(f"{plain(each.message)}{advice}")


def _lines(shown: list[Line]) -> None:
    text = []
    for glyph, sentence in shown:
        if glyph == " ":
            text.append(f":gray[{plain(sentence.strip())}]")
            continue
        place, _, rest = sentence.partition("  ")
        body = f"**{plain(place)}** {plain(rest)}" if rest else plain(place)
        text.append(f":{_COLORS[glyph]}-badge[{plain(glyph)}] {body}")
    st.markdown("  \n".join(text))


def _apply_bar(visitor: Visitor, workshop: Workshop, proposal: Proposal) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="studio-apply-bar"):
        pressed = st.button(
            told(visitor, "apply"),
            icon=":material/rocket_launch:",
            type="primary",
            disabled=not proposal.is_publishable,
            key="studio-apply",
        )
        st.caption(told(visitor, _why(proposal)))
    if pressed:
        _publish(visitor, workshop, proposal)


def _why(proposal: Proposal) -> str:
    if proposal.plan is None:
        return "apply_mistakes"
    if proposal.plan.blocked:
        return "apply_blocked"
    return "apply_help" if proposal.is_due else "apply_nothing"


def _publish(visitor: Visitor, workshop: Workshop, proposal: Proposal) -> None:
    """Every session of every process takes the new definitions over by itself."""
    with st.status(told(visitor, "applying"), expanded=True) as status:
        st.write(told(visitor, "applying_files", count=len(proposal.drafts)))
        try:
            publish(workshop, proposal.digest)
        except ProjectInvalid as invalid:
            status.update(label=told(visitor, "not_applied_now"), state="error")
            _mistakes(list(invalid.diagnostics))
            return
        except RelasiError as failure:
            status.update(label=told(visitor, "not_applied_now"), state="error")
            st.error(plain(failure.text(visitor.language)), icon=":material/error:")
            return
        site_here().project.look_again()
        assert proposal.checked.model is not None
        st.session_state[_SAID] = ("applied", "")
        try:
            complete(visitor.crm, proposal.checked.model)
        except (PlatformError, Refused) as failure:
            st.session_state[_SAID] = ("applied_but", failure.text(visitor.language))
    replaced()
    st.rerun()


def _say_what_happened(visitor: Visitor) -> None:
    if said := st.session_state.pop(_SAID, None):
        key, why = said
        if key == "applied":
            st.success(told(visitor, "applied"), icon=":material/check:")
        else:
            st.warning(told(visitor, "applied_but", why=why), icon=":material/warning:")
