"""Maps as they are written: in a file of YAML, or as data of the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relasi.config.documents import Document
from relasi.config.nodes import Entry, Node, Scalar, Sequence
from relasi.config.nodes import Mapping as MappingNode
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostics, Span
from relasi.importing.spec import MapSpec
from relasi.importing.tables import FileOptions
from relasi.schema.compiler.page import Page
from relasi.schema.compiler.shapes import shaped

Written = Mapping[str, Any]  # Any: what JSON can say
"""A map as data: `{"import": ENTITY, "fields": {FIELD: COLUMN}}`."""

_DATA = Span.whole("map")


@dataclass(frozen=True, slots=True)
class Map:
    """A map as its author wrote it; what it says about the file is needed before the columns are known."""

    spec: MapSpec
    page: Page

    @property
    def file_options(self) -> FileOptions:
        return FileOptions(self.spec.encoding, self.spec.separator, self.spec.sheet)

    @property
    def written(self) -> Written:
        return self.spec.model_dump(mode="json", by_alias=True, exclude_unset=True)


def read_map(path: Path, diagnostics: Diagnostics) -> Map | None:
    """None, with diagnostics, where the file is not a map."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        diagnostics.error("unreadable", f"this map cannot be read: {reason}", Span.whole(str(path)))
        return None
    root = read(text, str(path), diagnostics)
    if root is None or diagnostics.has_errors:
        return None
    if not isinstance(root, MappingNode):
        diagnostics.error("wrong-type", "a map begins with import: and the name of an entity", root.span)
        return None
    return _shaped(path.stem, root, diagnostics)


def map_of(written: Written, diagnostics: Diagnostics) -> Map | None:
    """None, with diagnostics that have no place, where the data are no map."""
    root = _node(written)
    assert isinstance(root, MappingNode)
    return _shaped("map", root, diagnostics)


def _shaped(name: str, root: MappingNode, diagnostics: Diagnostics) -> Map | None:
    page = Page(Document("import", name, root, "project", root.span), diagnostics)
    spec = shaped(MapSpec, page)
    return Map(spec, page) if spec else None


def _node(value: Any) -> Node:  # Any: what JSON can say
    if isinstance(value, Mapping):
        entries = {key: Entry(Scalar(key, key, _DATA), _node(each)) for key, each in value.items()}
        return MappingNode(entries, _DATA)
    if isinstance(value, list | tuple):
        return Sequence(tuple(_node(each) for each in value), _DATA)
    return Scalar(value, "" if value is None else str(value), _DATA)
