"""The disk: how much of it is free, attached files that are missing or left over, and backups."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from relasi.doctor.finding import Finding, Weight
from relasi.errors import Refused
from relasi.runtime import Crm
from relasi.transfer import archive
from relasi.transfer.backup import FOLDER, backups
from relasi.transfer.files import wanted

_LEAST = 500_000_000
_AGE = timedelta(days=2)
_SHOWN = 3


def free_bytes(folder: Path) -> int:
    """Of the disk on which the folder is, or will be."""
    there = next(each for each in (folder.resolve(), *folder.resolve().parents) if each.exists())
    return shutil.disk_usage(there).free


def space(crm: Crm, size: int, free: Callable[[Path], int] = free_bytes) -> Iterator[Finding]:
    """`size` is that of the database, of which an apply or a backup needs room for another one."""
    file = crm.database.file
    folders = {crm.root / FOLDER, crm.root / crm.model.platform.files, *([file.parent] if file else [])}
    scarce = {str(each): left for each in sorted(folders) if (left := free(each)) < max(_LEAST, 2 * size)}
    if scarce:
        where, left = next(iter(scarce.items()))
        yield Finding(
            "disk",
            f"Only {left / 1e6:,.0f} MB are free for {where}; the database has {size / 1e6:,.0f} MB.",
            "A full disk refuses every save; an apply and a backup need as much again as the database has.",
            "Make room, or move the data to a larger disk.",
        )


def files(crm: Crm) -> Iterator[Finding]:
    known, there = set(wanted(crm.database)), crm.files.contents.names()
    if lost := sorted(known - there):
        yield Finding(
            "files",
            f"The content of {len(lost)} attached file(s) is missing: {_some(lost)}.",
            "People see their names and cannot open them.",
            f"Put the folder {crm.model.platform.files} back: relasi restore does. Or copy files/ out of the"
            " ZIP of a backup, each into a folder named by its first two signs.",
        )
    if left := sorted(there - known):
        yield Finding(
            "files",
            f"{len(left)} content(s) of files belong to nothing: {_some(left)}.",
            "They only take room: a crash leaves them, and an upload that nobody saved.",
            "Nothing: relasi run deletes them once they are a day old.",
            weight=Weight.ADVICE,
        )


def newest_backup(crm: Crm) -> Iterator[Finding]:
    folder = crm.root / FOLDER
    found = backups(folder, crm.model.platform.name)
    help = f"Let cron run relasi backup --to {FOLDER} --keep 14 every night, and copy that folder elsewhere."
    if not found:
        yield Finding(
            "backups",
            f"There is no backup in {folder}.",
            "What a mistake or a broken disk takes is gone for good.",
            f"{help} Backups that are made in another way are not seen here.",
            weight=Weight.ADVICE,
        )
        return
    try:
        age = crm.clock() - archive.about(found[-1]).at
    except Refused as error:
        yield Finding("backups", str(error), "It cannot be restored.", "Delete it and make another one.")
        return
    if age > _AGE:
        yield Finding(
            "backups",
            f"The newest backup is {age.days} days old.",
            "All that was done since would be lost with the disk.",
            help,
            weight=Weight.ADVICE,
        )


def _some(names: list[str]) -> str:
    shown = ", ".join(each[:12] for each in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"
