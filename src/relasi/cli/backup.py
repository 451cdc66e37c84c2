"""`relasi backup` and `relasi restore`."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import StopError, confirm, counting, say
from relasi.deploy import make_plan
from relasi.deploy.searching import keep_search_indexes
from relasi.errors import PlatformError
from relasi.runtime import Crm
from relasi.transfer import archive
from relasi.transfer.archive import About
from relasi.transfer.backup import FOLDER, back_up, keep_newest, name_of
from relasi.transfer.backup import restore as bring_back
from relasi.transfer.copy import Place


def backup(root: Path, file: Path | None, folder: Path | None, keep: int | None, *, as_json: bool) -> None:
    """Into `file`, or into a folder under a name that tells the moment, of which the `keep` newest stay."""
    if file is not None and file.exists():
        raise StopError(f"{file} is there already. Name a new file; nothing was written.")
    with opened(root) as crm:
        platform, now = crm.model.platform.name, crm.clock()
        target = file or (folder or root / FOLDER) / name_of(platform, now)
        with counting("rows") as progress:
            about = back_up(place_of(crm), target, platform, now, progress=progress)
    gone = keep_newest(target.parent, platform, keep) if keep and file is None else []
    if as_json:
        size = target.stat().st_size
        terminal.as_json({"file": str(target), "size": size, "gone": list(map(str, gone)), **_data(about)})
        return
    say(f"{target} has {_counted(about)}.")
    _warn(about)
    if gone:
        say(f"{len(gone)} older backup(s) were deleted.")


def restore(root: Path, file: Path, *, yes: bool, as_json: bool) -> None:
    about = archive.about(file)
    with opened(root) as crm:
        if not as_json:
            at = about.at.astimezone(crm.model.settings.zone)
            say(f"{file} is of {at:%Y-%m-%d %H:%M}, from the platform {about.platform}: {_counted(about)}.")
            _warn(about)
        platform, now = crm.model.platform.name, crm.clock()
        confirm(f"Replace everything that is on the platform {platform} now?", yes=yes)
        with suppress(PlatformError):  # what cannot be read any more has put its erasures there before
            crm.privacy.keep_list()
        kept = root / FOLDER / f"replaced-{name_of(platform, now)}"
        with counting("rows") as progress:
            aside = bring_back(file, place_of(crm), kept, platform, now, progress=progress)
        due = settled(crm)
        waiting = len(crm.privacy.missing())
        if not due:
            crm.privacy.replay()
            crm.privacy.finish(now)
    if as_json:
        done = {"changes_due": due, "erasures": waiting}
        terminal.as_json({"kept": str(aside) if aside else None, **done, **_data(about)})
        return
    say(("Done.", "green"))
    say("Everybody signs in again.")
    if aside:
        say(f"What was there before is in {aside}.")
    if due:
        say(
            "The project has changed since that backup: relasi plan shows how, relasi apply brings the data"
            " up to date."
        )
    if waiting:
        what = f"{waiting} erasure(s) that are younger than the backup"
        say(f"{what} follow once relasi run or relasi worker starts." if due else f"{what} were done again.")


def settled(crm: Crm) -> int:
    """Makes what follows the Model and stands in no plan; gives how many changes of a plan are due before."""
    due = len(make_plan(crm.model, crm.database, now=crm.clock()).due)
    if not due:
        with crm.database.unhurried() as connection:
            keep_search_indexes(connection, crm.model)
    return due


def place_of(crm: Crm) -> Place:
    return Place(crm.database, crm.files.contents)


def _counted(about: About) -> str:
    rows = sum(each.rows for name, each in about.sums.items())
    return f"{rows:,} rows of {len(about.sums)} tables and {about.files:,} attached file(s)"


def _warn(about: About) -> None:
    if about.missing:
        lost = f"{len(about.missing)} attached file(s) were not to be found; relasi doctor names them."
        say((lost, "yellow"))
    if about.foreign:
        say(("Not in it, since Relasi has not made it: ", "yellow"), ", ".join(about.foreign))


def _data(about: About) -> dict[str, Any]:  # Any: JSON
    return {
        "at": about.at.isoformat(),
        "platform": about.platform,
        "relasi": about.relasi,
        "model": about.model,
        "tables": {name: asdict(each) for name, each in about.sums.items()},
        "files": about.files,
        "missing": list(about.missing),
        "foreign": list(about.foreign),
    }
