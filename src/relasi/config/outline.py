"""Merged documents as people look at them: found by path, printed as YAML, each value with its place.

What is printed reads back as the same document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relasi.config.documents import COLLECTIONS, Document
from relasi.config.nodes import Mapping, Node, Scalar
from relasi.config.nodes import Sequence as SequenceNode
from relasi.config.scalars import resolve
from relasi.diagnostics import Span, nearest

_PLAIN = re.compile(r"[\w/.(=+][\w/.()<>=+*%@;!?' -]*(?<! )")
_PLAIN_KEY = re.compile(r"\w[\w.-]*( [\w.-]+)*")
"""Texts that mean the same with and without quotes, inside brackets too."""
_WIDEST = 80


class UnknownPath(Exception):
    """A path that leads nowhere. `near` is the whole path that was probably meant, `known` what is there."""

    def __init__(self, path: str, near: str | None, known: Sequence[str]) -> None:
        super().__init__(path, near, known)
        self.path, self.near, self.known = path, near, known


@dataclass(frozen=True, slots=True)
class Part:
    """What a path leads to. `trail` are the keys from the top of the document."""

    document: Document
    trail: tuple[str, ...]
    node: Node


@dataclass(frozen=True, slots=True)
class Line:
    """A line of YAML; `span` is where its value was written, None for a line that only opens a map."""

    text: str
    span: Span | None


def find(documents: Sequence[Document], path: str) -> Part:
    """The part at `customer.fields.name`, or `entity.customer.fields.name` where a name serves several kinds.

    Raises UnknownPath.
    """
    first, *rest = path.split(".")
    named = [each for each in documents if each.name == first]
    if len(named) != 1 and rest:
        of_kind = [each for each in documents if (each.kind, each.name) == (first, rest[0])]
        if of_kind:
            return _below(of_kind[0], f"{first}.{rest[0]}", rest[1:])
    if len(named) > 1:
        raise UnknownPath(path, None, [f"{each.kind}.{each.name}" for each in named])
    if not named:
        known = list(dict.fromkeys(each.name for each in documents))
        near = nearest(first, known)
        raise UnknownPath(path, near and ".".join([near, *rest]), known)
    return _below(named[0], first, rest)


def _below(document: Document, start: str, trail: Sequence[str]) -> Part:
    node: Node = document.root
    for depth, part in enumerate(trail):
        known = list(node.entries) if isinstance(node, Mapping) else []
        if part not in known:
            near = nearest(part, known)
            meant = ".".join([start, *trail[:depth], near, *trail[depth + 1 :]]) if near else None
            raise UnknownPath(".".join([start, *trail]), meant, known)
        assert isinstance(node, Mapping)
        node = node.entries[part].value
    return Part(document, tuple(trail), node)


def lines(part: Part) -> Iterator[Line]:
    """The part as YAML; a whole document as it would stand in one file."""
    document = part.document
    if part.trail:
        key, node = part.trail[-1], part.node
        yield from _entry(key_as_yaml(key), node, "")
    elif document.kind in COLLECTIONS:
        yield Line(f"{document.kind}:", None)
        yield from _node(part.node, "  ")
    else:
        yield from _node(part.node, "")


def values(part: Part) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every value that is not a map, with the keys that lead to it from the part."""
    waiting: list[tuple[tuple[str, ...], Node]] = [((), part.node)]
    while waiting:
        trail, node = waiting.pop()
        if isinstance(node, Mapping) and node.entries:
            below = [((*trail, key), entry.value) for key, entry in node.entries.items()]
            waiting += reversed(below)
        else:
            yield trail, node


def _node(node: Node, indent: str) -> Iterator[Line]:
    if isinstance(node, Mapping) and node.entries:
        for key, entry in node.entries.items():
            yield from _entry(key_as_yaml(key), entry.value, indent)
    elif isinstance(node, SequenceNode) and not _fits(node):
        for item in node.items:
            yield from _item(item, indent)
    else:
        yield Line(indent + _flow(node), node.span)


def _entry(key: str, node: Node, indent: str) -> Iterator[Line]:
    if isinstance(node, Mapping) and node.entries:
        yield Line(f"{indent}{key}:", None)
        yield from _node(node, f"{indent}  ")
    elif isinstance(node, SequenceNode) and not _fits(node):
        yield Line(f"{indent}{key}:", node.span)
        yield from _node(node, f"{indent}  ")
    else:
        value = _flow(node)
        yield Line(f"{indent}{key}: {value}" if value else f"{indent}{key}:", node.span)


def _item(node: Node, indent: str) -> Iterator[Line]:
    """An item of a list: its first line behind the dash."""
    inner = list(_node(node, f"{indent}  "))
    first, *rest = inner
    yield Line(f"{indent}- {first.text[len(indent) + 2 :]}", first.span)
    yield from rest


def _fits(node: SequenceNode) -> bool:
    """Whether a list goes on one line: short, and of values or lists of values."""
    return not _has_map(node.items) and len(_flow(node)) <= _WIDEST


def _has_map(nodes: Iterable[Node]) -> bool:
    return any(
        isinstance(each, Mapping) or (isinstance(each, SequenceNode) and _has_map(each.items))
        for each in nodes
    )


def _flow(node: Node) -> str:
    match node:
        case Mapping(entries=entries):
            return (
                "{"
                + ", ".join(f"{key_as_yaml(key)}: {_flow(each.value)}" for key, each in entries.items())
                + "}"
            )
        case SequenceNode(items=items):
            return "[" + ", ".join(map(_flow, items)) + "]"
        case Scalar():
            return _scalar(node)


def _scalar(node: Scalar) -> str:
    if isinstance(node.value, str):
        return text_as_yaml(node.value)
    return node.text or "null"


def key_as_yaml(text: str) -> str:
    """A key is always text, so a word such as `true` needs no quotes."""
    return text if _PLAIN_KEY.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def text_as_yaml(text: str) -> str:
    """A text on one line, in quotes where it would mean something else without."""
    is_plain = _PLAIN.fullmatch(text) and resolve(text) == text
    return text if is_plain else json.dumps(text, ensure_ascii=False)
