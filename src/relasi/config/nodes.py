"""What a YAML file holds, as immutable values that remember their place; `yaml_reader` makes them."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Items
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from relasi.diagnostics import Span

Value = str | int | Decimal | bool | None
Style = Literal["plain", "single", "double", "literal", "folded"]
KeyPath = Iterable[str | int]


class _Piece(NamedTuple):
    """A stretch of a scalar's text which stands unchanged on one line of the file."""

    offset: int
    length: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: `value` is what it means (see `scalars`), `text` what it says, without its quotes."""

    value: Value
    text: str
    span: Span
    style: Style = "plain"
    lines: Items[str] = field(default=(), repr=False, compare=False)
    """The lines of the whole file."""

    def inner_span(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands in the file; the whole scalar where escapes hide that."""
        pieces = self._pieces()
        if not pieces:
            return self.span
        line, column = _locate(pieces, start)
        end_line, end_column = _locate(pieces, end - 1) if end > start else (line, column - 1)
        return Span(self.span.file, line, column, end_line, end_column + 1)

    def _pieces(self) -> list[_Piece]:
        """Lays the text along the lines that the scalar was written on; nothing when they differ."""
        pieces = []
        offset = 0
        for line, column, raw in self._written():
            content = raw.strip()
            offset = _skip_blanks(self.text, offset) if content else offset
            if not self.text.startswith(content, offset):
                return []
            if content:
                pieces.append(_Piece(offset, len(content), line, column + raw.index(content)))
            offset += len(content)
        return [] if self.text[offset:].strip() else pieces

    def _written(self) -> Iterable[tuple[int, int, str]]:
        """Line, column and content of each line of the scalar, without indicator or quotes."""
        span = self.span
        block = self.style in {"literal", "folded"}
        quote = self.style in {"single", "double"}
        for line in range(span.line + block, min(span.end_line, len(self.lines)) + 1):
            first = span.column - 1 + quote if line == span.line else 0
            last = span.end_column - 1 - quote if line == span.end_line and not block else None
            yield line, first + 1, self.lines[line - 1][first:last]


def _skip_blanks(text: str, offset: int) -> int:
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset


def _locate(pieces: list[_Piece], offset: int) -> tuple[int, int]:
    piece = next((piece for piece in reversed(pieces) if piece.offset <= offset), pieces[0])
    return piece.line, max(1, piece.column + min(offset - piece.offset, piece.length))


class Entry(NamedTuple):
    """A key with its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys, always texts, with their values in the order in which they were written."""

    entries: dict[str, Entry]
    span: Span


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> object:
    """The node as dicts, lists and values; numbers with a point are Decimals."""
    if isinstance(node, Mapping):
        return {key: plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


def lookup(node: Node, path: KeyPath) -> Node | None:
    """The node at the end of a path of keys and list positions, None if it leads nowhere."""
    found: Node | None = node
    for part in path:
        if isinstance(found, Mapping):
            entry = found.entries.get(part) if isinstance(part, str) else None
            found = entry.value if entry else None
        elif isinstance(found, Sequence) and isinstance(part, int) and 0 <= part < len(found.items):
            found = found.items[part]
        else:
            return None
    return found


def span_at(node: Node, path: KeyPath) -> Span:
    """Where the value at a path stands, or else its nearest ancestor."""
    return _follow(node, path)[-1].value.span


def key_span(node: Node, path: KeyPath) -> Span:
    """Where the key (or list item) at a path stands, or else its nearest ancestor's."""
    return _follow(node, path)[-1].span


class _Step(NamedTuple):
    span: Span
    value: Node


def _follow(node: Node, path: KeyPath) -> list[_Step]:
    """The node and what each part of the path leads to, as far as it leads."""
    steps = [_Step(node.span, node)]
    for part in path:
        step = _child(steps[-1].value, part)
        if step is None:
            break
        steps.append(step)
    return steps


def _child(node: Node, part: str | int) -> _Step | None:
    if isinstance(node, Mapping) and isinstance(part, str) and part in node.entries:
        key, value = node.entries[part]
        return _Step(key.span, value)
    if isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
        return _Step(node.items[part].span, node.items[part])
    return None
