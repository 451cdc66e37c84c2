"""From a path and a map to an import that can run; what can be refused beforehand is refused here."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from relasi.diagnostics import Diagnostics
from relasi.importing.files import open_table
from relasi.importing.maps import compile_map, read_map
from relasi.importing.matching import match_columns
from relasi.importing.run import Import
from relasi.importing.tables import FileOptions
from relasi.schema.model import Entity, Model


def prepare(
    model: Model, entity: Entity, file: Path, *, map_file: Path | None = None, encoding: str | None = None
) -> tuple[Import | None, Diagnostics]:
    """The import, or None with what is wrong in the map.

    Raises ImportRefused for a file that is no table, or whose columns fit no field where no map is given.
    """
    diagnostics = Diagnostics()
    if map_file is None:
        table = open_table(file, FileOptions(encoding))
        mapping = match_columns(entity, model, table.columns)
        return Import(_key(entity, file, None), file.name, table, mapping), diagnostics
    map_ = read_map(map_file, diagnostics)
    if map_ is None:
        return None, diagnostics
    table = open_table(file, replace(map_.file_options, encoding=encoding or map_.file_options.encoding))
    compiled = compile_map(map_, entity, model, table.columns)
    if compiled is None:
        return None, diagnostics
    return Import(_key(entity, file, map_file), file.name, table, compiled), diagnostics


def _key(entity: Entity, file: Path, map_file: Path | None) -> str:
    """The same import is known by it, whatever the files are called."""
    digest = hashlib.sha256(entity.name.encode())
    for path in (file, map_file):
        digest.update(_digest(path) if path else b"-")
    return digest.hexdigest()


def _digest(path: Path) -> bytes:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()
