"""How constraints and indexes are called, and which tables are the engine's own."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

ENGINE_PREFIX = "relasi_"
"""Tables of the engine store begin with it; no entity may."""

CONVENTION = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}
"""For every MetaData of Relasi."""

_LONGEST = 60
"""PostgreSQL takes 63 bytes."""


def index_name(table: str, columns: Sequence[str], *, unique: bool) -> str:
    """Two underscores part the columns, so that (status, id) and (status_id) never get the same name."""
    name = "__".join(("uq_" + table if unique else "ix_" + table, *columns))
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 9]}_{sha256(name.encode()).hexdigest()[:8]}"


INSIDE = "relasi.inside"
"""The setting by which connections of ours are known to triggers, which note what others do."""
