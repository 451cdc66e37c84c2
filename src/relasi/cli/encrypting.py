"""The data keys: made when a project begins, counted, and replaced by newer ones."""

from __future__ import annotations

from pathlib import Path

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import confirm, say, table
from relasi.deploy.keeping import first_keys, keys_in_use, renew_all
from relasi.errors import PlatformError
from relasi.platform.keyring import add_key
from relasi.runtime import Crm


def begin_keys(crm: Crm) -> None:
    """Makes the file of the keys where there is none and nothing needs one that is lost."""
    file = _file(crm)
    if file is None or file.exists():
        return
    with crm.database.transaction(write=False) as connection:
        needed = keys_in_use(connection)
    if not needed:
        add_key(file, _day(crm))
        say("Made the key for encrypted fields: ", (str(file), "bold"))
        say(
            "  Keep a copy of it in another place than the backups: without it, nobody can read these fields."
        )


def demand_keys(crm: Crm) -> None:
    """Raises Refused or PlatformError where something is to be encrypted, or is, and the key is not there."""
    with crm.database.transaction(write=False) as connection:
        needed = first_keys(connection)
    fields = (field for each in crm.model.entities.values() for field in each.own_fields)
    if needed or any(field.type.is_encrypted for field in fields):
        missing = needed - set(crm.database.keyring.ids())
        if missing:
            raise PlatformError("key_missing", id=", ".join(sorted(missing)))


def status(root: Path, *, as_json: bool) -> None:
    with opened(root) as crm:
        with crm.database.transaction(write=False) as connection:
            used = keys_in_use(connection)
        known = crm.database.keyring.ids()
    ids = [*known, *sorted(used.keys() - set(known))]
    if as_json:
        terminal.as_json(
            {"keys": [{"id": id, "values": used.get(id, 0), "there": id in known} for id in ids]}
        )
        return
    words = {id: "missing" if id not in known else "newest" if id == known[0] else "" for id in ids}
    table(("Key", "Values", ""), ((id, f"{used.get(id, 0):,}", words[id]) for id in ids))


def rotate(root: Path, *, yes: bool, as_json: bool) -> None:
    """Keys that come by the environment are put there by whoever runs the server: the first one is taken."""
    with opened(root) as crm:
        demand_keys(crm)
        file, keyring = _file(crm), crm.database.keyring
        if not as_json:
            say("Every encrypted value is encrypted anew. People can go on working.")
        confirm("Make a new key?" if file else f"Encrypt by the key {keyring.ids()[0]}?", yes=yes)
        if file is not None:
            add_key(file, _day(crm))
            keyring.renew()
        newest, *older = keyring.ids()
        count = renew_all(crm.database)
    if as_json:
        terminal.as_json({"key": newest, "values": count, "older": older})
        return
    say(("Done: ", "green"), f"{count:,} value(s) need the key ", (newest, "bold"), " now.")
    if older:
        say(f"  Backups from before still need {', '.join(older)}: keep them for as long as those.")


def _file(crm: Crm) -> Path | None:
    place = crm.model.settings.data_keys.file
    return crm.root / place if place else None


def _day(crm: Crm) -> str:
    return f"{crm.clock().astimezone(crm.model.settings.zone):%Y-%m-%d}"
