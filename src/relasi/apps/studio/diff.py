"""Two versions of a file, as lines that went and lines that came."""

from __future__ import annotations

from relasi.apps import components
from relasi.apps.studio.desk import told
from relasi.apps.visitor import Visitor
from relasi.studio.publishing import difference


def show_difference(visitor: Visitor, before: str | None, after: str | None) -> None:
    lines = difference(before, after)
    if not lines:
        components.difference({"lines": [], "nothing": told(visitor, "no_difference")})
        return
    shown = [{"sign": line[:1], "text": line[1:] if line[:2] != "@@" else line} for line in lines]
    components.difference({"lines": shown, "nothing": ""})
