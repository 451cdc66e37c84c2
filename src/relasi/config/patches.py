"""Takes keys away from a document, adds to its lists and puts keys elsewhere, as overlays ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from relasi.config.documents import Document
from relasi.config.nodes import Entry, Mapping, Node, Scalar, Sequence
from relasi.config.overlays import Addition, Placing, Trail, trail_of
from relasi.diagnostics import Diagnostics, nearest

Entries = dict[str, Entry]


def without(root: Mapping, path: Scalar, document: Document, diagnostics: Diagnostics) -> Mapping:
    """The root without what stands at a path; unchanged, with a diagnostic, where nothing does."""
    trail = trail_of(path)
    if not _leads_somewhere(root, path, "to remove", document, diagnostics):
        return root
    return _at(root, trail[:-1], lambda entries: {key: each for key, each in entries if key != trail[-1]})


def lengthened(root: Mapping, addition: Addition, document: Document, diagnostics: Diagnostics) -> Mapping:
    """The root with more items in the list at a path; unchanged where that cannot be done."""
    if not _leads_somewhere(root, addition.path, "to add to", document, diagnostics):
        return root
    trail = trail_of(addition.path)
    found = _follow(root, trail)
    if isinstance(found, Mapping):
        message = f'"{addition.path.text}" is no list, but a map'
        help = "write its new keys as keys, outside of add"
        diagnostics.error("bad-addition", message, addition.path.span, help=help)
        return root
    assert found is not None
    below = found.items if isinstance(found, Sequence) else (found,)
    longer = Sequence((*below, *addition.items.items), found.span)
    return _at(
        root,
        trail[:-1],
        lambda entries: {key: Entry(each.key, longer) if key == trail[-1] else each for key, each in entries},
    )


def placed(root: Mapping, placing: Placing, document: Document, diagnostics: Diagnostics) -> Mapping:
    """The root with the key at a path moved within its map; unchanged where that cannot be done."""
    if not _leads_somewhere(root, placing.path, "to place", document, diagnostics):
        return root
    *above, name = trail_of(placing.path)
    siblings = _follow(root, above)
    others = [key for key in siblings.entries if key != name] if isinstance(siblings, Mapping) else []
    if placing.neighbour is not None and placing.neighbour not in others:
        message = f'there is no "{placing.neighbour}" beside "{placing.path.text}"'
        near = nearest(placing.neighbour, others)
        help = "" if near else f"beside it stand {', '.join(others)}"
        diagnostics.error("unknown-path", message, placing.where.span, help=help, suggestion=near)
        return root
    others.insert(_index(placing, others), name)
    return _at(root, tuple(above), lambda entries: _ordered(dict(entries), others))


def _index(placing: Placing, others: list[str]) -> int:
    if placing.neighbour is None:
        return 0 if placing.side == "first" else len(others)
    return others.index(placing.neighbour) + (placing.side == "after")


def _ordered(entries: Entries, names: list[str]) -> Entries:
    return {name: entries[name] for name in names}


def _at(node: Mapping, trail: Trail, change: Callable[[Iterable[tuple[str, Entry]]], Entries]) -> Mapping:
    """The map with the map at a trail changed; the trail must lead to one."""
    if not trail:
        return Mapping(change(node.entries.items()), node.span)
    key, value = node.entries[trail[0]]
    assert isinstance(value, Mapping)
    return Mapping({**node.entries, trail[0]: Entry(key, _at(value, trail[1:], change))}, node.span)


def _follow(node: Node, trail: Iterable[str]) -> Node | None:
    found: Node | None = node
    for part in trail:
        found = found.entries[part].value if isinstance(found, Mapping) and part in found.entries else None
    return found


def _leads_somewhere(
    root: Mapping, path: Scalar, purpose: str, document: Document, diagnostics: Diagnostics
) -> bool:
    trail = trail_of(path)
    for depth, part in enumerate(trail):
        node = _follow(root, trail[:depth])
        names = node.entries if isinstance(node, Mapping) else {}
        if part not in names:
            near = nearest(part, names)
            gone = document.touched.get(trail[: depth + 1])
            diagnostics.error(
                "unknown-path",
                f'{document.name} has no "{path.text}" {purpose}',
                path.span,
                suggestion=".".join([*trail[:depth], near, *trail[depth + 1 :]]) if near else None,
                related=[(gone.span, f"{gone.layer} takes it away here")] if gone else (),
            )
            return False
    return True
