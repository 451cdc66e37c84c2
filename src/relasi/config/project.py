"""A project on disk: reads its own layer and those below it, and merges them into documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from relasi.config.documents import SETTINGS, SETTINGS_FILE, Document, Home
from relasi.config.files import Drafts
from relasi.config.layers import merge
from relasi.config.modules import modules_of
from relasi.config.parsed import ParsedFiles
from relasi.config.stack import BASE, Below, Layer, LayerReader
from relasi.config.text import split_lines
from relasi.diagnostics import Diagnostics, Span


@dataclass(frozen=True, slots=True)
class Project:
    """What a project's files say once the layers are merged.

    `broken` names what is there but could not be read, so that nobody calls it unknown; `absent`, what
    belongs to a module that is off, and to which. `fingerprint` changes with every byte of every file in
    every layer.
    """

    root: Path
    documents: tuple[Document, ...]
    broken: frozenset[Home]
    fingerprint: str
    contents: dict[str, bytes] = field(repr=False)
    absent: Mapping[Home, str] = field(default_factory=dict)

    def source(self, file: str) -> Sequence[str]:
        """The lines of a file as diagnostics name and count them, none of a file that was not read."""
        data = self.contents.get(file)
        return () if data is None else split_lines(data.decode("utf-8", errors="replace"))


def base_content() -> Path:
    """The folder of the content that comes with Relasi: in the installed package or around its source."""
    package = Path(__file__).parent.parent
    shipped = package / "content"
    return shipped if shipped.is_dir() else package.parent.parent


def load(
    root: Path,
    diagnostics: Diagnostics,
    *,
    base: Path | None = None,
    parsed: ParsedFiles | None = None,
    drafts: Drafts = MappingProxyType({}),
) -> Project:
    """Reads the project in a folder, over the base content if its settings ask for it; mistakes are reported.

    Where nobody can tell what the base is, there are no documents. `base` stands in for `base_content()`;
    `parsed` spares whoever reads a project again and again the files that stay the same; `drafts` stand in
    for files of the project.
    """
    reader = LayerReader(parsed or ParsedFiles(), diagnostics)
    own = reader.read(root, "project", "", drafts)
    settings = next((document for document in own.documents if document.kind == SETTINGS), None)
    layers: tuple[Layer, ...] = ()
    if settings is not None:
        layers = Below(root, base or base_content(), settings, reader).layers(own)
    elif Home(SETTINGS, SETTINGS) not in own.broken:
        message = f"this is not a Relasi project: no {SETTINGS_FILE} in {root}"
        way_out = f'go to the folder of a project, or make one with "{BASE} init"'
        diagnostics.error("not-a-project", message, Span.whole(SETTINGS_FILE), help=way_out)
    contents = {file: data for layer in layers or (own,) for file, data in layer.contents.items()}
    broken = frozenset(home for layer in layers or (own,) for home in layer.broken)
    written = [layer.documents for layer in layers]
    modules = modules_of(written, diagnostics)
    absent = modules.absent(written)
    laid = [each for layer in written for each in modules.sublayers(layer)]
    documents = merge(laid, diagnostics, broken=broken, absent=absent)
    return Project(root, documents, broken, _fingerprint(contents), contents, absent)


def _fingerprint(contents: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for file, data in sorted(contents.items()):
        digest.update(f"{len(file)}:{file}:{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()
