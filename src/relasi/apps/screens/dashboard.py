"""A dashboard: its tiles with the figures of a period. Each figure leads to the records behind it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import streamlit as st

from relasi.apps import components
from relasi.apps.lists.charts import drawn
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.looking import ask_look
from relasi.apps.screens.subscribing import ask_subscription
from relasi.apps.subscribing import Wish
from relasi.apps.values import link_value
from relasi.errors import RelasiError
from relasi.exporting.files import Format
from relasi.exporting.sheets import as_workbook
from relasi.records import Record
from relasi.reports.asking import Extent, answer
from relasi.reports.looks import Look
from relasi.reports.telling import CHARTS, TABLES, Address, Telling
from relasi.schema.expressions.operations import today
from relasi.schema.model.dashboard import Dashboard, Showing, Tile

_NARROWEST = {4: 150, 2: 440, 1: 440}
"""Pixels of a tile, by how many stand beside one another."""


def dashboard_page(here: Here, dashboard: Dashboard) -> None:
    """Tiles about what the visitor may not see are not there."""
    visitor, page = here.visitor, f"dashboard.{dashboard.name}"
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {plain(visitor.label(dashboard.label))}", width="content")
        st.space("stretch")
        look = ask_look(visitor, dashboard)
        _ask_mail(here, dashboard, look)
    day = today(visitor.crm.clock(), visitor.crm.model.settings.zone)
    extent = Extent(*look.spans(day), look.whose)
    found = 0
    for columns, tiles in groupby(dashboard.tiles, _columns):
        with st.grid(columns, min_column_width=_NARROWEST[columns]):
            found += sum(_tile(here, page, tile, extent) for tile in tiles)
    if not found:
        st.info(visitor.say("dashboard_closed"), icon=":material/lock:")


def _ask_mail(here: Here, dashboard: Dashboard, look: Look) -> None:
    words, key = here.visitor.say("send_me"), f"dashboard.{dashboard.name}.mail"
    place = st.popover(words, icon=":material/schedule_send:", type="tertiary", key=key, on_change="rerun")
    if place.open:
        query = {name: [value] for name, value in look.query().items()}
        with place:
            wish = Wish("dashboard", dashboard.name, here.place.department, query)
            ask_subscription(here.visitor, wish, key)


def _columns(tile: Tile) -> int:
    """How many such tiles stand beside one another."""
    if tile.showing is Showing.NUMBER:
        return 4
    return 1 if tile.is_pivot or tile.showing is Showing.COHORT else 2


def panels(here: Here, record: Record) -> None:
    """Figures about what belongs to a record, on its page."""
    for is_number, tiles in groupby(here.entity.panels, lambda tile: tile.showing is Showing.NUMBER):
        with st.grid(4, min_column_width=150) if is_number else st.grid(2, min_column_width=340):
            for tile in tiles:
                field = here.visitor.entity(tile.entity).fields[tile.link or ""]
                owner = link_value(field, record.entity, record.id)
                _tile(here, here.key("panel", record.id), tile, Extent(owner=owner))


def _tile(here: Here, page: str, tile: Tile, extent: Extent) -> bool:
    """Whether the visitor may see it. What fails says so in its own place."""
    visitor, key = here.visitor, f"{page}.{tile.name}"
    try:
        found = answer(visitor, tile, extent)
    except RelasiError as failure:
        with st.container(border=True, height="stretch"):
            _title(here, tile)
            st.caption(f":material/error: {plain(failure.text(visitor.language))}")
        return True
    if found is None:
        return False
    with st.container(border=True, height="stretch", key=f"{key}.tile"):
        telling = Telling.of(visitor, found, _address(here))
        is_chart = tile.showing in CHARTS or (len(tile.by) > 1 and tile.showing not in TABLES)
        as_table = _title(here, tile, f"{key}.table" if is_chart and found.groups else None)
        if tile.by and not found.groups:
            st.caption(visitor.say("dashboard_nothing"))
        elif is_chart and not as_table:
            _chart(here, telling, key)
        else:
            components.figures(telling.data(), key=f"{key}.figures", on_open=_opener(here))
            if tile.showing in TABLES and tile.by and visitor.rights(tile.entity).export is not False:
                _take_away(telling, key)
        if found.extent.whose is not extent.whose:
            st.caption(visitor.say("dashboard_everybodys"))
        if found.is_cut:
            st.caption(visitor.say("dashboard_cut", n=visitor.number(len(found.groups))))
    return True


def _take_away(telling: Telling, key: str) -> None:
    visitor, tile = telling.onlooker, telling.tile
    st.download_button(
        visitor.say("export_xlsx"),
        lambda: as_workbook(telling.data()["heads"], telling.sheet()),
        file_name=f"{visitor.label(tile.label)}.xlsx",
        mime=Format.XLSX.media_type,
        type="tertiary",
        icon=":material/download:",
        key=f"{key}.file",
        on_click="ignore",
    )


def _title(here: Here, tile: Tile, switch: str | None = None) -> bool:
    """Whether the tile is shown as a table; `switch` is the key of the choice."""
    visitor = here.visitor
    help = visitor.label(tile.help) if tile.help else None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(visitor.label(tile.label))}**", help=help, width="content")
        if switch is None:
            return False
        is_table = bool(st.session_state.get(switch))
        st.space("stretch")
        st.button(
            visitor.say("dashboard_as_chart" if is_table else "dashboard_as_table"),
            icon=":material/bar_chart:" if is_table else ":material/table_rows:",
            type="tertiary",
            key=f"{switch}.turn",
            on_click=lambda: st.session_state.update({switch: not is_table}),
        )
    return is_table


def _chart(here: Here, telling: Telling, key: str) -> None:
    def chosen() -> None:
        picked = st.session_state[f"{key}.chart"].selection.selected
        if picked:
            _opener(here)(telling.behind(picked[0]["series_index"], picked[0]["data_indices"][0]))

    st.echarts_chart(
        drawn(telling.tile.showing, telling.labels, telling.series, are_parts=bool(telling.split)),
        height=280,
        key=f"{key}.chart",
        on_select=chosen,
        alt=telling.alt,
    )


def _address(here: Here) -> Address:
    def address(entity: str, where: str) -> str:
        there = here.at(entity)
        return there.address(where=where) if there else "#"

    return address


def _opener(here: Here) -> Callable[[dict[str, str]], None]:
    def opened(link: dict[str, str]) -> None:
        there = here.at(link["entity"])
        if there is not None:
            there.go({"where": link["where"]})

    return opened
