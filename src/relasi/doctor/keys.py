"""The keys of encrypted fields: whether they are there, where they should lie, and who else can read them."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from relasi.deploy.keeping import keys_in_use
from relasi.doctor.finding import Finding, Weight
from relasi.runtime import Crm

_AREA = "keys"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def missing(crm: Crm) -> Iterator[Finding]:
    with crm.database.transaction(write=False) as connection:
        needed = keys_in_use(connection)
    if not needed:
        return
    for id in sorted(needed.keys() - set(crm.database.keyring.ids())):
        yield Finding(
            _AREA,
            f"The data key {id} is missing, which {needed[id]:,} encrypted value(s) need.",
            "Nobody can read them, and pages that show them fail.",
            "Put the key back from its copy: a line in the file, or in the variable, that data_keys in"
            " config/crm.yaml names.",
        )


def exposed(crm: Crm) -> Iterator[Finding]:
    place, database = crm.model.settings.data_keys.file, crm.database.file
    file = crm.root / place if place else None
    if file is None or not file.exists():
        return
    if file.stat().st_mode & _OTHERS:
        yield Finding(
            _AREA,
            f"Other users of this machine can read {place}.",
            "With it and a backup, they read what is encrypted.",
            f"chmod 600 {place}",
        )
    if database is not None and file.resolve().is_relative_to(database.parent.resolve()):
        yield Finding(
            _AREA,
            f"{place} lies in the folder of the database.",
            "Whoever gets a copy of that folder gets both, and encryption is of no use.",
            "Move it to another folder, and say where in config/crm.yaml: data_keys: {file: ...}.",
            weight=Weight.ADVICE,
        )
