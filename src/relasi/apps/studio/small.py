"""Small changes without YAML: the fields of an entity, their labels and options, the columns of its lists.

Each becomes a draft of a file like any other change, and is looked at and applied in the same place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

from relasi.apps.language import NAMES
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.studio.desk import told, workshop_of
from relasi.apps.studio.editor import replaced
from relasi.apps.studio.preview import preview
from relasi.apps.visitor import Visitor
from relasi.config.documents import Home
from relasi.errors import RelasiError
from relasi.schema.expressions.tree import Constant
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.labels import from_key
from relasi.schema.model import Entity, Field, Model
from relasi.studio.amending import Amending

_SIMPLE = (
    "text",
    "long_text",
    "number",
    "decimal",
    "money",
    "percent",
    "boolean",
    "date",
    "datetime",
    "choice",
    "multi_choice",
    "link",
    "user",
    "email",
    "phone",
    "url",
    "files",
)
"""Types that need no more than a form asks for."""
_WITH_OPTIONS = frozenset({"choice", "multi_choice"})
_SAID = "studio-small-said"


def small_part(here: Here) -> None:
    visitor, workshop = here.visitor, workshop_of(here.visitor)
    checked = workshop.compiled()
    model = checked.model
    if model is None:
        st.warning(told(visitor, "small_mistakes"), icon=":material/error:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="studio-tools"):
        name = st.selectbox(
            told(visitor, "kind_entity"),
            list(model.entities),
            format_func=lambda each: visitor.label(model.entities[each].plural),
            key="studio-entity",
            persist_state="session",
            width=300,
        )
        entity = model.entities[name]
        amending = Amending(workshop, checked, Home("entity", name))
        with st.popover(told(visitor, "add_field"), icon=":material/add:", type="primary"):
            _new_field(visitor, amending, entity, model)
        with st.popover(told(visitor, "add_column"), icon=":material/view_column:"):
            _new_column(visitor, amending, entity)
        if st.button(told(visitor, "preview"), icon=":material/visibility:"):
            preview(here, name)
    if said := st.session_state.pop(_SAID, None):
        st.success(said, icon=":material/check:")
    for field in entity.own_fields:
        _field(visitor, amending, field)


def _field(visitor: Visitor, amending: Amending, field: Field) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"small-{field.name}"):
        marks = [told(visitor, key) for key, holds in _marks(field).items() if holds]
        line = " · ".join([field.name, from_key(field.type.name), *marks])
        st.markdown(f"**{plain(visitor.field_label(field))}**  \n:gray[{plain(line)}]", width="stretch")
        _mover(visitor, amending, field, "arrow_upward", -1)
        _mover(visitor, amending, field, "arrow_downward", 1)
        change = st.popover(
            told(visitor, "change"),
            type="tertiary",
            icon=":material/edit:",
            key=f"small-change-{field.name}",
            on_change="rerun",
        )
        if change.open:
            with change:
                _change(visitor, amending, field)


def _mover(visitor: Visitor, amending: Amending, field: Field, icon: str, by: Literal[-1, 1]) -> None:
    word = told(visitor, "move_up" if by < 0 else "move_down")
    if st.button("", icon=f":material/{icon}:", type="tertiary", key=f"{field.name}.{by}", help=word):
        _tried(visitor, lambda: amending.move_field(field.name, by))


def _marks(field: Field) -> dict[str, bool]:
    return {
        "is_required": field.type.required,
        "is_hidden": _is_hidden(field),
        "is_computed": field.computed,
    }


def _is_hidden(field: Field) -> bool:
    root = field.visible_when.root if field.visible_when else None
    return isinstance(root, Constant) and root.value is False


def _change(visitor: Visitor, amending: Amending, field: Field) -> None:
    with st.form(f"small-form-{field.name}", border=False):
        labels = _label_inputs(visitor, f"small-label-{field.name}", dict(field.label))
        required = st.checkbox(told(visitor, "is_required"), field.type.required, disabled=field.computed)
        hidden = st.checkbox(told(visitor, "is_hidden"), _is_hidden(field))
        sure = st.form_submit_button(told(visitor, "note_change"), type="primary")
    if sure:
        _tried(visitor, lambda: _changed(amending, field, labels, (required, hidden)))
    if field.type.name in _WITH_OPTIONS:
        with st.form(f"small-option-{field.name}", border=False, clear_on_submit=True):
            key = st.text_input(told(visitor, "option_name"), max_chars=50, placeholder="on_hold")
            words = _label_inputs(visitor, f"small-option-label-{field.name}", {})
            sure = st.form_submit_button(told(visitor, "add_option"))
        if sure and key.strip():
            _tried(visitor, lambda: amending.add_option(field.name, key.strip(), words))


def _changed(amending: Amending, field: Field, labels: dict[str, str], switches: tuple[bool, bool]) -> None:
    """Only what is another now is written."""
    required, hidden = switches
    if labels and labels != dict(field.label):
        amending.set_field(field.name, "label", labels)
    if required != field.type.required:
        amending.set_field(field.name, "required", required)
    if hidden != _is_hidden(field):
        amending.set_field(field.name, "visible_when", not hidden)


def _new_field(visitor: Visitor, amending: Amending, entity: Entity, model: Model) -> None:
    type_ = st.selectbox(
        told(visitor, "field_type"),
        [each for each in _SIMPLE if each in FIELD_TYPES],
        format_func=from_key,
        key="small-new-type",
    )
    with st.form("small-new", border=False, clear_on_submit=True):
        labels = _label_inputs(visitor, "small-new-label", {})
        typed = st.text_input(
            told(visitor, "field_name"),
            max_chars=50,
            help=told(visitor, "file_name_help"),
            placeholder=told(visitor, "field_name_made"),
        )
        more = _more(visitor, type_, model)
        sections = [each.name for each in entity.form]
        section = None
        if len(sections) > 1:
            section = st.selectbox(
                told(visitor, "section"),
                sections,
                format_func=lambda each: visitor.label(
                    next(one.label for one in entity.form if one.name == each)
                ),
            )
        required = st.checkbox(told(visitor, "is_required"))
        sure = st.form_submit_button(told(visitor, "note_change"), type="primary")
    name = typed.strip() or _name_of(labels)
    if sure and name:
        written = {"type": type_, **({"label": labels} if labels else {}), **more}
        written |= {"required": True} if required else {}
        place = section or _only_section(amending, sections)
        _tried(visitor, lambda: amending.add_field(name, written, section=place))


def _name_of(labels: dict[str, str]) -> str:
    """A name for the data, made of the first label."""
    letters = unicodedata.normalize("NFKD", next(iter(labels.values()), "").casefold())
    return "_".join(re.findall("[a-z0-9]+", letters.encode("ascii", "ignore").decode()))


def _only_section(amending: Amending, sections: list[str]) -> str | None:
    """The one section that the form has, where the project names it."""
    return sections[0] if sections and "form" in amending.document.root.entries else None


def _more(visitor: Visitor, type_: str, model: Model) -> dict[str, Any]:  # Any: plain values of YAML
    if type_ == "link":
        to = st.selectbox(
            told(visitor, "link_to"),
            list(model.entities),
            format_func=lambda each: visitor.label(model.entities[each].label),
        )
        return {"to": to}
    if type_ in _WITH_OPTIONS:
        words = st.text_input(told(visitor, "options"), placeholder="low, normal, high")
        return {"options": [each.strip() for each in words.split(",") if each.strip()]}
    return {}


def _new_column(visitor: Visitor, amending: Amending, entity: Entity) -> None:
    with st.form("small-column", border=False):
        list_ = st.selectbox(
            told(visitor, "list"),
            list(entity.lists),
            format_func=lambda each: visitor.label(entity.lists[each].label),
        )
        field = st.selectbox(
            told(visitor, "field"),
            list(entity.fields),
            format_func=lambda each: visitor.field_label(entity.fields[each]),
        )
        sure = st.form_submit_button(told(visitor, "note_change"), type="primary")
    if sure and field not in entity.lists[list_].columns:
        _tried(visitor, lambda: amending.add_column(list_, field))


def _label_inputs(visitor: Visitor, key: str, held: dict[str, str]) -> dict[str, str]:
    """The label in each language of the project; those that are left empty are left out."""
    typed = {
        language: st.text_input(
            told(visitor, "label_in", language=NAMES.get(language, language)),
            held.get(language, ""),
            max_chars=80,
            key=f"{key}.{language}",
        )
        for language in visitor.crm.model.settings.languages
    }
    return {language: text.strip() for language, text in typed.items() if text.strip()}


def _tried(visitor: Visitor, act: Callable[[], None]) -> None:
    try:
        act()
    except RelasiError as failure:
        st.error(plain(failure.text(visitor.language)), icon=":material/error:")
        return
    replaced()
    st.session_state[_SAID] = told(visitor, "noted")
    st.rerun()
