"""One field of a form: its control, or its value where that is fixed, and what is wrong with it."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from relasi.apps.components import Data
from relasi.apps.controls import Look, control_of
from relasi.apps.draft import Draft, Making
from relasi.apps.markdown import plain
from relasi.apps.routes.files import folder_address, upload_address
from relasi.apps.visitor import Visitor
from relasi.records import FormState
from relasi.records.links import references_of
from relasi.schema.derivations import Computed
from relasi.schema.model import Entity, Field
from relasi.texts import say


def draw_field(visitor: Visitor, draft: Draft, field: Field, state: FormState) -> None:
    key = draft.widget(field.name)
    with st.container(gap=None, key=f"{key}.box"):
        if field.name in state.read_only:
            _fixed(visitor, draft, field, key)
            if label := state.awaited.get(field.name):
                reason = say(visitor.language, "issues.awaits_decision", label=visitor.label(label))
                st.markdown(f":gray[:small[:material/lock: {plain(reason)}]]")
            return
        look = Look(
            key=key,
            label=visitor.field_label(field),
            required=field.name in state.required,
            driver=field.name in drivers(draft.entity)
            or (draft.foresees and field.name in feeds(draft.entity)),
            options=state.options.get(field.name),
            upload=upload_address(draft.entity.name, field.name),
            folder=folder_address(draft.entity.name, draft.record.id, field.name) if draft.record else "",
            suited=_suited(draft.entity, field, state),
            unanswered=draft.record is not None and draft.record.values.get(field.name) is None,
            compact=draft.compact,
            on_create=partial(_make_first, draft, field.name) if draft.makes_others else None,
        )
        draft.raw[field.name] = control_of(field).draw(field, look, draft.raw.get(field.name), visitor)
        for issue in draft.issues.get(field.name, ()):
            st.markdown(f":red[:small[:material/error: {plain(issue)}]]")


def _make_first(draft: Draft, name: str, asked: Data) -> None:
    draft.making = Making(name, asked["entity"], asked["typed"])


def _suited(entity: Entity, field: Field, state: FormState) -> str:
    given = state.given.get(field.name)
    return urlencode({"field": f"{entity.name}.{field.name}", "record": given}) if given else ""


def _fixed(visitor: Visitor, draft: Draft, field: Field, key: str) -> None:
    """A field that people read here and do not change."""
    kept = draft.record.values if draft.record else {}
    value = {**kept, **draft.foreseen}.get(field.name)
    references = references_of(field, value)
    titles = visitor.crm.records.titles(visitor.actor, references) if references else {}
    shown = "" if value is None else field.type.show(value, visitor.showing(titles))
    st.session_state[f"{key}.fixed"] = shown
    st.text_input(
        visitor.field_label(field),
        key=f"{key}.fixed",
        disabled=True,
        placeholder=visitor.say("given_when_saved") if field.computed else None,
    )


def feeds(entity: Entity) -> frozenset[str]:
    """The fields of which others are made."""
    return frozenset().union(*map(made_of, entity.own_fields))


def made_of(field: Field) -> frozenset[str]:
    """The fields of the same record that a computed one is made of."""
    derivation = field.derivation
    return (
        frozenset(read.path[0] for read in derivation.reads)
        if isinstance(derivation, Computed)
        else frozenset()
    )


def drivers(entity: Entity) -> frozenset[str]:
    """The fields on which it depends whether others are shown, required or read-only, and what they offer."""
    conditions = [each.when for each in entity.forms]
    conditions += [each.visible_when for each in entity.tables.values()]
    for field in entity.own_fields:
        conditions += (field.visible_when, field.required_when, field.read_only_when)
    for section in entity.form:
        conditions += (section.visible_when, section.required_when, section.read_only_when)
    read = {name.partition(".")[0] for each in conditions if each for name in each.fields}
    return frozenset(read).union(*(field.narrowed_by for field in entity.own_fields))
