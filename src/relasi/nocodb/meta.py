"""The make-up of a NocoDB base: its tables, columns and views, read as data and changed one at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from relasi.nocodb.cells import Choice
from relasi.nocodb.transport import Json, Transport
from relasi.nocodb.views import Filter, WantedView
from relasi.nocodb.wanted import WantedColumn, WantedTable

_ID = {"title": "Id", "column_name": "id", "uidt": "ID", "pk": True, "ai": True}
_SYSTEM = frozenset(
    {"ID", "CreatedTime", "LastModifiedTime", "CreatedBy", "LastModifiedBy", "Order", "ForeignKey"}
)
_KINDS = {1: "form", 2: "gallery", 3: "grid", 4: "kanban", 5: "map", 6: "calendar"}
_ROUTES = {"grid": "grids", "kanban": "kanbans", "calendar": "calendars", "form": "forms"}


@dataclass(frozen=True, slots=True)
class HeldColumn:
    id: str
    title: str
    name: str
    """The physical one, which no rename changes."""
    kind: str
    options: tuple[Choice, ...]
    """Their keys are NocoDB's own."""
    is_system: bool
    leads: str | None = None
    """The column with the keys, where NocoDB has made this one of a reference in an outside database."""


@dataclass(frozen=True, slots=True)
class HeldView:
    id: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class HeldTable:
    id: str
    title: str
    name: str
    source: str
    columns: tuple[HeldColumn, ...] = ()
    views: tuple[HeldView, ...] = ()

    def is_called(self, names: Collection[str]) -> bool:
        """NocoDB puts a prefix before the names of tables where its own database has no schemas."""
        return any(self.name == each or self.name.endswith(f"__{each}") for each in names)

    def by_id(self, column: str) -> HeldColumn | None:
        return next((each for each in self.columns if each.id == column), None)

    def by_name(self, name: str) -> HeldColumn | None:
        return next((each for each in self.columns if each.name == name), None)


class Meta:
    """Raises PlatformUnavailable, AccessRefused, Missing and ValueRefused."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.host = transport.host

    def bases(self) -> dict[str, str]:
        """The titles of all bases that can be seen, by their ids."""
        found = self._transport.get("/api/v2/meta/bases")["list"]
        return {each["id"]: each["title"] for each in found}

    def make_base(self, title: str) -> str:
        made: str = self._transport.post("/api/v2/meta/bases", {"title": title})["id"]
        return made

    def tables(self, base: str) -> tuple[HeldTable, ...]:
        """Without their columns and views."""
        found = self._transport.get(f"/api/v2/meta/bases/{base}/tables")["list"]
        return tuple(_table(each) for each in found)

    def table(self, table: str) -> HeldTable:
        """With all that belongs to it."""
        return _table(self._transport.get(f"/api/v2/meta/tables/{table}"))

    def make_table(self, base: str, wanted: WantedTable) -> HeldTable:
        """With all its columns; its views are made one by one."""
        columns = [_ID, *(_written(each) for each in wanted.columns)]
        columns[1]["pv"] = True
        body = {"title": wanted.title, "table_name": wanted.name, "columns": columns}
        return _table(self._transport.post(f"/api/v2/meta/bases/{base}/tables", body))

    def rename_table(self, base: str, table: HeldTable, title: str) -> None:
        """NocoDB wants another physical name with it."""
        stem, _, number = table.name.rpartition("_v")
        name = f"{stem}_v{int(number) + 1}" if number.isdigit() else f"{table.name}_v2"
        body = {"title": title, "base_id": base, "table_name": name}
        self._transport.patch(f"/api/v2/meta/tables/{table.id}", body)

    def make_column(self, table: str, wanted: WantedColumn) -> HeldColumn:
        made = self._transport.post(f"/api/v2/meta/tables/{table}/columns", _written(wanted))
        return next(each for each in _table(made).columns if each.name == wanted.name)

    def rename_column(self, column: str, title: str) -> None:
        self._transport.patch(f"/api/v2/meta/columns/{column}", {"title": title})

    def change_column(self, column: HeldColumn, wanted: WantedColumn, options: Sequence[Choice]) -> None:
        """Its kind and its options; the title stays."""
        body = {**_written(wanted), "title": column.title, "column_name": column.name}
        self._transport.patch(
            f"/api/v2/meta/columns/{column.id}",
            {**body, "colOptions": _options(options)} if options else body,
        )

    def make_view(self, table: HeldTable, wanted: WantedView) -> str:
        """The id of the view, which shows the wanted columns in their order, filtered and sorted."""
        ids = {each.name: each.id for each in table.columns}
        body: dict[str, Any] = {"title": wanted.title}
        if wanted.kind == "kanban":
            body["fk_grp_col_id"] = ids[wanted.by or ""]
        if wanted.kind == "calendar":
            body["calendar_range"] = [{"fk_from_column_id": ids[wanted.by or ""]}]
        route = _ROUTES[wanted.kind]
        made: str = self._transport.post(f"/api/v2/meta/tables/{table.id}/{route}", body)["id"]
        for each in wanted.filters:
            self._transport.post(f"/api/v2/meta/views/{made}/filters", _filter(each, ids))
        for name, descending in wanted.sorts:
            direction = "desc" if descending else "asc"
            body = {"fk_column_id": ids[name], "direction": direction}
            self._transport.post(f"/api/v2/meta/views/{made}/sorts", body)
        if wanted.columns:
            self._show(made, [ids[each] for each in wanted.columns])
        return made

    def hide(self, view: str, columns: Collection[str]) -> None:
        """Columns that only the engine reads, by their ids."""
        for each in self._shown(view):
            if each["fk_column_id"] in columns and each["show"]:
                self._change_shown(view, each["id"], {"show": False})

    def _show(self, view: str, columns: Sequence[str]) -> None:
        self._transport.post(f"/api/v2/meta/views/{view}/hide-all", {}, repeat=True)
        places = {column: order for order, column in enumerate(columns, start=1)}
        for each in self._shown(view):
            if order := places.get(each["fk_column_id"]):
                self._change_shown(view, each["id"], {"show": True, "order": order})

    def _shown(self, view: str) -> list[Json]:
        found: list[Json] = self._transport.get(f"/api/v2/meta/views/{view}/columns")["list"]
        return found

    def _change_shown(self, view: str, shown: str, change: Json) -> None:
        self._transport.patch(f"/api/v2/meta/views/{view}/columns/{shown}", change)


def _table(found: Json) -> HeldTable:
    return HeldTable(
        id=found["id"],
        title=found["title"],
        name=found["table_name"],
        source=found["source_id"],
        columns=tuple(_column(each) for each in found.get("columns") or ()),
        views=tuple(_view(each) for each in found.get("views") or ()),
    )


def _column(found: Json) -> HeldColumn:
    relation = found.get("colOptions") or {}
    options = relation.get("options") or ()
    return HeldColumn(
        id=found["id"],
        title=found["title"],
        name=found["column_name"] or "",
        kind=found["uidt"],
        options=tuple(Choice(each["id"], each["title"], each["color"]) for each in options),
        is_system=bool(found["system"] or found["pk"]) or found["uidt"] in _SYSTEM,
        leads=relation.get("fk_child_column_id") if relation.get("type") == "bt" else None,
    )


def _view(found: Json) -> HeldView:
    return HeldView(found["id"], found["title"], _KINDS.get(found["type"], "other"))


def _written(wanted: WantedColumn) -> dict[str, Any]:  # Any: JSON
    written: dict[str, Any] = {
        "title": wanted.title,
        "column_name": wanted.name,
        "uidt": wanted.kind,
        "description": wanted.help or None,
    }
    if wanted.options:
        written["colOptions"] = _options(wanted.options)
    if wanted.places is not None:
        written["meta"] = {"precision": wanted.places, "isLocaleString": True}
    if wanted.kind == "Date":
        written["meta"] = {"date_format": "YYYY-MM-DD"}
    if wanted.kind == "DateTime":
        written["meta"] = {"date_format": "YYYY-MM-DD", "time_format": "HH:mm", "is12hrFormat": False}
    return written


def _options(options: Sequence[Choice]) -> Json:
    return {"options": [{"title": each.title, "color": each.color} for each in options]}


def _filter(wanted: Filter, ids: dict[str, str]) -> Json:
    written = {
        "fk_column_id": ids[wanted.name],
        "comparison_op": wanted.sign,
        "value": wanted.value,
        "logical_op": "and",
    }
    return {**written, "comparison_sub_op": wanted.day} if wanted.day else written
