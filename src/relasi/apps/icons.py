"""Icons by the names that admins write."""

from __future__ import annotations

from streamlit.material_icon_names import ALL_MATERIAL_ICONS

_INSTEAD = "table_rows"


def known(name: str) -> str:
    """The name, or that of a neutral icon where there is none of this name: Streamlit refuses what it
    cannot draw."""
    return name if name in ALL_MATERIAL_ICONS else _INSTEAD


def icon(name: str) -> str:
    """The icon as Streamlit writes it."""
    return f":material/{known(name)}:"
