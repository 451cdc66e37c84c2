"""Two versions of a file, as lines that went and lines that came."""

from __future__ import annotations

import re

from relasi.apps import components
from relasi.apps.studio.desk import told
from relasi.apps.visitor import Visitor
from relasi.studio.publishing import difference

_BEGIN = re.compile(r"@@ -\S+ \+(\d+)")


def show_difference(visitor: Visitor, before: str | None, after: str | None, *, key: str) -> None:
    lines = difference(before, after)
    shown = [{"sign": line[:1], "text": _text(visitor, line)} for line in lines]
    components.difference(
        {"lines": shown, "nothing": told(visitor, "no_difference")}, key=f"difference.{key}"
    )


def _text(visitor: Visitor, line: str) -> str:
    """Without its sign; between two stretches of the file, where the next one begins."""
    begun = _BEGIN.match(line)
    return f"{told(visitor, 'line')} {begun[1]}" if begun else line[1:]
