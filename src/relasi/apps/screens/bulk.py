"""What can be done with the rows of a list that somebody has chosen: the choice, the question, and what has
become of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from relasi.apps import components
from relasi.apps.draft import Draft
from relasi.apps.formfields import draw_field
from relasi.apps.lists.bulk import MOST, Action, Deed, Job, asked_for, movable, settable
from relasi.apps.markdown import plain
from relasi.apps.opening import open_draft
from relasi.apps.places import Here
from relasi.apps.screens.exporting import ask_format
from relasi.apps.screens.running import run_job
from relasi.errors import Issue
from relasi.platform.query import Count
from relasi.records import FormState, ListRequest
from relasi.reports.listed import Listed
from relasi.reports.liststate import ListState
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.model import Move

OWNER = "owner"
"""The field that people mean by assigning."""


def chosen(here: Here, state: ListState) -> tuple[str, ...]:
    """The ids of the rows that are chosen; another question begins without any."""
    kept: tuple[ListState, tuple[str, ...]] | None = st.session_state.get(here.key("chosen"))
    return kept[1] if kept is not None and kept[0] == state else ()


def choose(here: Here, state: ListState, ids: Collection[str]) -> None:
    st.session_state[here.key("chosen")] = (state, tuple(dict.fromkeys(ids))[:MOST])


def choose_rows(here: Here, state: ListState, ticks: Sequence[tuple[str, bool]]) -> None:
    """Rows that were ticked, or are not any more."""
    ids = dict.fromkeys(chosen(here, state)) | dict.fromkeys(key for key, on in ticks if on)
    choose(here, state, [key for key in ids if key not in {key for key, on in ticks if not on}])


def add_choice(here: Here, state: ListState, data: components.Data) -> None:
    """Lets rows be chosen in the table component, where there is anything to be done with several."""
    visitor = here.visitor
    rights = visitor.rights(here.entity.name)
    if any(each is not False for each in (rights.update, rights.delete, rights.export)):
        on_page = {row["id"] for row in data["rows"]}
        data["chosen"] = [key for key in chosen(here, state) if key in on_page]
        data["words"] = {key: visitor.say(key) for key in ("choose_row", "choose_page")}


def bulk_bar(here: Here, listed: Listed, state: ListState) -> None:
    """What to do with the chosen rows; nothing where none are, but for what has become of those before."""
    run_job(here, lambda ids: choose(here, state, ids))
    ids = chosen(here, state)
    if not ids:
        return
    visitor, entity = here.visitor, here.entity
    rights = visitor.rights(entity.name)
    with st.container(horizontal=True, vertical_alignment="center", key="bulk"):
        st.markdown(f"**{visitor.say('chosen', count=visitor.number(len(ids)))}**", width="content")
        _all_of_them(here, listed, state, ids)
        if rights.update is not False:
            names = settable(visitor, entity, ids)
            if names:
                _button(here, "set", "edit", lambda: _ask_value(here, ids, names))
            if OWNER in names:
                _button(here, "assign", "person_add", lambda: _ask_value(here, ids, [OWNER]))
        if any(rights.move(name) is not False for name in _moves(here)):
            _button(here, "move", "arrow_forward", lambda: _ask_move(here, ids))
        if rights.delete is not False:
            _button(here, "delete", "delete", lambda: _ask_delete(here, ids))
        if rights.export is not False:
            with st.popover(visitor.say("export"), icon=":material/download:", type="tertiary"):
                asked = replace(listed.request(state), where=(), search="", matching={"id": ids})
                ask_format(here, asked, here.key("bulk", "export"))
        _button(here, "choose_none", "close", lambda: _clear(here, state))


def _button(here: Here, name: str, picture: str, do: Callable[[], None]) -> None:
    label = here.visitor.say(f"bulk_{name}")
    if st.button(label, icon=f":material/{picture}:", type="tertiary", key=here.key("bulk", name)):
        do()


def _counted(here: Here, key: str, ids: Sequence[str]) -> str:
    return here.visitor.say(key, count=here.visitor.number(len(ids)))


def _clear(here: Here, state: ListState) -> None:
    choose(here, state, ())
    st.rerun()


def _moves(here: Here) -> Mapping[str, Move]:
    process = here.entity.process
    return {move.name: move for move in process.moves} if process else {}


def _all_of_them(here: Here, listed: Listed, state: ListState, ids: Sequence[str]) -> None:
    """Chooses all that match, of very many the first."""
    visitor, request = here.visitor, listed.request(state)
    count: Count = visitor.crm.records.count(visitor.actor, request, MOST)
    if count.number <= len(ids) and not count.more:
        return

    def all_of_them() -> None:
        asked: ListRequest = replace(request, fields=(), limit=MOST)
        page = visitor.crm.records.list(visitor.actor, asked)
        choose(here, state, [record.id for record in page.records])

    if not count.more or len(ids) < MOST:
        label = visitor.say(
            "choose_first" if count.more else "choose_all", count=visitor.number(count.number)
        )
        st.button(label, type="tertiary", key=here.key("bulk", "all"), on_click=all_of_them)
    if count.more and len(ids) == MOST:
        st.caption(visitor.say("choose_most", most=visitor.number(MOST)), width="content")


def _ask_value(here: Here, ids: Sequence[str], names: Sequence[str]) -> None:
    visitor, entity = here.visitor, here.entity
    key = here.key("bulk", "value", *names[:1])

    @st.dialog(_counted(here, "bulk_set_title", ids), icon=":material/edit:")
    def dialog() -> None:
        name = names[0] if len(names) == 1 else None
        name = name or st.selectbox(
            visitor.say("bulk_field"),
            names,
            index=None,
            format_func=lambda each: visitor.field_label(entity.fields[each]),
            placeholder=visitor.say("choose"),
            key=f"{key}.field",
        )
        draft, state = _asked(here, key, ids)
        if name is not None:
            draw_field(visitor, draft, entity.fields[name], state)
            st.caption(visitor.say("bulk_set_more"))
        if _sure(here, key, ids, ready=name is not None) and name is not None:
            values = _values(here, draft, [name])
            if values is not None:
                _begin(here, ids, Action(Deed.SET, values), draft)

    dialog()


def _ask_move(here: Here, ids: Sequence[str]) -> None:
    visitor, entity = here.visitor, here.entity
    key, known, possible = here.key("bulk", "move"), _moves(here), movable(visitor, entity, ids)

    def told(name: str) -> str:
        label, count = visitor.label(known[name].label), possible[name]
        return label if count == len(ids) else visitor.say("bulk_move_some", move=label, count=count)

    @st.dialog(_counted(here, "bulk_move_title", ids), icon=":material/arrow_forward:")
    def dialog() -> None:
        if not possible:
            st.write(visitor.say("bulk_move_none"))
            return
        name = st.selectbox(
            visitor.say("bulk_move"),
            list(possible),
            index=0 if len(possible) == 1 else None,
            format_func=told,
            placeholder=visitor.say("choose"),
            key=f"{key}.which",
        )
        draft, state = _asked(here, key, ids)
        needs: list[str] = []
        if name:
            needs, options = asked_for(visitor, entity, ids, known[name])
            state = replace(state, read_only=frozenset(), options=options)
        if name and (confirm := known[name].confirm):
            st.write(plain(visitor.label(confirm)))
        for each in needs:
            draw_field(visitor, draft, entity.fields[each], state)
        if _sure(here, key, ids, ready=name is not None) and name:
            values = _values(here, draft, needs)
            if values is not None:
                given = {each: value for each, value in values.items() if value is not None}
                _begin(here, ids, Action(Deed.MOVE, given, name, known[name].asks), draft)

    dialog()


def _ask_delete(here: Here, ids: Sequence[str]) -> None:
    visitor, key = here.visitor, here.key("bulk", "delete")

    @st.dialog(_counted(here, "bulk_delete_title", ids), icon=":material/delete:")
    def dialog() -> None:
        st.write(visitor.say("delete_question"))
        if _sure(here, key, ids, ready=True):
            _begin(here, ids, Action(Deed.DELETE), None)

    dialog()


def _asked(here: Here, key: str, ids: Sequence[str]) -> tuple[Draft, FormState]:
    """A form for one value of many records, and what can be entered into it."""
    visitor, entity = here.visitor, here.entity
    draft = open_draft(visitor, f"{key}.draft", entity, None)
    draft.catch_keystrokes()
    names = settable(visitor, entity, ids)
    state = visitor.crm.records.form_state(visitor.actor, entity.name, {})
    return draft, replace(state, read_only=state.read_only - set(names), required=frozenset(), options={})


def _values(here: Here, draft: Draft, names: Sequence[str]) -> dict[str, Value] | None:
    """What was entered; None where the form now says what is wrong with it."""
    values: dict[str, Value] = {}
    draft.issues = {}
    for name in names:
        try:
            values[name] = draft.value(here.visitor, draft.entity.fields[name])
        except ValueProblem as problem:
            issue = Issue(name, problem.code, problem.params)
            draft.issues[name] = [issue.text(here.visitor.language)]
    if draft.issues:
        st.rerun(scope="fragment")
    return values


def _sure(here: Here, key: str, ids: Sequence[str], *, ready: bool) -> bool:
    visitor = here.visitor
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(visitor.say("cancel"), key=f"{key}.no"):
            st.rerun()
        label = _counted(here, "bulk_do", ids)
        return st.button(label, type="primary", key=f"{key}.yes", disabled=not ready, shortcut="Ctrl+Enter")


def _begin(here: Here, ids: Sequence[str], action: Action, draft: Draft | None) -> None:
    """Ends the run; the next one does it."""
    if draft is not None:
        draft.close()
    st.session_state[here.key("job")] = Job(here.entity.name, action, list(ids))
    st.session_state.pop(here.key("chosen"), None)
    st.rerun()
