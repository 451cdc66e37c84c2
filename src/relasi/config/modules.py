"""Modules: the parts of the content that a company may leave out.

A folder right below `schema`, `workflows` or a kind of config (`schema/sales`, `config/messages/sales`) holds
what belongs to the module of its name; of a collection, a file does (`config/sample_data/sales.yaml`). Each
module lies over the core of its layer and over the modules before it; which there are, and in which order,
stands in config/modules.yaml. What is switched off is not there: overlays of it are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from relasi.config.documents import COLLECTIONS, MODULES, SETTINGS, Document, Home
from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import Node, Scalar, lookup
from relasi.config.nodes import Sequence as SequenceNode
from relasi.diagnostics import Diagnostics, Span, nearest


@dataclass(frozen=True, slots=True)
class Modules:
    """The `known` modules in their order, and which of them are `on`."""

    known: tuple[str, ...]
    on: frozenset[str]

    def of(self, document: Document) -> str:
        """The module that a document belongs to; folders that are no module only bring order."""
        is_module = document.folder in self.known or document.kind in COLLECTIONS
        return document.folder if is_module else ""

    def sublayers(self, layer: Sequence[Document]) -> Iterator[list[Document]]:
        """The core of a layer, then its modules that are on."""
        for module in ("", *self.known):
            if not module or module in self.on:
                yield [_placed(each, module) for each in layer if self.of(each) == module]

    def absent(self, layers: Iterable[Sequence[Document]]) -> Mapping[Home, str]:
        """What is defined in modules that are off, and in which."""
        return {
            each.home: self.of(each)
            for layer in layers
            for each in layer
            if not each.is_overlay and self.of(each) not in {"", *self.on} and each.kind not in COLLECTIONS
        }


def _placed(document: Document, module: str) -> Document:
    return replace(document, layer=f"{document.layer}/{module}") if module else document


def modules_of(layers: Sequence[Sequence[Document]], diagnostics: Diagnostics) -> Modules:
    """What the layers, lowest first, say of modules; the uppermost settings that name some choose."""
    written = {
        name: entry
        for layer in layers
        for document in layer
        if document.kind == MODULES
        for name, entry in document.root.entries.items()
    }
    known = tuple(written)
    asked = None
    for layer in layers:
        for document in layer:
            if document.kind == SETTINGS:
                asked = lookup(document.root, [MODULES]) or asked
            elif document.folder not in {"", *known} and document.kind in COLLECTIONS:
                _refuse(document.folder, document.span, known, diagnostics)
    if not isinstance(asked, SequenceNode):
        return Modules(known, frozenset(known))
    names = [each for each in asked.items if isinstance(each, Scalar)]
    on = frozenset(each.text for each in names)
    for each in names:
        if each.text not in known:
            _refuse(each.text, each.span, known, diagnostics)
            continue
        for needed in _needs(written[each.text].value):
            if needed.text not in on:
                diagnostics.error(
                    "missing-module",
                    f'the module "{each.text}" needs "{needed.text}", which is off',
                    each.span,
                    help=f'add "{needed.text}" to the list, or take "{each.text}" out',
                    related=[(needed.span, "it is needed here")],
                )
    return Modules(known, on)


def _needs(module: Node) -> list[Scalar]:
    needs = lookup(module, ["needs"]) if isinstance(module, MappingNode) else None
    return (
        [each for each in needs.items if isinstance(each, Scalar)] if isinstance(needs, SequenceNode) else []
    )


def _refuse(name: str, span: Span, known: Sequence[str], diagnostics: Diagnostics) -> None:
    near = nearest(name, known)
    listed = f"there are: {', '.join(known)}" if known else "config/modules.yaml defines none"
    diagnostics.error(
        "unknown-module",
        f'there is no module "{name}"',
        span,
        help="" if near else listed,
        suggestion=near,
    )
