"""Groups as a drawing: the options of an ECharts chart, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relasi.reports.telling import Series, size_of
from relasi.schema.model.dashboard import Showing

Options = dict[str, Any]  # Any: what JSON can say
_LINES = {Showing.LINE, Showing.AREA}
COLORS = {
    "gray": "#8a8580",
    "blue": "#3d7fd9",
    "orange": "#de7c33",
    "red": "#cf4b45",
    "green": "#2f9461",
    "yellow": "#d3a21b",
    "violet": "#8a63d2",
}
"""What the colours of options look like in drawings, on light and on dark pages."""
_FEW = 14
"""So many columns have room for their figures above them."""
_NAMED, _NARROWEST = 5, 300
"""So many names stand below a drawing that is so many pixels wide."""


def drawn(
    showing: Showing, labels: Sequence[str], series: Sequence[Series], *, are_parts: bool = False
) -> Options:
    """A pie of one series, or columns, lines or areas of as many as there are. Columns of series that are
    parts of one whole stand on each other, others side by side."""
    if showing is Showing.PIE:
        return _pie(labels, series[0])
    several, few = len(series) > 1, len(labels) <= _FEW
    return {
        "grid": {"left": 8, "right": 8, "top": 34 if several else 24, "bottom": 4, "containLabel": True},
        "legend": {"show": several, "top": 0, "left": 0, "type": "scroll"},
        "tooltip": {"trigger": "axis", "valueFormatter": "localized", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "category", "data": list(labels), "axisTick": {"show": False}, **_names(labels)},
        "yAxis": {"type": "value", "axisLabel": {"show": False}, "splitNumber": 3},
        "series": [_line_or_columns(showing, each, several, few=few, are_parts=are_parts) for each in series],
    }


def _names(labels: Sequence[str]) -> Options:
    """A few names are all written, in several lines on a telephone; of many, those that have room, the outer
    ones inside the drawing."""
    if not 0 < len(labels) <= _NAMED:
        return {"axisLabel": {"alignMinLabel": "left", "alignMaxLabel": "right"}}
    return {"axisLabel": {"interval": 0, "overflow": "break", "width": _NARROWEST // len(labels)}}


def _line_or_columns(
    showing: Showing, series: Series, several: bool, *, few: bool, are_parts: bool
) -> Options:
    labelled = few and not several
    data = [
        {"value": size_of(value), "label": {"show": labelled and bool(value), "formatter": short}}
        for value, short in zip(series.values, series.short, strict=True)
    ]
    common: Options = {
        "name": series.name,
        "data": data,
        "label": {"position": "top"},
        "selectedMode": "single",
        **_colored(series.colors[0] if several else None),
    }
    if showing in _LINES:
        area = {"areaStyle": {"opacity": 0.18}} if showing is Showing.AREA else {}
        return {"type": "line", **common, **area}
    stack = {"stack": "all"} if are_parts else {}
    return {"type": "bar", "barMaxWidth": 44, **common, **stack}


def _pie(labels: Sequence[str], series: Series) -> Options:
    return {
        "tooltip": {"trigger": "item", "valueFormatter": "localized"},
        "legend": {"bottom": 0, "left": "center", "type": "scroll"},
        "series": [
            {
                "type": "pie",
                "selectedMode": "single",
                "radius": ["46%", "76%"],
                "center": ["50%", "43%"],
                "label": {"show": False},
                "data": [
                    {"name": label, "value": size_of(value), **_colored(color)}
                    for label, value, color in zip(labels, series.values, series.colors, strict=True)
                ],
            }
        ],
    }


def _colored(color: str | None) -> Options:
    return {"itemStyle": {"color": COLORS[color]}} if color in COLORS else {}
