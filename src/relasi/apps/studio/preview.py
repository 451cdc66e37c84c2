"""An entity as it would be by somebody's drafts: its list and form, with real records. Nothing is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from relasi.apps import components
from relasi.apps.draft import Draft
from relasi.apps.form import draw_form
from relasi.apps.lists.rows import table_data
from relasi.apps.markdown import plain
from relasi.apps.places import Here, Place
from relasi.apps.studio.desk import told, workshop_of
from relasi.apps.visitor import Visitor, visitor_of
from relasi.errors import RelasiError
from relasi.records import ListRequest, Record
from relasi.runtime import with_model
from relasi.schema.model import Entity, Model

_ROWS = 5


def preview(here: Here, name: str) -> None:
    visitor = here.visitor
    model = workshop_of(visitor).compiled().model

    @st.dialog(told(visitor, "preview"), width="large", position="right")
    def show() -> None:
        if model is None or name not in model.entities:
            st.markdown(told(visitor, "preview_mistakes"))
            return
        ahead = _ahead(here, model, name)
        st.caption(told(visitor, "preview_help"))
        records = _records(visitor, ahead.entity)
        for part in (_list, _form):
            try:
                part(ahead, records)
            except RelasiError as failure:
                st.info(told(visitor, "preview_later", why=plain(failure.text(visitor.language))))

    show()


def _ahead(here: Here, model: Model, name: str) -> Here:
    """The same visitor in the CRM as it would be."""
    visitor = visitor_of(with_model(here.visitor.crm, model), here.visitor.user)
    return Here(visitor, Place(here.place.department, name), {})


def _records(visitor: Visitor, entity: Entity) -> tuple[Record, ...]:
    """Some that there are, as far as the database has their fields by now."""
    known = visitor.crm.model.entities.get(entity.name)
    if known is None or not visitor.may_read(entity.name):
        return ()
    names = tuple(name for name, each in entity.fields.items() if name in known.fields and not each.system)
    request = ListRequest(entity.name, fields=names, limit=_ROWS)
    found = visitor.crm.records.list(visitor.actor, request).records
    missing: dict[str, None] = dict.fromkeys(entity.fields)
    return tuple(replace(each, values={**missing, **each.values}) for each in found)


def _list(ahead: Here, records: Sequence[Record]) -> None:
    visitor, entity = ahead.visitor, ahead.entity
    saved = next(iter(entity.lists.values()))
    hidden = visitor.hidden(entity)
    columns = [name for name in saved.columns if name not in hidden]
    st.markdown(f"##### {visitor.label(entity.plural)}")
    data = table_data(ahead, records, columns, sortable=False)
    components.table(data, key=f"preview.{entity.name}.list", on_open=lambda _link: None)


def _form(ahead: Here, records: Sequence[Record]) -> None:
    visitor, entity = ahead.visitor, ahead.entity
    st.markdown(f"##### {told(visitor, 'form')}")
    values = records[0].values if records else visitor.crm.records.new_values(visitor.actor, entity.name)
    draft = Draft(f"preview.{entity.name}", entity, None, visitor.language)  # what is new is nowhere kept yet
    draft.start(visitor, values)
    draw_form(visitor, draft)
