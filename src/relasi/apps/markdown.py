"""Text inside Streamlit's Markdown."""

from __future__ import annotations

_SIGNS = frozenset(r"\`*_{}[]()#+-.!:$~>|<&")


def plain(text: str) -> str:
    """The text with nothing in it that Markdown would take for its own: what people type must stay what it
    is."""
    return "".join(f"\\{letter}" if letter in _SIGNS else letter for letter in text)
