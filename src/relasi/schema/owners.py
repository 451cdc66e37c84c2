"""Whose a record is, in words of the expression language."""

from __future__ import annotations

from collections.abc import Mapping

OWNER = "owner"
"""The user field that makes a record somebody's own."""

WHOSE: Mapping[str, str] = {
    "own": f"{OWNER} = user",
    "team": f"({OWNER}.team = user.team and user.team is not empty)",
    "tree": f"under({OWNER}.team, user.team)",
}
"""Words for whose records are meant; `own or team` joins them."""
