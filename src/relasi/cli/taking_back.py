"""`relasi import ENTITY --undo`: takes the last import back, or that of a file, and tells what stays."""

from __future__ import annotations

from pathlib import Path

from relasi.cli import terminal
from relasi.cli.importing import entity_called, progress_bar
from relasi.cli.project import opened
from relasi.cli.terminal import STOPPED, StopError, confirm, say
from relasi.importing.jobs import history
from relasi.importing.run import Watch
from relasi.importing.undoing import Place, Reasons, TakenBack, Undone, undo
from relasi.records import Source
from relasi.runtime import Crm, engine_actor
from relasi.store.imports import ImportJob
from relasi.texts import FALLBACK

_SHOWN = 20
"""How many records that stay are printed."""


def take_back(root: Path, name: str, file: Path | None, *, yes: bool, as_json: bool) -> int:
    """The exit code: 1 where something stays as the import has made it."""
    with opened(root) as crm:
        entity = entity_called(crm, name)
        job = _job(crm, entity.name, file)
        confirm(f"Take back {job.file_name}, imported on {job.started:%Y-%m-%d %H:%M} UTC?", yes=yes)
        with progress_bar() as progress:
            task = progress.add_task("", total=None)
            watch = Watch(progress=lambda done, total: progress.update(task, completed=done, total=total))
            undone = undo(crm.records, engine_actor(Source.CLI), job.key, crm.clock, watch=watch)
        told = {**undone.kept, **undone.partly}
        if as_json:
            terminal.as_json(_data(crm, job, undone))
            return STOPPED if told else 0
        for (owner, key), reasons in list(told.items())[:_SHOWN]:
            say((f"{owner} {key}: ", "yellow"), _words(crm, (owner, key), reasons))
        if len(told) > _SHOWN:
            say(f"… and {len(told) - _SHOWN:,} more; --json tells all of them.")
        counted = (
            f"{undone.counts[fate.value]:,} {fate.value}" for fate in TakenBack if fate.value in undone.counts
        )
        say((", ".join(counted) or "Nothing was left of it.", "bold"))
        return STOPPED if told else 0


def _job(crm: Crm, entity: str, file: Path | None) -> ImportJob:
    """The last one that nobody has taken back, of the file if one is named."""
    for job in history(crm.records, engine_actor(Source.CLI), entity):
        if (file is None or job.file_name == file.name) and (job.undone is None or _is_left(job)):
            return job
    called = f" of a file called {file.name}" if file else ""
    raise StopError(f"There is no import of {entity}{called} that could be taken back.")


def _is_left(job: ImportJob) -> bool:
    return bool((job.taken_back or {}).get(TakenBack.KEPT.value))


def _words(crm: Crm, place: Place, reasons: Reasons) -> str:
    return "; ".join(each.text(crm.model.entities[place[0]], FALLBACK) for each in reasons)


def _data(crm: Crm, job: ImportJob, undone: Undone) -> dict[str, object]:
    return {
        "entity": job.entity,
        "file": job.file_name,
        "imported": job.started,
        "counts": {fate.value: undone.counts.get(fate.value, 0) for fate in TakenBack},
        "stay": [
            {"entity": place[0], "record": place[1], "why": _words(crm, place, reasons)}
            for place, reasons in {**undone.kept, **undone.partly}.items()
        ],
    }
