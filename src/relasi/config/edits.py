"""Small changes to the text of a YAML file, which leave every comment and every other line as they were.

The nodes of `yaml_reader` tell where a value stands; only that stretch of the text is written anew. What the
change means for the project is left to others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from relasi.config.nodes import Entry, Mapping, Node, Scalar, Sequence, lookup
from relasi.config.outline import key_as_yaml, text_as_yaml
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostics, Span
from relasi.errors import EditRefused

Plain = Any
"""Text, a number, a boolean, None, or a list or map of these."""
Path = tuple[str, ...]

_WIDEST = 110
_LINE_END = re.compile(r"\r\n|\r|\n")


def with_value(text: str, path: Path, value: Plain) -> str:
    """The text with a value at a path; the maps on the way are made where they are missing.

    A map is laid over the one that is there, key by key. Raises EditRefused.
    """
    if isinstance(value, AbstractMapping) and value and isinstance(_at(text, path), Mapping):
        for key, each in value.items():
            text = with_value(text, (*path, key), each)
        return text
    found = _at(text, path)
    if found is not None:
        return _checked(_replaced(text, found, value), path, value)
    depth = next(n for n in range(len(path) - 1, -1, -1) if _at(text, path[:n]) is not None)
    rest = value
    for key in reversed(path[depth + 1 :]):
        rest = {key: rest}
    return _checked(_added(text, path[:depth], path[depth], rest), path, value)


def with_item(text: str, path: Path, item: Plain) -> str:
    """The text with one more item at the end of the list at a path, which is made where it is missing. Raises
    EditRefused."""
    node = _at(text, path)
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return with_value(text, path, [item])
    if not isinstance(node, Sequence):
        raise EditRefused("edit_no_list", path=".".join(path))
    source = _Text.of(text)
    if source.is_flow(node):
        last = node.items[-1].span if node.items else None
        changed = source.put_into_flow(node.span, last, flow(item))
    else:
        last = node.items[-1].span
        dash = _Text.of(text).lines[last.line - 1].index("-")
        changed = source.insert_below(last.end_line, [f"{' ' * dash}- {flow(item)}"])
    return _checked(changed, path, [*_plain(node), item])


def swapped(text: str, path: Path, one: str | int, other: str | int) -> str:
    """The text with two keys of a map, or two items of a list, in each other's place; comments right above a
    key go with it. Raises EditRefused."""
    source, node = _Text.of(text), _at(text, path)
    if isinstance(node, Mapping) and isinstance(one, str) and isinstance(other, str):
        stretches = [source.stretch(node, node.entries[each]) for each in (one, other)]
    elif isinstance(node, Sequence) and isinstance(one, int) and isinstance(other, int):
        stretches = [source.range(node.items[each].span) for each in (one, other)]
    else:
        raise EditRefused("edit_no_order", path=".".join(path))
    (start, end), (next_start, next_end) = sorted(stretches)
    whole = source.text
    changed = whole[:start] + whole[next_start:next_end] + whole[end:next_start]
    return changed + whole[start:end] + whole[next_end:]


def flow(value: Plain) -> str:
    """A value on one line of YAML."""
    match value:
        case AbstractMapping():
            return "{" + ", ".join(f"{key_as_yaml(key)}: {flow(each)}" for key, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str():
            return text_as_yaml(value) if value.isprintable() else json.dumps(value)
        case bool():
            return str(value).lower()
        case None:
            return "null"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def block(key: str, value: Plain, indent: int) -> list[str]:
    """A key with its value as lines of YAML: maps in full where they hold maps or do not fit on the line."""
    start = " " * indent + key_as_yaml(key) + ":"
    line = f"{start} {flow(value)}"
    is_deep = isinstance(value, AbstractMapping) and any(
        isinstance(each, AbstractMapping) and key not in _LEAVES for key, each in value.items()
    )
    if isinstance(value, AbstractMapping) and value and (is_deep or len(line) > _WIDEST):
        return [start, *(each for name, inner in value.items() for each in block(name, inner, indent + 2))]
    return [line]


_LEAVES = frozenset({"label", "plural"})
"""Maps that authors write on the line of their key."""


def _at(text: str, path: Path) -> Node | None:
    node = read(text, "", Diagnostics())
    if node is None and text.strip():
        raise EditRefused("edit_broken")
    return None if node is None else lookup(node, path)


def _checked(text: str, path: Path, value: Plain) -> str:
    """What cannot be written without harm is not written at all."""
    node = read(text, "", Diagnostics())
    found = None if node is None else lookup(node, path)
    if found is None or _plain(found) != (list(value) if isinstance(value, tuple) else value):
        raise EditRefused("edit_by_hand", path=".".join(path))
    return text


def _plain(node: Node) -> Plain:
    match node:
        case Mapping(entries=entries):
            return {key: _plain(each.value) for key, each in entries.items()}
        case Sequence(items=items):
            return [_plain(each) for each in items]
    return node.value


def _replaced(text: str, node: Node, value: Plain) -> str:
    source = _Text.of(text)
    start, end = source.range(node.span)
    if not isinstance(node, Scalar) and "#" in source.text[start:end]:
        raise EditRefused("edit_comments")
    space = " " if source.text[start - 1 : start] in (":", "-") else ""
    return source.text[:start] + space + flow(value) + source.text[end:]


def _added(text: str, above: Path, key: str, value: Plain) -> str:
    source, node = _Text.of(text), _at(text, above)
    if isinstance(node, Mapping) and source.is_flow(node):
        last = list(node.entries.values())[-1].value.span if node.entries else None
        return source.put_into_flow(node.span, last, f"{key_as_yaml(key)}: {flow(value)}")
    if isinstance(node, Mapping):
        last_entry = list(node.entries.values())[-1]
        indent = last_entry.key.span.column - 1
        return source.insert_below(_last_line(last_entry), block(key, value, indent))
    if isinstance(node, Scalar) and node.value is None and not node.text and above:
        line = node.span.line
        indent = len(source.lines[line - 1]) - len(source.lines[line - 1].lstrip()) + 2
        return source.insert_below(line, block(key, value, indent))
    if isinstance(node, Scalar):  # the short form of a field: `budget: money`
        raise EditRefused("edit_by_hand", path=".".join((*above, key)))
    return source.insert_below(len(source.lines), block(key, value, 0))


def _last_line(entry: Entry) -> int:
    return max(entry.key.span.end_line, entry.value.span.end_line)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with its lines as diagnostics count them, and where each of them begins."""

    text: str
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    end: str
    """How its lines end."""

    @classmethod
    def of(cls, text: str) -> _Text:
        starts = [1 if text.startswith("\ufeff") else 0]
        lines = []
        found = None
        for found in _LINE_END.finditer(text):
            lines.append(text[starts[-1] : found.start()])
            starts.append(found.end())
        lines.append(text[starts[-1] :])
        first = _LINE_END.search(text)
        return cls(text, tuple(lines), tuple(starts), first[0] if first else "\n")

    def offset(self, line: int, column: int) -> int:
        if line > len(self.lines):
            return len(self.text)
        return self.starts[line - 1] + column - 1

    def range(self, span: Span) -> tuple[int, int]:
        return self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)

    def is_flow(self, node: Mapping | Sequence) -> bool:
        return self.text[self.offset(node.span.line, node.span.column)] in "{["

    def insert_below(self, line: int, added: list[str]) -> str:
        """With lines put below a line, counted from 1."""
        content = self.end.join(added)
        if line < len(self.lines):
            place = self.starts[line]
            return self.text[:place] + content + self.end + self.text[place:]
        if self.lines[-1]:
            return self.text + self.end + content + self.end
        return self.text + content + self.end

    def put_into_flow(self, whole: Span, last: Span | None, content: str) -> str:
        """With one more thing in brackets, behind the last that is there."""
        start, end = self.range(whole)
        if last is None:
            return self.text[: start + 1] + content + self.text[end - 1 :]
        place = self.range(last)[1]
        return f"{self.text[:place]}, {content}{self.text[place:]}"

    def stretch(self, node: Mapping, entry: Entry) -> tuple[int, int]:
        """From where an entry of a map begins to where it ends: whole lines, with the comments right above
        it, unless the map stands in brackets."""
        if self.is_flow(node):
            return self.range(entry.key.span)[0], self.range(entry.value.span)[1]
        first, indent = entry.key.span.line, " " * (entry.key.span.column - 1)
        while first > 1 and self.lines[first - 2].startswith(f"{indent}#"):
            first -= 1
        last = _last_line(entry)
        end = self.starts[last] if last < len(self.lines) else len(self.text)
        return self.starts[first - 1], end
