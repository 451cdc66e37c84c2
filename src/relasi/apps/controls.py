"""The control for each kind of widget: what it holds for a value, how it is drawn, and the value of what it
holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import streamlit as st
from babel.numbers import format_decimal

from relasi.apps import components
from relasi.apps.attaching import attached, draw_files, held_files
from relasi.apps.conditions import ask_condition
from relasi.apps.screens.filterbar import EARLIEST, LATEST, picker_data
from relasi.apps.values import link_value
from relasi.apps.visitor import Visitor
from relasi.records.links import reference_of
from relasi.schema.fields.base import Value, Widget
from relasi.schema.fields.long_text import LongTextField
from relasi.schema.model import Field

Raw = Any
"""What a control holds: text as typed, a date, a list of keys; None where it is empty."""

_COMPONENTS = {Widget.LINK, Widget.FILES, Widget.SIGNATURE}
"""What is drawn by components of our own, whose state is a map."""

_KEYBOARDS: Mapping[str | None, str] = {"mailto:": "email", "tel:": "phone", "": "url"}
"""What Streamlit calls the keys that a telephone shows, by the scheme of what is typed."""

FEW = 5
"""So many options are shown side by side; more go into a list that opens."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a control is drawn. A `driver` is a field that others depend on: it draws the form again when it
    changes."""

    key: str
    label: str
    required: bool
    driver: bool
    options: frozenset[str] | None = None
    """What can be chosen, where that depends on other fields."""
    suited: str = ""
    """What the link picker, or whoever names colleagues, asks for, where that depends on other fields."""
    upload: str = ""
    """Where files for the field are sent."""
    folder: str = ""
    """Where those are that the record has already."""
    unanswered: bool = False
    """Whether the record is there and holds nothing in the field."""
    compact: bool = False
    """Whether there is little room."""
    on_create: Callable[[components.Data], None] | None = None
    """What is told where a record to link to shall be made first."""

    @property
    def marked(self) -> str:
        return f"{self.label} *" if self.required else self.label


@dataclass(frozen=True, slots=True)
class Control:
    """`value` raises ValueProblem."""

    raw: Callable[[Field, Value, Visitor], Raw]
    draw: Callable[[Field, Look, Raw, Visitor], Raw]
    value: Callable[[Field, Raw, Visitor], Value]


def control_of(field: Field) -> Control:
    return _CONTROLS[field.type.widget]


def holding(field: Field, key: str, before: Raw) -> Raw:
    """What the control under this key holds now, before it is drawn again; `before` where it was not drawn
    yet."""
    if key not in st.session_state:
        return before
    held = st.session_state[key]
    return held.get("value") if field.type.widget in _COMPONENTS else held


def _same(_field: Field, held: Any, _visitor: Visitor) -> Any:  # Any: the control holds the value itself
    return held


def _accepted(field: Field, held: Raw, _visitor: Visitor) -> Value:
    return field.type.accept(tuple(held) if isinstance(held, list) else held)


def _typed(field: Field, held: Raw, visitor: Visitor) -> Value:
    return field.type.read(held or "", visitor.reading)


def _shown(field: Field, value: Value, visitor: Visitor) -> Raw:
    return None if value is None else field.type.show(value, visitor.showing())


def _number(_field: Field, value: Value, visitor: Visitor) -> Raw:
    return (
        None if value is None else format_decimal(value, locale=visitor.language, decimal_quantization=False)
    )


def _seeded(look: Look, held: Raw) -> None:
    """The control shows what the draft holds, also when it was hidden for a while."""
    if look.key not in st.session_state:
        st.session_state[look.key] = held


def _text(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    _seeded(look, held)
    kind: Any = _KEYBOARDS.get(field.type.scheme, "default")
    return st.text_input(
        look.marked,
        type=kind,
        **_usual(field, look, visitor),
        placeholder=_example(field, visitor),
    )


def _example(field: Field, visitor: Visitor) -> str | None:
    if field.type.widget is Widget.DURATION:
        return visitor.say("duration_example")
    return field.type.hint(visitor.showing())


def _text_area(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    _seeded(look, held)
    mentions = isinstance(field.type, LongTextField) and field.type.mentions
    typed = st.text_area(
        look.marked,
        **_usual(field, look, visitor),
        placeholder=visitor.say("mentions_hint") if mentions else None,
        height=68 if look.compact else 110,
    )
    if mentions and look.suited:
        components.mentions(look.key, look.suited, key=f"{look.key}.mentions")
    return typed


def _condition(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    _seeded(look, held)
    return ask_condition(field, look.marked, _usual(field, look, visitor), visitor)


def _checkbox(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    """A box to tick where the field starts with a value; yes or no where it may be left open, or was."""
    _seeded(look, held)
    if field.type.default is not None and not look.unanswered:
        with st.container(height="stretch", vertical_alignment="center"):
            return st.checkbox(look.marked, **_usual(field, look, visitor))
    words = {True: visitor.say("yes"), False: visitor.say("no")}
    return st.pills(
        look.marked,
        [True, False],
        format_func=words.__getitem__,
        **_usual(field, look, visitor),
    )


def _date(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    _seeded(look, held)
    return st.date_input(
        look.marked,
        value=None,
        min_value=EARLIEST,
        max_value=LATEST,
        format="DD/MM/YYYY",
        **_usual(field, look, visitor),
    )


def _local(_field: Field, value: Value, visitor: Visitor) -> Raw:
    zone = visitor.crm.model.settings.zone
    return None if value is None else value.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)


def _moment(field: Field, held: Raw, visitor: Visitor) -> Value:
    if held is None:
        return None
    return field.type.accept(held.replace(tzinfo=visitor.crm.model.settings.zone).astimezone(UTC))


def _datetime(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    _seeded(look, held)
    return st.datetime_input(
        look.marked,
        value=None,
        min_value=datetime.combine(EARLIEST, time()),
        max_value=datetime.combine(LATEST, time()),
        format="DD/MM/YYYY",
        step=300,
        **_usual(field, look, visitor),
    )


def _time(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    _seeded(look, held)
    return st.time_input(
        look.marked,
        value=None,
        step=300,
        **_usual(field, look, visitor),
    )


def _options(field: Field, look: Look, held: Sequence[str], visitor: Visitor) -> dict[str, str]:
    """What can be chosen, and the keys held that cannot any more: opening a form must not lose them."""
    options = {
        key: visitor.label(option.label)
        for key, option in field.type.choices().items()
        if look.options is None or key in look.options or key in held
    }
    return options | {key: key for key in held if key not in options}


def _select(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    options = _options(field, look, [held] if held else [], visitor)
    _seeded(look, held)
    if len(options) <= FEW and not look.compact:
        return st.pills(
            look.marked,
            list(options),
            format_func=options.__getitem__,
            **_usual(field, look, visitor),
        )
    return _list(field, look, options, visitor)


def _list(field: Field, look: Look, options: Mapping[str, str], visitor: Visitor) -> Raw:
    return st.selectbox(
        look.marked,
        list(options),
        index=None,
        format_func=options.__getitem__,
        placeholder=visitor.say("choose"),
        **_usual(field, look, visitor),
    )


def _multiselect(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    options = _options(field, look, held or (), visitor)
    _seeded(look, list(held or ()))
    return st.multiselect(
        look.marked,
        list(options),
        format_func=options.__getitem__,
        placeholder=visitor.say("choose"),
        select_all=False,
        **_usual(field, look, visitor),
    )


def _rating(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    highest = int(getattr(field.type, "max", FEW))
    marks = {mark: "★" * mark if highest <= FEW else str(mark) for mark in range(1, highest + 1)}
    _seeded(look, held)
    return st.pills(
        look.marked,
        list(marks),
        format_func=marks.__getitem__,
        **_usual(field, look, visitor),
    )


def _user(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    people = {user.id: user.full_name for user in visitor.people}
    if held and held not in people:
        people[held] = visitor.crm.records.titles(visitor.actor, [("user", held)]).get(("user", held), "")
    _seeded(look, held)
    return _list(field, look, people, visitor)


def _chosen(field: Field, value: Value, visitor: Visitor) -> Raw:
    reference = reference_of(field, value)
    if reference is None:
        return None
    title = visitor.crm.records.titles(visitor.actor, [reference]).get(
        reference, visitor.say("hidden_record")
    )
    return {"entity": reference[0], "id": reference[1], "title": title}


def _link(field: Field, look: Look, held: Raw, visitor: Visitor) -> Raw:
    data = picker_data(visitor, field, look.label, held, required=look.required, suited=look.suited)
    if look.on_create is not None:
        data["creates"] = {
            name: visitor.of("new", visitor.entity(name))
            for name in field.links_to
            if visitor.may_read(name) and visitor.rights(name).create
        }
    return components.picker(data, key=look.key, on_create=look.on_create)


def _reference(field: Field, held: Raw, _visitor: Visitor) -> Value:
    return field.type.accept(link_value(field, held["entity"], held["id"]) if held else None)


def _nothing(_field: Field, _look: Look, held: Raw, _visitor: Visitor) -> Raw:
    return held


def _usual(field: Field, look: Look, visitor: Visitor) -> dict[str, Any]:  # Any: parameters of any control
    """What all controls of Streamlit take in the same way."""
    return {
        "key": look.key,
        "help": visitor.label(field.help) if field.help else None,
        "on_change": "rerun" if look.driver else "ignore",
    }


_CONTROLS: Mapping[Widget, Control] = {
    Widget.TEXT: Control(_shown, _text, _typed),
    Widget.TEXT_AREA: Control(_same, _text_area, _typed),
    Widget.CONDITION: Control(_same, _condition, _typed),
    Widget.NUMBER: Control(_number, _text, _typed),
    Widget.DURATION: Control(_shown, _text, _typed),
    Widget.CHECKBOX: Control(_same, _checkbox, _accepted),
    Widget.DATE: Control(_same, _date, _accepted),
    Widget.DATETIME: Control(_local, _datetime, _moment),
    Widget.TIME: Control(_same, _time, _accepted),
    Widget.SELECT: Control(_same, _select, _accepted),
    Widget.MULTISELECT: Control(_same, _multiselect, _accepted),
    Widget.RATING: Control(_same, _rating, _accepted),
    Widget.LINK: Control(_chosen, _link, _reference),
    Widget.FILES: Control(held_files, draw_files, attached),
    Widget.SIGNATURE: Control(held_files, draw_files, attached),
    Widget.USER: Control(_same, _user, _accepted),
    Widget.NONE: Control(_same, _nothing, _accepted),
}
