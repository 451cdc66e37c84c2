"""The base that belongs to an open project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from relasi.nocodb.base import Base
from relasi.nocodb.connection import transport_of
from relasi.nocodb.external import External
from relasi.nocodb.grid import Grid
from relasi.nocodb.meta import Meta
from relasi.nocodb.transport import Patience
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.schema.model import Model
from relasi.store import Store


@contextmanager
def opened_base(
    model: Model,
    database: Database,
    root: Path,
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    patience: Patience | None = None,
) -> Iterator[Base]:
    """Of a project whose platform names a NocoDB; nothing is asked yet. Raises Refused where a secret is
    missing."""
    nocodb = model.platform.nocodb
    assert nocodb is not None
    store, platform = Store(database), SqlPlatform(database, model)
    with closing(transport_of(nocodb, root, patience)) as transport:
        meta = Meta(transport)
        if nocodb.grid is None:
            yield Base(model, store, platform, meta, clock, new_id)
        else:
            external = External(transport)
            yield Grid(model, store, platform, meta, clock, new_id, database, external, root)
