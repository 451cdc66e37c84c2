"""The page to enter a new record or to change one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from relasi.apps.conflict import draw_conflicts
from relasi.apps.draft import Draft, Making
from relasi.apps.form import draw_form, state_of
from relasi.apps.icons import icon
from relasi.apps.markdown import plain
from relasi.apps.opening import open_draft
from relasi.apps.places import Here
from relasi.apps.saving import save
from relasi.apps.twins import draw_twins
from relasi.apps.visitor import Visitor
from relasi.errors import Forbidden
from relasi.records import Record
from relasi.records.reading import title_fields
from relasi.schema.fields.base import Value, ValueProblem, Widget
from relasi.schema.model import Entity

SET = "set."
FORM_WIDTH = 980


def new_page(here: Here) -> None:
    """A form for a new record; `set.<field>` in the address fills a field in."""
    visitor, entity = here.visitor, here.entity
    if not visitor.rights(entity.name).create:
        raise Forbidden("may_not_create")
    given = _given(entity, {key: st.query_params[key] for key in st.query_params})
    draft = open_draft(visitor, here.key(f"new{sorted(given.items()) or ''}"), entity, None, given)
    st.header(visitor.of("new", entity))
    with st.container(width=FORM_WIDTH):
        _form_fragment(visitor, draft, lambda record: here.go({"id": record.id}), here.back)


def edit_page(here: Here, key: str) -> None:
    visitor, entity = here.visitor, here.entity
    record = visitor.crm.records.get(visitor.actor, entity.name, key)
    if not visitor.crm.records.allowed(visitor.actor, record).update:
        raise Forbidden("may_not_update")
    draft = open_draft(visitor, here.key("edit", key), entity, record)
    st.header(visitor.say("edit_title", title=plain(record.title)))

    def back(_record: Record | None = None) -> None:
        here.go({"id": key})

    with st.container(width=FORM_WIDTH):
        _form_fragment(visitor, draft, back, back)


@st.fragment
def _form_fragment(
    visitor: Visitor, draft: Draft, saved: Callable[[Record], None], left: Callable[[], None]
) -> None:
    """The form alone is run again while somebody fills it in."""
    if record := run_form(visitor, draft, left):
        st.toast(visitor.say("saved", title=plain(record.title)), icon=":material/check:")
        saved(record)


def run_form(visitor: Visitor, draft: Draft, left: Callable[[], None]) -> Record | None:
    """Draws the form with its buttons; once it is saved, it gives the record instead. Where a record to link
    to is made first, its form stands here."""
    if (record := _saved(visitor, draft)) is not None:
        return record
    forms = (draft, *(row.draft for row in draft.rows))
    for each in forms:
        each.makes_others = True
        if each.making is not None:
            draft.catch_keystrokes()
            _make_first(visitor, each, each.making)
            return None
    for issue in draft.issues.get(None, ()):
        st.error(plain(issue), icon=":material/error:")
    draw_conflicts(visitor, draft)
    draw_form(visitor, draft)
    draw_twins(visitor, draft)
    with st.container(horizontal=True, key=f"{draft.key}.buttons"):
        st.button(
            visitor.say("save"),
            type="primary",
            icon=":material/check:",
            key=f"{draft.key}.save",
            shortcut="Ctrl+S",
        )
        if draft.alike:
            st.button(visitor.say("save_anyway"), key=f"{draft.key}.anyway")
        if st.button(visitor.say("cancel"), key=f"{draft.key}.cancel"):
            draft.close()
            left()
    return None


def _saved(visitor: Visitor, draft: Draft) -> Record | None:
    """What the buttons below the form have told is done before anything is drawn, and of two clicks once."""
    pressed, is_meant = (st.session_state.get(f"{draft.key}.{each}", False) for each in ("save", "anyway"))
    if draft.saved is None and (pressed or is_meant):
        draft.is_meant = is_meant
        draft.saved = save(visitor, draft, state_of(visitor, draft))
        if draft.saved is not None:
            draft.close()
    return draft.saved


def _make_first(visitor: Visitor, draft: Draft, making: Making) -> None:
    """The form of a record that a link shall lead to; what was entered so far waits behind it."""
    entity = visitor.entity(making.entity)
    field = draft.entity.fields[making.field]
    st.subheader(f"{icon(entity.icon)} {visitor.of('new', entity)}")
    st.caption(
        visitor.say("made_for", field=visitor.field_label(field), entity=visitor.label(draft.entity.label))
    )

    def back() -> None:
        draft.making = None
        st.rerun(scope="fragment")

    first = open_draft(
        visitor, f"{draft.key}.{making.field}.first", entity, None, _named(entity, making.typed)
    )
    if record := run_form(visitor, first, back):
        draft.link_to(making.field, record)
        st.rerun(scope="fragment")


def _named(entity: Entity, typed: str) -> dict[str, Value]:
    """What was typed, in the first field of the title that holds a text."""
    fields = (entity.fields[name] for name in title_fields(entity))
    name = next((each.name for each in fields if each.type.widget is Widget.TEXT and not each.computed), None)
    return {name: typed} if name and typed else {}


def _given(entity: Entity, query: dict[str, str]) -> dict[str, Value]:
    """The values that the address gives; what a field does not take is left out."""
    given: dict[str, Value] = {}
    for key, text in query.items():
        field = entity.fields.get(key.removeprefix(SET))
        if key.startswith(SET) and field is not None and not field.system:
            try:
                given[field.name] = field.type.accept(text)
            except ValueProblem:
                continue
    return given
