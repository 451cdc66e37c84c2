"""The controls above a list. What they hold is read from the address and written back to it by the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from relasi.apps import components
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.reports.filters import BELOW, ME, MOST, Values, Way
from relasi.reports.liststate import LEFT, ListState
from relasi.schema.model import Field, SavedList, Sort

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)


def seed(here: Here, state: ListState, names: Iterable[str]) -> None:
    """Lets the controls show this state on the run that follows; `names` are the fields whose filters are
    set anew."""
    hold = st.session_state
    hold[here.key("list")] = state.saved
    hold[here.key("where")] = state.where
    hold[here.key("layout")] = state.layout
    hold[here.key("at")] = state.at
    hold[here.key("columns")] = state.columns
    hold[here.key("view")] = state.view
    hold[here.key("search")] = state.search
    hold[here.key("sort")] = state.sort.field if state.sort else None
    hold[here.key("descending")] = bool(state.sort and state.sort.descending)
    hold[here.key("filtered")] = [name for name in names if name in state.filters]
    held = [str(key) for key in hold]
    for name in names:
        for key in (key for key in held if key.startswith(here.key("f", name, ""))):
            del hold[key]
        hold[here.key("f", name)] = state.filters.get(name, ())


def show_sort(here: Here, name: str, order: Sequence[Sort]) -> None:
    """Orders by a column: rising first, falling the second time."""
    again = bool(order) and order[0].field == name
    st.session_state[here.key("sort")] = name
    st.session_state[here.key("descending")] = again and not order[0].descending


def ask(
    here: Here, saved: Mapping[str, SavedList], ways: Mapping[str, Way], fields: Mapping[str, Field]
) -> tuple[ListState, DeltaGenerator]:
    """Draws the controls; gives what they hold, and the place for more of them. `fields` are what can be
    filtered by."""
    visitor, entity = here.visitor, here.entity
    chosen = _lists(here, saved)
    bar = st.container(horizontal=True, vertical_alignment="center", key="filterbar")
    with bar:
        search = st.text_input(
            visitor.say("search"),
            key=here.key("search"),
            placeholder=visitor.say("search"),
            icon=":material/search:",
            label_visibility="collapsed",
            live=True,
            width=280,
        )
        count = len(st.session_state.get(here.key("filtered"), []))
        label = visitor.say("filters") + (f" · {count}" if count else "")
        with st.popover(label, icon=":material/tune:", key=here.key("popover"), width="content"):
            filters = _filters(here, ways, fields)
            names = [name for name in ways if name in entity.fields and ways[name] is not Way.WHOLE]
            sort = _sort(here, names)
    where, layout, at = (st.session_state.get(here.key(name), "") for name in ("where", "layout", "at"))
    held = ListState(chosen, (search or "").strip(), sort, filters, where, layout or "", at)
    columns, view = st.session_state.get(here.key("columns"), ()), st.session_state.get(here.key("view"), "")
    return replace(held, columns=columns, view=view), bar


def _lists(here: Here, saved: Mapping[str, SavedList]) -> str:
    visitor = here.visitor
    if len(saved) == 1:
        return next(iter(saved))
    chosen = st.segmented_control(
        visitor.say("lists"),
        list(saved),
        format_func=lambda name: visitor.label(saved[name].label),
        key=here.key("list"),
        label_visibility="collapsed",
        required=True,
        on_change=lambda: _leave(here),
    )
    return chosen or next(iter(saved))


def _leave(here: Here) -> None:
    """Another list begins without the condition behind a figure, and without a view."""
    hold = st.session_state
    hold[here.key("where")] = ""
    hold[here.key("view")] = LEFT if hold.get(here.key("view")) else ""


def _sort(here: Here, names: list[str]) -> Sort | None:
    visitor, entity = here.visitor, here.entity
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            visitor.say("order"),
            names,
            format_func=lambda each: visitor.field_label(entity.fields[each]),
            key=here.key("sort"),
            placeholder=visitor.say("order_as_usual"),
            index=None,
            width=240,
        )
        if name is None:
            return None
        key = here.key("descending")
        descending = bool(st.session_state.get(key))

        def turn() -> None:
            st.session_state[key] = not descending

        st.button(
            visitor.say("falling" if descending else "rising"),
            icon=":material/arrow_downward:" if descending else ":material/arrow_upward:",
            key=here.key("turn"),
            on_click=turn,
            type="tertiary",
        )
    return Sort(name, descending)


def _filters(here: Here, ways: Mapping[str, Way], fields: Mapping[str, Field]) -> dict[str, Values]:
    visitor = here.visitor
    names = st.multiselect(
        visitor.say("filter_by"),
        list(ways),
        format_func=lambda name: visitor.field_label(fields[name]),
        key=here.key("filtered"),
        placeholder=visitor.say("choose_fields"),
        select_all=False,
        width=360,
    )
    filters: dict[str, Values] = {}
    for name in names:
        key = here.key("f", name)
        values = CONTROLS[ways[name]](visitor, fields[name], key, st.session_state.get(key, ()))
        st.session_state[key] = values
        if any(values):
            filters[name] = values
    return filters


def _one_of(visitor: Visitor, field: Field, key: str, values: Values) -> Values:
    options = field.type.choices()
    known = [value for value in values if value in options]
    return _several(
        visitor, field, key, {name: visitor.label(each.label) for name, each in options.items()}, known
    )


def _people(visitor: Visitor, field: Field, key: str, values: Values) -> Values:
    options = {ME: visitor.say("me")} | {user.id: user.full_name for user in visitor.people}
    return _several(visitor, field, key, options, [value for value in values if value in options])


def _several(
    visitor: Visitor, field: Field, key: str, options: Mapping[str, str], values: Sequence[str]
) -> Values:
    chosen = st.multiselect(
        visitor.field_label(field),
        list(options),
        default=_first(f"{key}.several", values),
        format_func=lambda each: options[each],
        key=f"{key}.several",
        placeholder=visitor.say("any"),
        select_all=False,
    )
    return tuple(chosen)


def _record(visitor: Visitor, field: Field, key: str, values: Values) -> Values:
    value = None
    if values:
        entity, _, identity = values[0].rpartition("/")
        target = entity or field.links_to[0]
        title = visitor.crm.records.titles(visitor.actor, [(target, identity)]).get((target, identity), "")
        value = {"entity": target, "id": identity, "title": title}
    chosen = components.picker(
        picker_data(visitor, field, visitor.field_label(field), value), key=f"{key}.record"
    )
    if not chosen:
        return ()
    return (chosen["id"] if len(field.links_to) == 1 else f"{chosen['entity']}/{chosen['id']}",)


def _linked(visitor: Visitor, field: Field, key: str, values: Values) -> Values:
    """One picker for each record, and one more: those that go with any of them are shown."""
    chosen: list[str] = []
    for index in range(min(len(values), MOST - 1) + 1):
        chosen += _record(visitor, field, f"{key}.{index}", values[index : index + 1])
    return tuple(dict.fromkeys(chosen))


def _branch(visitor: Visitor, field: Field, key: str, values: Values) -> Values:
    chosen = _record(visitor, field, key, values)
    start = _first(f"{key}.below", not values or BELOW in values)
    below = st.toggle(visitor.say("with_all_below"), start, key=f"{key}.below")
    return (*chosen, BELOW) if chosen and below else chosen


def _yes_no(visitor: Visitor, field: Field, key: str, values: Values) -> Values:
    words = {"yes": visitor.say("yes"), "no": visitor.say("no")}
    chosen = st.segmented_control(
        visitor.field_label(field),
        list(words),
        default=_first(f"{key}.yes_no", values[0] if values and values[0] in words else None),
        format_func=lambda each: words[each],
        key=f"{key}.yes_no",
    )
    return (chosen,) if chosen else ()


def _days(visitor: Visitor, field: Field, key: str, values: Values) -> Values:
    def end(label: str, name: str, value: str) -> str:
        start = _first(f"{key}.{name}", _day(value))
        chosen = st.date_input(label, start, EARLIEST, LATEST, key=f"{key}.{name}", format="DD/MM/YYYY")
        return chosen.isoformat() if isinstance(chosen, date) else ""

    return _range(visitor, field, end, values)


def _numbers(visitor: Visitor, field: Field, key: str, values: Values) -> Values:
    def end(label: str, name: str, value: str) -> str:
        typed = st.text_input(label, _first(f"{key}.{name}", value), key=f"{key}.{name}")
        try:
            number = field.type.read(typed or "", visitor.reading)
        except ValueError:
            number = None
        return "" if number is None else str(number)

    return _range(visitor, field, end, values)


def _range(visitor: Visitor, field: Field, end: Callable[[str, str, str], str], values: Values) -> Values:
    first, last = (*values, "", "")[:2]
    label = visitor.field_label(field)
    left, right = st.columns(2)
    with left:
        first = end(visitor.say("from", field=label), "first", first)
    with right:
        last = end(visitor.say("to", field=label), "last", last)
    return (first, last) if first or last else ()


def _words(visitor: Visitor, field: Field, key: str, values: Values) -> Values:
    typed = st.text_input(
        visitor.field_label(field),
        _first(f"{key}.words", values[0] if values else ""),
        key=f"{key}.words",
        placeholder=visitor.say("contains"),
    )
    return (typed.strip(),) if typed and typed.strip() else ()


def _first(key: str, value: Any) -> Any:  # Any: what the control holds
    """What a control starts with; nothing once it holds something of its own."""
    return value if key not in st.session_state else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def picker_data(
    visitor: Visitor, field: Field, label: str, value: Any, *, required: bool = False, suited: str = ""
) -> components.Data:  # Any: what the picker gave, or None
    """What the link picker needs to know of a field; `suited` goes along with what is typed."""
    return {
        "label": label,
        "required": required,
        "value": value,
        "suited": suited,
        "targets": [
            {"entity": name, "label": visitor.label(visitor.entity(name).label)}
            for name in field.links_to
            if visitor.may_read(name)
        ],
        "words": {key: visitor.say(f"picker_{key}") for key in ("search", "nothing", "clear", "kind")},
    }


CONTROLS: Mapping[Way, Callable[[Visitor, Field, str, Values], Values]] = {
    Way.ONE_OF: _one_of,
    Way.PEOPLE: _people,
    Way.RECORD: _record,
    Way.LINKED: _linked,
    Way.BRANCH: _branch,
    Way.YES_NO: _yes_no,
    Way.DAYS: _days,
    Way.NUMBERS: _numbers,
    Way.WORDS: _words,
    Way.WHOLE: _words,
}
