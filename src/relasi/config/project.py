"""A project on disk: reads its own layer and the base below it, and merges them into documents."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from relasi.config.documents import SETTINGS, SETTINGS_FILE, Document, Home, identify
from relasi.config.files import find_files
from relasi.config.layers import merge
from relasi.config.nodes import Node, Scalar, lookup
from relasi.config.text import decode, split_lines
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostics, Span, nearest

BASE = "relasi"


@dataclass(frozen=True, slots=True)
class Project:
    """What a project's files say once the layers are merged.

    `broken` names what is there but could not be read, so that nobody calls it unknown. `fingerprint` changes
    with every byte of every file in every layer.
    """

    root: Path
    documents: tuple[Document, ...]
    broken: frozenset[Home]
    fingerprint: str
    contents: dict[str, bytes] = field(repr=False)

    def source(self, file: str) -> Sequence[str]:
        """The lines of a file as diagnostics name and count them, none of a file that was not read."""
        data = self.contents.get(file)
        return () if data is None else split_lines(data.decode("utf-8", errors="replace"))


@dataclass(frozen=True, slots=True)
class _Layer:
    documents: tuple[Document, ...]
    broken: frozenset[Home]
    contents: dict[str, bytes]


_NOTHING = _Layer((), frozenset(), {})


def base_content() -> Path:
    """The folder of the content that comes with Relasi: in the installed package or around its source."""
    package = Path(__file__).parent.parent
    shipped = package / "content"
    return shipped if shipped.is_dir() else package.parent.parent


def load(root: Path, diagnostics: Diagnostics, *, base: Path | None = None) -> Project:
    """Reads the project in a folder, over the base content if its settings ask for it; mistakes are reported.

    Where nobody can tell what the base is, there are no documents. `base` stands in for `base_content()`.
    """
    own = _read_layer(root, "project", "", diagnostics)
    settings = next((document for document in own.documents if document.kind == SETTINGS), None)
    layers: tuple[_Layer, ...] = ()
    if settings is not None:
        asked = lookup(settings.root, ["base"])
        below = _NOTHING if asked is None else _read_base(root, base or base_content(), asked, diagnostics)
        layers = (below, own) if below else ()
    elif Home(SETTINGS, SETTINGS) not in own.broken:
        message = f"this is not a Relasi project: no {SETTINGS_FILE} in {root}"
        way_out = f'go to the folder of a project, or make one with "{BASE} init"'
        diagnostics.error("not-a-project", message, Span.whole(SETTINGS_FILE), help=way_out)
    contents = {file: data for layer in layers or (own,) for file, data in layer.contents.items()}
    broken = frozenset(home for layer in layers or (own,) for home in layer.broken)
    documents = merge([layer.documents for layer in layers], diagnostics, broken=broken)
    return Project(root, documents, broken, _fingerprint(contents), contents)


def _read_base(root: Path, base: Path, asked: Node, diagnostics: Diagnostics) -> _Layer | None:
    """The base layer that the settings ask for, None if it cannot be had."""
    name = asked.text if isinstance(asked, Scalar) else ""
    if name != BASE:
        message, suggestion = f'the only base is "{BASE}"', nearest(name, [BASE])
        way_out = "write it, or take the line out for a project without a base"
        diagnostics.error("unknown-base", message, asked.span, help=way_out, suggestion=suggestion)
        return None
    if base.resolve() == root.resolve():
        message, way_out = "this project is the base itself", "take this line out"
        diagnostics.error("unknown-base", message, asked.span, help=way_out)
        return None
    layer = _read_layer(base, BASE, f"{BASE}:", diagnostics)
    if not layer.contents:
        message, way_out = "this installation lacks the base content", "install Relasi again"
        diagnostics.error("missing-base", message, asked.span, help=way_out)
        return None
    return layer


def _read_layer(root: Path, name: str, prefix: str, diagnostics: Diagnostics) -> _Layer:
    documents, broken, contents = [], set(), {}
    for found in find_files(root, prefix, diagnostics):
        document = None
        if found.data is not None:
            contents[found.file] = found.data
            node = _read_file(found.data, found.file, diagnostics)
            document = node and identify(node, found.home, name, diagnostics)
        if document:
            documents.append(document)
        else:
            broken.add(found.home)
    return _Layer(tuple(documents), frozenset(broken), contents)


def _read_file(data: bytes, file: str, diagnostics: Diagnostics) -> Node | None:
    text = decode(data, file, diagnostics)
    return None if text is None else read(text, file, diagnostics)


def _fingerprint(contents: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for file, data in sorted(contents.items()):
        digest.update(f"{len(file)}:{file}:{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()
