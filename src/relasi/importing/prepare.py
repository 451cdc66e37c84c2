"""From a path and a map to an import that can run; what can be refused beforehand is refused here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from relasi.diagnostics import Diagnostics
from relasi.importing.files import open_table
from relasi.importing.maps import compile_map
from relasi.importing.matching import refuse_unfit, suggested
from relasi.importing.run import Import
from relasi.importing.tables import FileOptions
from relasi.importing.written import Written, map_of, read_map
from relasi.schema.model import Entity, Model


def prepare(
    model: Model,
    entity: Entity,
    file: Path,
    *,
    map_file: Path | None = None,
    mapping: Written | None = None,
    encoding: str | None = None,
) -> tuple[Import | None, Diagnostics]:
    """The import, or None with what is wrong in the map: that of a file, or one given as data.

    Raises ImportRefused for a file that is no table, or whose columns fit no field where no map is given.
    """
    diagnostics = Diagnostics()
    if map_file is None and mapping is None:
        table = open_table(file, FileOptions(encoding))
        refuse_unfit(entity, table.columns)
        map_ = map_of(suggested(entity, table.columns), diagnostics)
        compiled = compile_map(map_, entity, model, table.columns) if map_ else None
        made = Import(_key(entity, file, b"-"), file.name, table, compiled) if compiled else None
        return made, diagnostics
    map_ = read_map(map_file, diagnostics) if map_file else map_of(mapping or {}, diagnostics)
    if map_ is None:
        return None, diagnostics
    table = open_table(file, replace(map_.file_options, encoding=encoding or map_.file_options.encoding))
    compiled = compile_map(map_, entity, model, table.columns)
    if compiled is None:
        return None, diagnostics
    said = _digest(map_file) if map_file else json.dumps(mapping, sort_keys=True).encode()
    return Import(_key(entity, file, said), file.name, table, compiled, map_.written), diagnostics


def _key(entity: Entity, file: Path, map_: bytes) -> str:
    """The same import is known by it, whatever the files are called."""
    digest = hashlib.sha256(entity.name.encode())
    digest.update(_digest(file))
    digest.update(map_)
    return digest.hexdigest()


def _digest(path: Path) -> bytes:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()
