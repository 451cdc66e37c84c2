"""Lays one layer of documents over another; every value keeps the place where it was written.

- An upper layer adds what is new by defining it; to define again what a lower layer defines is an error.
- It changes what is there by an overlay: a file that begins with `extend: NAME` and holds only what changes.
- An overlay's maps are merged key by key, new keys last; other values, lists too, replace what they meet.
- Its `remove: [fields.budget]` takes away first, so that what is removed can be written anew.
- Its `add: {fields.about.to: [visit]}` puts more items at the end of lists.
- Its `place: {fields.budget: after amount}` reorders last, so that what is new can be placed.
- In a collection (`roles:`) each key is a definition: an upper layer adds keys, an overlay changes them.
- The settings (`crm:`) are always laid over: they are the project's own, whatever the layers below say.
- The uppermost layer wins; where it changes what another one has changed already, a warning shows both.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from collections.abc import Mapping as AbstractMapping
from dataclasses import replace
from types import MappingProxyType

from relasi.config.documents import COLLECTIONS, SETTINGS, Document, Home, Touch
from relasi.config.nodes import Entry, Mapping, Scalar, lookup
from relasi.config.overlays import EXTEND, Trail, trail_of
from relasi.config.patches import lengthened, placed, without
from relasi.diagnostics import Diagnostics, nearest


def merge(
    layers: Iterable[Iterable[Document]],
    diagnostics: Diagnostics,
    *,
    broken: Set[Home] = frozenset(),
    absent: AbstractMapping[Home, str] = MappingProxyType({}),
) -> tuple[Document, ...]:
    """What the layers, lowest first, add up to; overlays of what is `broken`, or `absent` with a module that
    is off, are passed over."""
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
                if key in absent:
                    _tell_of_module(document, absent[key], diagnostics)
                elif key not in broken:
                    _refuse_overlay_of_nothing(document, merged, diagnostics)
                continue
            merged[key] = _lay(merged[key], document, diagnostics) if key in merged else document
    return tuple(merged.values())


def _lay(below: Document, above: Document, diagnostics: Diagnostics) -> Document:
    if above.kind == SETTINGS:
        return replace(below, root=_merged(below.root, above.root, {}))
    if above.is_overlay:
        return _overlaid(below, above, diagnostics)
    if above.kind not in COLLECTIONS:
        _refuse_redefinition(below, above, diagnostics)
        return below
    added = {}
    for name, entry in above.root.entries.items():
        if name in below.root.entries:
            _refuse_key_below(entry.key, below, diagnostics)
        else:
            added[name] = entry
    return replace(below, root=_merged(below.root, Mapping(added, above.root.span), {}))


def _overlaid(below: Document, above: Document, diagnostics: Diagnostics) -> Document:
    root = below.root
    touched: dict[Trail, Touch] = {}
    for path in above.removals:
        root = without(root, path, below, diagnostics)
        touched[trail_of(path)] = Touch(path.span, above.layer, is_removal=True)
    written: dict[Trail, Entry] = {}
    root = _merged(root, above.root, written)
    for trail, entry in written.items():
        _warn_of_second_change(trail, entry, below, diagnostics)
        if lookup(below.root, trail) is not None:
            touched[trail] = Touch(entry.key.span, above.layer)
    for addition in above.additions:
        root = lengthened(root, addition, below, diagnostics)
    for placing in above.placings:
        root = placed(root, placing, below, diagnostics)
    return replace(below, root=root, touched={**below.touched, **touched})


def _merged(below: Mapping, above: Mapping, written: dict[Trail, Entry], trail: Trail = ()) -> Mapping:
    """`written` gets what replaces something, and what is new."""
    entries = dict(below.entries)
    for name, entry in above.entries.items():
        old, here = entries.get(name), (*trail, name)
        if old is not None and isinstance(old.value, Mapping) and isinstance(entry.value, Mapping):
            entries[name] = Entry(old.key, _merged(old.value, entry.value, written, here))
        else:
            entries[name] = written[here] = entry
    return Mapping(entries, below.span)


def _warn_of_second_change(trail: Trail, entry: Entry, below: Document, diagnostics: Diagnostics) -> None:
    earlier = below.touched.get(trail)
    if earlier is None:
        return
    verb = "takes away" if earlier.is_removal else "changes"
    diagnostics.warning(
        "changed-twice",
        f'the layer "{earlier.layer}" {verb} "{".".join(trail)}" too; what stands here wins',
        entry.key.span,
        help="take one of them away, or keep this one with a comment that says why",
        related=[(earlier.span, f"{earlier.layer} {verb} it here")],
    )


def _tell_of_module(overlay: Document, module: str, diagnostics: Diagnostics) -> None:
    """What stands in a module knows that others may be off; who writes elsewhere should hear of it."""
    if not overlay.is_in_module:
        diagnostics.warning(
            "module-off",
            f'this changes nothing: {overlay.kind} "{overlay.name}" belongs to "{module}", which is off',
            overlay.span,
            help=f'move it to {overlay.home.place}{module}/, or switch "{module}" on in config/crm.yaml',
        )


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
