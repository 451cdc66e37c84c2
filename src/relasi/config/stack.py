"""The layers of a project: which ones its settings ask for, and what their files hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from relasi.config.documents import Document, Home, identify
from relasi.config.files import Drafts, find_files, with_drafts
from relasi.config.nodes import Node, Scalar, lookup
from relasi.config.parsed import ParsedFiles
from relasi.diagnostics import Diagnostics, nearest

BASE = "relasi"
TEMPLATES = "config/templates"


@dataclass(frozen=True, slots=True)
class Layer:
    documents: tuple[Document, ...]
    broken: frozenset[Home]
    contents: dict[str, bytes]


_NOTHING = Layer((), frozenset(), {})
_SHIPPED = ParsedFiles()
"""What comes with Relasi is parsed once in a process, however often it is read."""


def templates(content: Path) -> tuple[str, ...]:
    """The names of the templates that come with the base content in a folder."""
    folder = content / TEMPLATES
    return tuple(sorted(each.name for each in folder.iterdir() if each.is_dir())) if folder.is_dir() else ()


@dataclass(frozen=True, slots=True)
class LayerReader:
    """Reads layers; mistakes are reported."""

    parsed: ParsedFiles
    diagnostics: Diagnostics

    def read(self, root: Path, name: str, prefix: str, drafts: Drafts = MappingProxyType({})) -> Layer:
        """The layer in a folder. `prefix` stands before its paths wherever files are named."""
        documents, broken, contents = [], set(), {}
        for found in with_drafts(find_files(root, prefix, self.diagnostics), drafts):
            document = None
            if found.data is not None:
                contents[found.file] = found.data
                node = self.parsed.node(found.data, found.file, self.diagnostics)
                document = node and identify(node, found.home, name, self.diagnostics)
            if document:
                documents.append(replace(document, folder=found.folder))
            else:
                broken.add(found.home)
        return Layer(tuple(documents), frozenset(broken), contents)


@dataclass(frozen=True, slots=True)
class Below:
    """The layers that the settings of a project ask for; a method that gives None has reported why."""

    root: Path
    content: Path
    settings: Document
    reader: LayerReader

    def layers(self, own: Layer) -> tuple[Layer, ...]:
        """The lowest first; none where one of them cannot be had."""
        asked, template = (lookup(self.settings.root, [key]) for key in ("base", "template"))
        if asked is None:
            if template is None:
                return (own,)
            help = f'add "base: {BASE}"'
            self.reader.diagnostics.error(
                "unknown-template",
                "a template lies over the base, and there is none",
                template.span,
                help=help,
            )
            return ()
        base = self._base(asked)
        middle = _NOTHING if template is None else self._template(template)
        return (base, middle, own) if base and middle else ()

    def _base(self, asked: Node) -> Layer | None:
        name = asked.text if isinstance(asked, Scalar) else ""
        if name != BASE:
            message, suggestion = f'the only base is "{BASE}"', nearest(name, [BASE])
            way_out = "write it, or take the line out for a project without a base"
            self.reader.diagnostics.error(
                "unknown-base", message, asked.span, help=way_out, suggestion=suggestion
            )
            return None
        if self.content.resolve() == self.root.resolve():
            message, way_out = "this project is the base itself", "take this line out"
            self.reader.diagnostics.error("unknown-base", message, asked.span, help=way_out)
            return None
        layer = self._shipped(self.content, BASE, f"{BASE}:")
        if not layer.contents:
            message, way_out = "this installation lacks the base content", "install Relasi again"
            self.reader.diagnostics.error("missing-base", message, asked.span, help=way_out)
            return None
        return layer

    def _template(self, asked: Node) -> Layer | None:
        name = asked.text if isinstance(asked, Scalar) else ""
        known = templates(self.content)
        if name not in known:
            message, suggestion = f'there is no template "{name}"', nearest(name, known)
            way_out = f"there are: {', '.join(known)}" if known else "this installation brings none"
            self.reader.diagnostics.error(
                "unknown-template",
                message,
                asked.span,
                help="" if suggestion else way_out,
                suggestion=suggestion,
            )
            return None
        prefix = f"{BASE}:{TEMPLATES}/{name}/"
        return self._shipped(self.content / TEMPLATES / name, name, prefix)

    def _shipped(self, root: Path, name: str, prefix: str) -> Layer:
        return replace(self.reader, parsed=_SHIPPED).read(root, name, prefix)
