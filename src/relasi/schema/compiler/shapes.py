"""Documents -> specs. What does not fit is reported and taken away, so that the rest can be checked as well.

How a misfit is put into words is in `misfits`.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from relasi.config.nodes import Mapping, Node, Scalar, Sequence, lookup, plain
from relasi.schema.compiler.misfits import place_of, report
from relasi.schema.compiler.page import Page, Path

S = TypeVar("S", bound=BaseModel)

_SOUND: dict[tuple[type[BaseModel], int], tuple[Node, object, BaseModel]] = {}
"""What fitted, by kind and node, with the value that it was made of: unchanged files keep their nodes."""
_MOST_KEPT = 20_000


def shaped(spec: type[S], page: Page, path: Path = (), value: object = None) -> S | None:
    """The part of the page at `path` as a spec; None, with every mistake reported, where it does not fit.

    `value` stands in for what is written there, where a short form has been widened.
    """
    node = lookup(page.document.root, path)
    known, made_of, found = _SOUND.get((spec, id(node)), (None, None, None))
    if known is not None and known is node and isinstance(found, spec) and made_of == value:
        return found
    written = _plain(node) if value is None else value
    try:
        found = spec.model_validate(written)
        if node is not None:
            if len(_SOUND) >= _MOST_KEPT:
                _SOUND.clear()
            _SOUND[spec, id(node)] = node, value, found
        return found
    except ValidationError as error:
        report(error.errors(), spec, page, path, written)
        return None


def salvaged(spec: type[S], page: Page, path: Path = (), value: object = None) -> S | None:
    """As `shaped`, but where something does not fit, what is left without it; None if that is nothing.

    What was taken away from a whole document is noted in `page.lost`: there stand the names that others use.
    """
    if found := shaped(spec, page, path, value):
        return found
    rest = deepcopy(_plain(lookup(page.document.root, path)) if value is None else value)
    while found is None:
        try:
            found = spec.model_validate(rest)
        except ValidationError as error:
            places = {_removable(place_of(each, rest), rest) for each in error.errors()}
            for place in sorted(places, reverse=True, key=len):
                if not path:
                    page.lost.words.update(_names(page, place))
                _take_away(place, rest)
            if () in places:
                return None
    return found


def _plain(node: Node | None) -> object:
    return None if node is None else plain(node)


def _removable(place: Path, written: Any) -> Path:  # Any: plain YAML
    """The place itself, or the list that it is in: the places of later items must not move."""
    for length, part in enumerate(place):
        if isinstance(written, list):
            return place[:length]
        written = written[part]
    return place


def _take_away(place: Path, rest: Any) -> None:  # Any: plain YAML
    if not place:
        return
    *above, last = place
    for part in above:
        if part not in rest:  # gone with something else
            return
        rest = rest[part]
    rest.pop(last, None)


def _names(page: Page, path: Path) -> Iterator[str]:
    """What may be a name of something from `path` on: every key, and every word in a list."""
    if path:
        yield str(path[-1])
    node = lookup(page.document.root, path)
    if node is not None and not isinstance(node, Scalar):
        yield from _names_below(node)


def _names_below(node: Mapping | Sequence) -> Iterator[str]:
    if isinstance(node, Mapping):
        yield from node.entries
    children = [entry.value for entry in node.entries.values()] if isinstance(node, Mapping) else node.items
    for child in children:
        if not isinstance(child, Scalar):
            yield from _names_below(child)
        elif isinstance(node, Sequence):
            yield child.text
