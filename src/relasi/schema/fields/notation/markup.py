"""The part of Markdown that people may write: read into plain data, so that a page never gets HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NotRequired, TypedDict

_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_BEGUN = re.compile(r"<(?=[a-zA-Z/!?])")
_ELSEWHERE = re.compile(r"\](?=\((?!(?:https?://|mailto:|tel:)))", re.IGNORECASE)
_SAFE = re.compile(r"(https?://|mailto:|tel:)[^\s\"'<>]+", re.IGNORECASE)
_SPAN = re.compile(
    r"`(?P<code>[^`\n]+)`|\*\*(?P<strong>[^*\n]+)\*\*|\*(?P<emphasis>[^*\s][^*\n]*)\*"
    r"|\[(?P<text>[^\[\]\n]+)\]\((?P<to>[^()\s]+)\)"
)
_LINE = re.compile(r"(?P<heading>#{1,3})\s+|(?P<bullet>[-*])\s+|(?P<number>\d{1,3}[.)])\s+|(?P<quote>>)\s?")
_KINDS = {"heading": "heading", "bullet": "list", "number": "steps", "quote": "quote"}


class Span(TypedDict, total=False):
    """A piece of a line; `look` is strong, emphasis or code, `href` where it leads."""

    text: str
    look: str
    href: str


class Block(TypedDict):
    """Lines that belong together: a paragraph, heading, list, steps or quote; or a table, in which each line
    has a span for each column, the first line their names."""

    kind: str
    lines: list[list[Span]]
    right: NotRequired[list[bool]]
    """In a table: the columns that stand at the right."""
    below: NotRequired[int]
    """In a table: so many lines at its end are a name and a figure."""


def cleaned(text: str) -> str:
    """The text without HTML; links to anything but web pages, mail and telephone are links no more."""
    return _ELSEWHERE.sub("] ", _BEGUN.sub("< ", _TAG.sub("", text)))


def blocks(text: str) -> list[Block]:
    """The text in blocks, in order."""
    found: list[Block] = []
    is_open = False
    for line in text.split("\n"):
        mark = _LINE.match(line)
        kind = _KINDS[mark.lastgroup or ""] if mark else "paragraph"
        content = line[mark.end() :] if mark else line
        if content.strip():
            if not is_open or kind == "heading" or found[-1]["kind"] != kind:
                found.append({"kind": kind, "lines": []})
            found[-1]["lines"].append(list(_spans(content.strip())))
        is_open = bool(content.strip())
    return found


def _spans(line: str) -> Iterator[Span]:
    end = 0
    for match in _SPAN.finditer(line):
        if match.start() > end:
            yield {"text": line[end : match.start()]}
        end = match.end()
        if match["to"] is None:
            look = match.lastgroup or ""
            yield {"text": match[look], "look": look}
        elif _SAFE.fullmatch(match["to"]):
            yield {"text": match["text"], "href": match["to"]}
        else:
            yield {"text": match["text"]}
    if end < len(line):
        yield {"text": line[end:]}
