"""What an overlay asks for besides the values that it holds: paths to take away, items to add to lists, and
keys to put elsewhere.

The layers carry it out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from relasi.config.nodes import Entry, Mapping, Scalar, Sequence
from relasi.diagnostics import Diagnostics

EXTEND, REMOVE, ADD, PLACE = "extend", "remove", "add", "place"
INSTRUCTIONS = frozenset({EXTEND, REMOVE, ADD, PLACE})
_WHERE = re.compile(r"(?P<alone>first|last)|(?P<side>before|after) +(?P<neighbour>\S+)")

Trail = tuple[str, ...]
"""The keys from the top of a document down to a value."""


@dataclass(frozen=True, slots=True)
class Addition:
    """Puts `items` at the end of the list at `path`; a single value there becomes the first of a list."""

    path: Scalar
    items: Sequence


@dataclass(frozen=True, slots=True)
class Placing:
    """Puts the key at `path` first or last in its map, or before or after a `neighbour` there."""

    path: Scalar
    where: Scalar
    side: str
    neighbour: str | None


def trail_of(path: Scalar) -> Trail:
    """`fields.budget` -> ("fields", "budget")."""
    return tuple(path.text.split("."))


def removals_of(entry: Entry | None, diagnostics: Diagnostics) -> tuple[Scalar, ...]:
    if entry is None:
        return ()
    items = entry.value.items if isinstance(entry.value, Sequence) else ()
    paths = tuple(item for item in items if isinstance(item, Scalar) and item.text)
    if not isinstance(entry.value, Sequence) or len(paths) < len(items):
        message = f'"{REMOVE}" is a list of paths such as [fields.budget]'
        diagnostics.error("bad-removal", message, entry.value.span)
    return paths


def additions_of(entry: Entry | None, diagnostics: Diagnostics) -> tuple[Addition, ...]:
    if entry is None:
        return ()
    written = entry.value.entries.values() if isinstance(entry.value, Mapping) else ()
    additions = tuple(Addition(key, each) for key, each in written if isinstance(each, Sequence))
    if not isinstance(entry.value, Mapping) or len(additions) < len(written):
        message = f'"{ADD}" is a map of paths with lists, such as {{search: [code]}}'
        diagnostics.error("bad-addition", message, entry.value.span)
    return additions


def placings_of(entry: Entry | None, diagnostics: Diagnostics) -> tuple[Placing, ...]:
    if entry is None:
        return ()
    if not isinstance(entry.value, Mapping):
        message = f'"{PLACE}" is a map of paths such as {{fields.budget: after amount}}'
        diagnostics.error("bad-place", message, entry.value.span)
        return ()
    placings = []
    for path, where in entry.value.entries.values():
        found = _WHERE.fullmatch(where.text) if isinstance(where, Scalar) else None
        if isinstance(where, Scalar) and found:
            placings.append(Placing(path, where, found["alone"] or found["side"], found["neighbour"]))
        else:
            message = f'this does not say where "{path.text}" goes'
            help = "write first, last, before NAME or after NAME"
            diagnostics.error("bad-place", message, where.span, help=help)
    return tuple(placings)
