"""The second step: which field each column fills, and how what stands in the file is to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from relasi.apps.importing.assignment import IDENTITY
from relasi.apps.importing.fields import (
    has_dates,
    joinable,
    looked_up,
    matchable,
    may_create,
    shortened,
    targets,
)
from relasi.apps.importing.wizard import Stage, Wizard
from relasi.apps.importing.words import told, unlinked
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.importing.maps import missing_fields
from relasi.importing.references import match_by_default

_AT_ONCE = 40
"""Columns of a page."""
_WORDS = 25
"""Unknown words of a column that are asked for; a column with more of them is hardly one of choices."""
_REFUSED = "?"
"""Stands for no meaning; no option is called so."""
_ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}
_NOTATIONS = {"id": "1.234,56 · 31/12/2026", "en": "1,234.56 · 12/31/2026"}
_DATES = {
    "%d/%m/%Y": "31/12/2026",
    "%m/%d/%Y": "12/31/2026",
    "%d.%m.%Y": "31.12.2026",
    "%d-%m-%Y": "31-12-2026",
    "%Y-%m-%d": "2026-12-31",
}


def columns_step(here: Here, wizard: Wizard) -> None:
    visitor = here.visitor
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/draft: **{plain(wizard.file.file.name)}**", width="content")
        label = told(visitor, "other_file")
        if st.button(label, type="tertiary", icon=":material/upload_file:", key=here.key("import_other")):
            here.go({"import": "1"})
    _ask_encoding(here, wizard)
    if wizard.table is None:
        st.error(plain(wizard.why(visitor)), icon=":material/error:")
        return
    columns, assignment = wizard.columns, wizard.assignment
    if wizard.is_remembered:
        st.caption(told(visitor, "remembered"))
    with st.spinner(""):
        wizard.find_words(visitor)
    used, all_ = (visitor.number(len(each)) for each in (assignment.targets, columns))
    st.markdown(told(visitor, "columns_lead", count=used, all=all_))
    if wizard.left_out:
        names = plain(", ".join(wizard.left_out))
        st.info(told(visitor, "left_out", columns=names), icon=":material/lock:")
    _ask_columns(here, wizard)
    _ask_more(here, wizard)
    _go_on(here, wizard)


def _ask_encoding(here: Here, wizard: Wizard) -> None:
    if not wizard.asks_encoding:
        return
    visitor, key = here.visitor, here.key("import_encoding")
    st.session_state[key] = wizard.options.encoding or ""
    st.selectbox(
        told(visitor, "encoding"),
        ["", *_ENCODINGS],
        format_func=lambda name: _ENCODINGS.get(name) or told(visitor, "encoding_found"),
        help=told(visitor, "encoding_help"),
        key=key,
        on_change=lambda: wizard.read_as(visitor, st.session_state[key] or None),
    )


def _ask_columns(here: Here, wizard: Wizard) -> None:
    """A row for each column, of very many a page of them at a time."""
    visitor, columns = here.visitor, wizard.columns
    begin = 0
    if len(columns) > _AT_ONCE:
        begin = st.selectbox(
            told(visitor, "step_columns"),
            range(0, len(columns), _AT_ONCE),
            format_func=lambda first: told(
                visitor,
                "page_of",
                first=first + 1,
                last=min(first + _AT_ONCE, len(columns)),
                all=len(columns),
            ),
            label_visibility="collapsed",
            key=here.key("import_page"),
        )
    offered = {"": told(visitor, "unused"), **targets(visitor, here.entity)}
    for position, column in enumerate(columns[begin : begin + _AT_ONCE], begin):
        with st.container(key=f"row-import-{position}"):
            _ask_column(here, wizard, column, position, offered)


def _ask_column(here: Here, wizard: Wizard, column: str, position: int, offered: Mapping[str, str]) -> None:
    visitor, assignment, key = here.visitor, wizard.assignment, here.key("import_field", str(position))
    what, field, how = st.columns([5, 5, 6], vertical_alignment="center")
    found = " · ".join(map(unlinked, wizard.samples.get(column, ()))) or told(visitor, "no_samples")
    what.markdown(f"**{plain(column)}**  \n:gray[{found}]")
    target = assignment.targets.get(column, "")
    st.session_state[key] = target
    joined = joinable(here.entity, columns=(column, *assignment.targets))
    field.selectbox(
        told(visitor, "field_for", column=column),
        list(offered) if target in offered else [*offered, target],
        format_func=lambda name: offered.get(name, name),
        label_visibility="collapsed",
        key=key,
        on_change=lambda: assignment.choose(column, st.session_state[key], joined=joined),
    )
    if target in offered and target not in ("", IDENTITY):
        with how:
            _ask_link(here, wizard, target, position)
        _ask_words(here, wizard, column, target, position)


def _ask_words(here: Here, wizard: Wizard, column: str, target: str, position: int) -> None:
    """What each word means that the field does not know, those first that stand there most often."""
    visitor, found = here.visitor, wizard.words.get((column, target), Counter())
    if not found:
        return
    options = wizard.entity.fields[target].type.choices()
    labels = {key: visitor.label(option.label) for key, option in options.items()}
    labels |= {_REFUSED: told(visitor, "word_refused"), "": told(visitor, "word_empty")}
    meanings = wizard.assignment.meanings(target)
    st.caption(told(visitor, "words_lead", count=visitor.number(len(found))))
    for place, (word, count) in enumerate(found.most_common(_WORDS)):
        what, means, _ = st.columns([5, 5, 6], vertical_alignment="center")
        often = f":gray[× {visitor.number(count)}]"
        what.markdown(f":gray[:material/subdirectory_arrow_right:] {unlinked(shortened(word))} {often}")
        key = here.key("import_word", str(position), str(place))
        known = meanings.get(word, _REFUSED) or ""
        st.session_state[key] = known[0] if isinstance(known, list) else known
        means.selectbox(
            told(visitor, "word_means", word=word),
            [_REFUSED, *options, ""],
            format_func=labels.__getitem__,
            label_visibility="collapsed",
            key=key,
            on_change=_say_meaning,
            args=(wizard, target, word, key),
        )
    if len(found) > _WORDS:
        st.caption(told(visitor, "words_more", count=visitor.number(len(found) - _WORDS)))


def _say_meaning(wizard: Wizard, target: str, word: str, key: str) -> None:
    chosen = st.session_state[key]
    wizard.say_meaning(target, word, None if chosen == _REFUSED else chosen)


def _ask_link(here: Here, wizard: Wizard, target: str, position: int) -> None:
    """By what the records are found that a column names, and whether missing ones are made."""
    visitor, assignment = here.visitor, wizard.assignment
    named = looked_up(visitor, here.entity, target)
    if named is None:
        return
    offered = matchable(visitor, named)
    match = assignment.details.get(target, {}).get("match", match_by_default(visitor.crm.model, named))
    key, make = here.key("import_match", str(position)), here.key("import_make", str(position))
    with st.container(horizontal=True, vertical_alignment="center"):
        if match in offered:
            st.session_state[key] = match
            st.selectbox(
                told(visitor, "found_by"),
                list(offered),
                format_func=lambda name: f"{told(visitor, 'found_by')}: {offered[name]}",
                label_visibility="collapsed",
                key=key,
                on_change=lambda: assignment.detail(target, "match", st.session_state[key]),
            )
        if may_create(visitor, named, match):
            st.session_state[make] = "create" in assignment.details.get(target, {})
            st.checkbox(
                told(visitor, "create_missing"),
                help=told(visitor, "create_missing_help"),
                key=make,
                on_change=lambda: assignment.detail(target, "create", {} if st.session_state[make] else None),
            )


def _ask_more(here: Here, wizard: Wizard) -> None:
    visitor, assignment, entity = here.visitor, wizard.assignment, here.entity
    legal = [name for name in assignment.filled if name in entity.fields and not _names(here, name)]
    key = here.key("import_key")
    st.session_state[key] = [name for name in assignment.key if name in legal]
    with st.container(key="row-import-key"):
        left, right = st.columns(2)
    with left:
        st.multiselect(
            told(visitor, "key"),
            legal,
            format_func=lambda name: visitor.field_label(entity.fields[name]),
            placeholder=told(visitor, "key_none"),
            help=told(visitor, "key_help"),
            key=key,
            on_change=lambda: assignment.say("key", st.session_state[key]),
        )
    if entity.twins:
        with right:
            _ask_alike(here, wizard)
    with st.expander(told(visitor, "more")):
        _ask_notation(here, wizard)


def _names(here: Here, name: str) -> bool:
    return looked_up(here.visitor, here.entity, name) is not None


def _ask_alike(here: Here, wizard: Wizard) -> None:
    visitor, key = here.visitor, here.key("import_alike")
    st.session_state[key] = wizard.leaves_alike
    st.radio(
        told(visitor, "alike"),
        [True, False],
        format_func=lambda leave: told(visitor, "alike_leave" if leave else "alike_take"),
        horizontal=True,
        key=key,
        on_change=lambda: setattr(wizard, "leaves_alike", st.session_state[key]),
    )


def _ask_notation(here: Here, wizard: Wizard) -> None:
    visitor, assignment = here.visitor, wizard.assignment
    usual = visitor.crm.model.settings.languages[0]
    locale, dates, sheet = (here.key(f"import_{name}") for name in ("locale", "dates", "sheet"))
    st.session_state[locale] = assignment.rest.get("locale", usual)
    st.selectbox(
        told(visitor, "notation"),
        list(_NOTATIONS),
        format_func=_NOTATIONS.__getitem__,
        key=locale,
        on_change=lambda: assignment.say("locale", st.session_state[locale]),
    )
    if has_dates(here.entity, assignment.filled):
        written = assignment.rest.get("format", "")
        st.session_state[dates] = written
        st.selectbox(
            told(visitor, "dates"),
            ["", *_DATES] if written in ("", *_DATES) else ["", *_DATES, written],
            format_func=lambda each: _DATES.get(each, str(each)) if each else told(visitor, "dates_usual"),
            key=dates,
            on_change=lambda: assignment.say("format", st.session_state[dates]),
        )
    if wizard.table is not None and wizard.table.format.startswith("sheet "):
        st.session_state[sheet] = wizard.options.sheet or ""
        st.text_input(
            told(visitor, "sheet"),
            placeholder=told(visitor, "sheet_first"),
            key=sheet,
            on_change=lambda: wizard.read(
                visitor, replace(wizard.options, sheet=st.session_state[sheet].strip() or None)
            ),
        )


def _go_on(here: Here, wizard: Wizard) -> None:
    visitor, entity = here.visitor, here.entity
    assignment = wizard.assignment
    is_known = IDENTITY in assignment.filled
    missing = [] if is_known else missing_fields(entity, assignment.filled)
    if assignment.fixed:
        st.caption(told(visitor, "also_filled", fields=_labels(here, assignment.fixed)))
    if missing:
        st.warning(told(visitor, "needed", fields=_labels(here, missing)), icon=":material/rule:")

    def look() -> None:
        wizard.stage = Stage.PREVIEW

    st.button(
        told(visitor, "to_preview"),
        type="primary",
        icon=":material/arrow_forward:",
        icon_position="right",
        disabled=bool(missing) or not assignment.targets,
        key=here.key("import_look"),
        on_click=look,
    )


def _labels(here: Here, names: object) -> str:
    fields = here.entity.fields
    assert isinstance(names, (list, dict))
    return plain(", ".join(here.visitor.field_label(fields[name]) for name in names if name in fields))
