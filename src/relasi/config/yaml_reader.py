"""Reads the one YAML that Relasi allows: no anchors, tags or doubled keys, each value with its place.

PyYAML finds the events; `scalars` says what a word means, `yaml_errors` what PyYAML's errors mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml import events

from relasi.config.nodes import Entry, Mapping, Node, Scalar, Sequence, Style
from relasi.config.scalars import resolve
from relasi.config.text import INVISIBLE, has_invisible, is_too_big, normal, refuse_invisible
from relasi.config.yaml_errors import explain
from relasi.diagnostics import Diagnostics, Span

MAX_DEPTH = 50
_MAX_SYNTAX_ERRORS = 20
_TOP_LEVEL_KEY = re.compile(r"[\w\"'][^#]*:(\s|$)")
_STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(text: str, file: str, diagnostics: Diagnostics) -> Node | None:
    """The one document in the text; None, with diagnostics, where it cannot be trusted to be what was meant.

    After a syntax error, reading resumes at the next top-level key, so that one run finds several.
    """
    text = normal(text)
    if is_too_big(len(text), file, diagnostics) or has_invisible(text, file, diagnostics):
        return None
    lines = tuple(text.split("\n"))
    first: int | None = 0
    for _ in range(_MAX_SYNTAX_ERRORS):
        if first is None:
            break
        rest = "\n" * first + "\n".join(lines[first:])
        try:
            node = _Reader(file, lines, diagnostics).document(yaml.parse(rest, Loader=_LOADER))
            return node if first == 0 else None
        except yaml.MarkedYAMLError as error:
            found = explain(error, file, lines)
        except _UnreadableError:
            break
        except (ValueError, OverflowError):  # PyYAML without libyaml does not check the number of an escape
            message, way_out = "a text holds an escape for a character that does not exist", "mend its number"
            diagnostics.error("bad-escape", message, Span.whole(file), help=way_out)
            break
        diagnostics.add(found)
        first = _next_top_level_key(lines, max(first + 1, found.span.line))
    return None


def _next_top_level_key(lines: tuple[str, ...], first: int) -> int | None:
    return next((n for n in range(first, len(lines)) if _TOP_LEVEL_KEY.match(lines[n])), None)


class _UnreadableError(Exception):
    """Reading on would be guessing; the diagnostic is already there."""


class _Reader:
    """Turns one stream of PyYAML's events into nodes."""

    def __init__(self, file: str, lines: tuple[str, ...], diagnostics: Diagnostics) -> None:
        self._file = file
        self._lines = lines
        self._diagnostics = diagnostics
        self._is_incomplete = False

    def document(self, stream: Iterator[events.Event]) -> Node | None:
        next(stream)
        node = None
        if isinstance(next(stream), events.DocumentStartEvent):
            node = self._node(next(stream), stream, 1)
            next(stream)
            self._refuse_second_document(next(stream))
        if node is None or (isinstance(node, Scalar) and node.text == "" and node.style == "plain"):
            way_out = "write its content or delete it"
            self._diagnostics.error("empty-file", "this file is empty", Span.whole(self._file), help=way_out)
            return None
        return None if self._is_incomplete else node

    def _refuse_second_document(self, event: events.Event) -> None:
        if isinstance(event, events.DocumentStartEvent):
            message, way_out = 'a second document begins here ("---")', "write it in a file of its own"
            self._diagnostics.error("several-documents", message, self._span(event), help=way_out)
            raise _UnreadableError

    def _node(self, event: events.Event, stream: Iterator[events.Event], depth: int) -> Node:
        if depth > MAX_DEPTH:
            message = f"this is nested more than {MAX_DEPTH} levels deep"
            self._diagnostics.error("too-deep", message, self._span(event), help="check the brackets")
            raise _UnreadableError
        self._refuse_decoration(event)
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(event, stream, depth)
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(event, stream, depth)
        return self._scalar(event)

    def _refuse_decoration(self, event: events.Event) -> None:
        """Reports anchors, aliases and tags: they hide from whoever reads the line what its value is."""
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is None and tag is None:
            return
        if isinstance(event, events.AliasEvent):
            self._is_incomplete = True
            self._refuse("alias", f'"*{event.anchor}" stands for a value written elsewhere', event)
        elif anchor:
            self._refuse("anchor", f'the anchor "&{anchor}" is not allowed', event)
        if tag:
            shown = tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse("tag", f'the tag "{shown}" is not allowed', event)

    def _refuse(self, code: str, message: str, event: events.Event) -> None:
        way_out = "write the value itself; put it in quotes if the sign belongs to the text"
        self._diagnostics.error(code, message, self._span(event), help=way_out)

    def _sequence(
        self, start: events.CollectionStartEvent, stream: Iterator[events.Event], depth: int
    ) -> Sequence:
        items = []
        while not isinstance(event := next(stream), events.SequenceEndEvent):
            items.append(self._node(event, stream, depth + 1))
        return Sequence(tuple(items), self._collection_span(start, event, items))

    def _mapping(
        self, start: events.CollectionStartEvent, stream: Iterator[events.Event], depth: int
    ) -> Mapping:
        entries: dict[str, Entry] = {}
        values = []
        while not isinstance(event := next(stream), events.MappingEndEvent):
            key = self._key(self._node(event, stream, depth + 1))
            value = self._node(next(stream), stream, depth + 1)
            values.append(value)
            if key is None or self._is_no_key(key, value):
                self._is_incomplete = True
            elif self._is_new(key, entries):
                entries[key.text] = Entry(key, value)
        return Mapping(entries, self._collection_span(start, event, values))

    def _key(self, node: Node) -> Scalar | None:
        if not isinstance(node, Scalar):
            message = "a list or a map cannot be a key"
            way_out = 'a text that begins with "{" or "[" needs quotes: "{number} {subject}"'
            self._diagnostics.error("complex-key", message, node.span, help=way_out)
            return None
        if node.style == "plain" and node.text == "<<":
            message, way_out = 'merging with "<<" is not allowed', "write the keys out"
            self._diagnostics.error("merge-key", message, node.span, help=way_out)
            return None
        if node.text == "":
            message, way_out = "there is no key before this colon", "write one, or delete the line"
            self._diagnostics.error("empty-key", message, node.span, help=way_out)
            return None
        if node.value == node.text:
            return node
        return Scalar(node.text, node.text, node.span, node.style, node.lines)

    def _is_no_key(self, key: Scalar, value: Node) -> bool:
        """Whether a key without a value is none: `{type:text}`, or what a comma cut off: `{if: f(a, b)}`."""
        if key.style != "plain" or value.span.column != key.span.end_column:
            return False
        if ":" in key.text:
            message, way_out = "a space is missing after the colon", 'write "key: value"'
            self._diagnostics.error("missing-space", message, key.span, help=way_out)
            return True
        if ")" in key.text:
            message = "a value with a comma in it needs quotes here: the comma ends it"
            way_out = "put the whole value in quotes, from before the comma on"
            self._diagnostics.error("comma-in-value", message, key.span, help=way_out)
            return True
        return False

    def _is_new(self, key: Scalar, entries: dict[str, Entry]) -> bool:
        if key.text not in entries:
            return True
        self._diagnostics.error(
            "duplicate-key",
            f'the key "{key.text}" is written twice in the same place',
            key.span,
            help="keep one of the two",
            related=[(entries[key.text].key.span, "first written here")],
        )
        return False

    def _scalar(self, event: events.Event) -> Scalar:
        """The scalar of a scalar event; nothing in the place of an alias."""
        if not isinstance(event, events.ScalarEvent):
            return Scalar(None, "", self._span(event), "plain", self._lines)
        style = _STYLES.get(event.style, "plain")
        span = self._block_span(event) if style in {"literal", "folded"} else self._span(event)
        text = event.value
        if found := INVISIBLE.search(text):  # written as an escape
            refuse_invisible(found[0], span, self._diagnostics)
        return Scalar(resolve(text) if style == "plain" else text, text, span, style, self._lines)

    def _span(self, event: events.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        return Span(self._file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _block_span(self, event: events.Event) -> Span:
        """PyYAML ends a block scalar where the next thing begins; here it ends with its last line of text."""
        span = self._span(event)
        last = span.end_line - (span.end_column == 1)
        while last > span.line and not self._lines[last - 1].strip():
            last -= 1
        return Span(self._file, span.line, span.column, last, len(self._lines[last - 1]) + 1)

    def _collection_span(
        self, start: events.CollectionStartEvent, end: events.Event, children: list[Node]
    ) -> Span:
        """The closing bracket ends a flow collection, the last child a block one."""
        first = self._span(start)
        last = self._span(end) if start.flow_style or not children else children[-1].span
        return Span(self._file, first.line, first.column, last.end_line, last.end_column)
