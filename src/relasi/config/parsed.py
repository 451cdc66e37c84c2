"""What files hold, kept from one reading of a project to the next: known bytes are not parsed again."""

from __future__ import annotations

from dataclasses import dataclass, field

from relasi.config.nodes import Node
from relasi.config.text import decode
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostic, Diagnostics


@dataclass(frozen=True, slots=True)
class _Reading:
    data: bytes
    node: Node | None
    found: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class ParsedFiles:
    """Holds the latest content of each file. Nodes are immutable, so all readings share them."""

    _known: dict[str, _Reading] = field(default_factory=dict)

    def node(self, data: bytes, file: str, diagnostics: Diagnostics) -> Node | None:
        """The document in a file's bytes, None where it cannot be read; mistakes are reported every time."""
        known = self._known.get(file)
        if known is None or known.data != data:
            known = self._known[file] = _parsed(data, file)
        for each in known.found:
            diagnostics.add(each)
        return known.node


def _parsed(data: bytes, file: str) -> _Reading:
    diagnostics = Diagnostics()
    text = decode(data, file, diagnostics)
    node = None if text is None else read(text, file, diagnostics)
    return _Reading(data, node, tuple(diagnostics))
