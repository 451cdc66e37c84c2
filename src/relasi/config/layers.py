"""Lays one layer of documents over another; every value keeps the place where it was written.

- An upper layer adds what is new by defining it; to define again what a lower layer defines is an error.
- It changes what is there by an overlay: a file that begins with `extend: NAME` and holds only what changes.
- An overlay's maps are merged key by key, new keys last; other values, lists too, replace what they meet.
- Its `remove: [fields.budget]` takes away first, so that what is removed can be written anew.
- In a collection (`roles:`) each key is a definition: an upper layer adds keys, an overlay changes them.
- The settings (`crm:`) are always laid over: they are the project's own, whatever the base says.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace

from relasi.config.documents import COLLECTIONS, EXTEND, SETTINGS, Document, Home
from relasi.config.nodes import Entry, Mapping, Node, Scalar
from relasi.diagnostics import Diagnostics, nearest


def merge(
    layers: Iterable[Iterable[Document]], diagnostics: Diagnostics, *, broken: Set[Home] = frozenset()
) -> tuple[Document, ...]:
    """What the layers, lowest first, add up to; overlays of what is `broken` are passed over."""
    merged: dict[Home, Document] = {}
    for layer in layers:
        written: dict[Home, Document] = {}
        for document in layer:
            key = document.home
            if key in written:
                _refuse_second(document, written[key], diagnostics)
                continue
            written[key] = document
            if document.is_overlay and key not in merged:
                if key not in broken:
                    _refuse_overlay_of_nothing(document, merged, diagnostics)
                continue
            merged[key] = _lay(merged[key], document, diagnostics) if key in merged else document
    return tuple(merged.values())


def _lay(below: Document, above: Document, diagnostics: Diagnostics) -> Document:
    if above.is_overlay or above.kind == SETTINGS:
        kept = below.root
        for path in above.removals:
            kept = _without(kept, path, below, diagnostics)
        return replace(below, root=_merged(kept, above.root))
    if above.kind not in COLLECTIONS:
        _refuse_redefinition(below, above, diagnostics)
        return below
    added = {}
    for name, entry in above.root.entries.items():
        if name in below.root.entries:
            _refuse_key_below(entry.key, below, diagnostics)
        else:
            added[name] = entry
    return replace(below, root=_merged(below.root, Mapping(added, above.root.span)))


def _merged(below: Mapping, above: Mapping) -> Mapping:
    entries = dict(below.entries)
    for name, entry in above.entries.items():
        old = entries.get(name)
        if old is not None and isinstance(old.value, Mapping) and isinstance(entry.value, Mapping):
            entries[name] = Entry(old.key, _merged(old.value, entry.value))
        else:
            entries[name] = entry
    return Mapping(entries, below.span)


def _without(root: Mapping, path: Scalar, document: Document, diagnostics: Diagnostics) -> Mapping:
    parts = path.text.split(".")
    node: Node = root
    for depth, part in enumerate(parts):
        names = node.entries if isinstance(node, Mapping) else {}
        if part not in names:
            near = nearest(part, names)
            suggestion = ".".join([*parts[:depth], near, *parts[depth + 1 :]]) if near else None
            message = f'{document.name} has no "{path.text}" to remove'
            diagnostics.error("unknown-path", message, path.span, suggestion=suggestion)
            return root
        node = names[part].value
    return _cut(root, parts)


def _cut(node: Mapping, parts: list[str]) -> Mapping:
    """The map without what stands at a path, which must lead somewhere."""
    entries = dict(node.entries)
    key, value = entries[parts[0]]
    if isinstance(value, Mapping) and len(parts) > 1:
        entries[parts[0]] = Entry(key, _cut(value, parts[1:]))
    else:
        del entries[parts[0]]
    return Mapping(entries, node.span)


def _refuse_second(again: Document, first: Document, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "defined-twice",
        f'the {again.kind} "{again.name}" is written twice',
        again.span,
        help="keep one of the two files",
        related=[(first.span, "first written here")],
    )


def _refuse_redefinition(below: Document, above: Document, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "defined-below",
        f'the {above.kind} "{above.name}" exists already, in the layer "{below.layer}"',
        above.span,
        help=f'to change it, write "{EXTEND}: {above.name}" in place of this line, then only what changes',
        related=[(below.span, "it is defined here")],
    )


def _refuse_key_below(key: Scalar, below: Document, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "defined-below",
        f'"{key.text}" exists already in the {below.name} of the layer "{below.layer}"',
        key.span,
        help=f'to change it, begin the file with "{EXTEND}: {below.name}", with the names at the left margin',
        related=[(below.root.entries[key.text].key.span, "it is defined here")],
    )


def _refuse_overlay_of_nothing(
    overlay: Document, merged: dict[Home, Document], diagnostics: Diagnostics
) -> None:
    diagnostics.error(
        "nothing-to-extend",
        f'there is no {overlay.kind} "{overlay.name}" in a lower layer to extend',
        overlay.span,
        help=f'to define it, write "{overlay.kind}:" in place of "{EXTEND}:"',
        suggestion=nearest(overlay.name, [home.name for home in merged if home.kind == overlay.kind]),
    )
