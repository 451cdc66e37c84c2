"""What would become of a file: it is imported into a copy of the database, which is thrown away."""

from __future__ import annotations

from functools import partial

from relasi.definitions import documents_of
from relasi.importing.report import Summary
from relasi.importing.run import Import, Importer, Watch
from relasi.records import Actor
from relasi.runtime import Crm
from relasi.trial.stage import copy_of


def try_import(
    crm: Crm, actor: Actor, wanted: Import, *, again: bool = False, watch: Watch | None = None
) -> Summary:
    """As `Importer.run`, but nothing is kept, and nobody has to wait for it.

    Raises what that one does, and PlatformError where there is no room for the copy.
    """
    with copy_of(crm.root, crm.model, partial(documents_of, crm.root)) as (copy, _):
        return Importer(copy.records, actor, copy.clock).run(wanted, again=again, watch=watch)
