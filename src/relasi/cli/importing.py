"""`relasi import`: shows the progress, what became of the rows, and why some were refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from relasi.cli import terminal
from relasi.cli.project import opened, show
from relasi.cli.terminal import STOPPED, USED_WRONGLY, StopError, say
from relasi.config.text import split_lines
from relasi.diagnostics import nearest
from relasi.importing.prepare import prepare
from relasi.importing.report import Action, ReportFile, RowOutcome, Summary
from relasi.importing.run import Import, Importer, Watch
from relasi.records import Source
from relasi.runtime import Crm, engine_actor
from relasi.schema.model import Entity
from relasi.texts import FALLBACK
from relasi.trial import try_import

_SHOWN = 20
"""How many refused rows are printed; the report file has all of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed."""

    entity: str
    file: Path
    map_file: Path | None
    encoding: str | None
    report: Path | None
    dry_run: bool
    again: bool
    skip_alike: bool = False


@dataclass(slots=True)
class _Seen:
    """What is kept of the outcomes while they pass by."""

    refused: list[RowOutcome] = field(default_factory=list)
    alike: list[RowOutcome] = field(default_factory=list)
    """Rows that became records although others may be the same."""
    reasons: Counter[str] = field(default_factory=Counter)


def import_file(root: Path, wanted: Wanted, *, as_json: bool) -> int:
    """The exit code: 1 where a row was refused."""
    with opened(root) as crm:
        entity = entity_called(crm, wanted.entity)
        made = _prepared(crm, entity, wanted)
        seen = _Seen()
        with ExitStack() as open_now:
            watch = _watch(entity, wanted, seen, open_now)
            actor = replace(engine_actor(Source.IMPORT), asks=wanted.skip_alike)
            if wanted.dry_run:
                summary = try_import(crm, actor, made, again=wanted.again, watch=watch)
            else:
                importer = Importer(crm.records, actor, crm.clock)
                summary = importer.run(made, again=wanted.again, watch=watch)
                crm.database.analyze()
    if as_json:
        terminal.as_json({**_data(entity, summary, seen), "dry_run": wanted.dry_run})
    else:
        _tell(entity, made, summary, seen)
        if wanted.dry_run:
            say("A dry run: nothing was kept.")
    return STOPPED if summary.refused else 0


def entity_called(crm: Crm, name: str) -> Entity:
    found = crm.model.entities.get(name)
    if found is None:
        near = nearest(name, crm.model.entities)
        hint = f"Is {near} meant?" if near else f"There are: {', '.join(crm.model.entities)}."
        raise StopError(f"There is no entity {name}. {hint}", USED_WRONGLY)
    return found


def _prepared(crm: Crm, entity: Entity, wanted: Wanted) -> Import:
    made, diagnostics = prepare(
        crm.model, entity, wanted.file, map_file=wanted.map_file, encoding=wanted.encoding
    )
    if made is None:
        show(diagnostics, _lines_of)
        raise StopError("The map is wrong. Nothing was imported.")
    return made


def _lines_of(file: str) -> tuple[str, ...]:
    try:
        return split_lines(Path(file).read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ()


def _watch(entity: Entity, wanted: Wanted, seen: _Seen, open_now: ExitStack) -> Watch:
    writer = None
    if wanted.report is not None:
        file = open_now.enter_context(wanted.report.open("w", encoding="utf-8", newline=""))
        writer = ReportFile(file, entity, FALLBACK)
    progress = open_now.enter_context(progress_bar())
    task = progress.add_task("", total=None)

    def row(outcome: RowOutcome) -> None:
        if writer is not None:
            writer.write(outcome)
        if outcome.action is Action.REFUSED and len(seen.refused) < _SHOWN:
            seen.refused.append(outcome)
        if outcome.action in (Action.CREATED, Action.UPDATED) and outcome.reasons:
            seen.alike.append(outcome)
        if outcome.action in (Action.SKIPPED, Action.REFUSED):
            seen.reasons.update({each.text(entity, FALLBACK) for each in outcome.reasons})

    return Watch(row=row, progress=lambda done, total: progress.update(task, completed=done, total=total))


@contextmanager
def progress_bar() -> Iterator[Progress]:
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress


def _tell(entity: Entity, made: Import, summary: Summary, seen: _Seen) -> None:
    say(f"{made.file_name}: {made.table.format}, {summary.total:,} rows")
    if summary.unused:
        say(("Not used: ", "yellow"), ", ".join(summary.unused))
    if summary.finished_before is not None:
        say(f"Nothing was done: it was imported on {summary.finished_before:%Y-%m-%d %H:%M} UTC already.")
        say("Add --again to import it once more.")
        return
    if summary.resumed_at:
        say(f"Went on after row {summary.resumed_at:,}, where an earlier import broke off.")
    for outcome in seen.refused:
        say((f"line {outcome.line}: ", "red"), _reasons(entity, outcome))
    if summary.refused > len(seen.refused):
        say(f"… and {summary.refused - len(seen.refused):,} more refused; --report FILE writes all of them.")
    for outcome in seen.alike[:_SHOWN]:
        say((f"line {outcome.line}: ", "yellow"), _reasons(entity, outcome))
    if seen.alike:
        say(f"{len(seen.alike):,} rows look like records that are there; --skip-alike leaves them out.")
    counted = ", ".join(
        f"{summary.counts[each.value]:,} {each.value}" for each in Action if summary.counts[each.value]
    )
    say((counted or "no rows", "bold"))


def _reasons(entity: Entity, outcome: RowOutcome) -> str:
    return "; ".join(each.text(entity, FALLBACK) for each in outcome.reasons)


def _data(entity: Entity, summary: Summary, seen: _Seen) -> dict[str, object]:
    return {
        "entity": entity.name,
        "rows": summary.total,
        "resumed_at": summary.resumed_at,
        "finished_before": summary.finished_before,
        "unused_columns": list(summary.unused),
        "counts": {each.value: summary.counts[each.value] for each in Action},
        "reasons": dict(seen.reasons.most_common()),
        "alike": [
            {"line": each.line, "record": each.record_id, "why": _reasons(entity, each)}
            for each in seen.alike
        ],
        "refused": [
            {"line": each.line, "reasons": [reason.text(entity, FALLBACK) for reason in each.reasons]}
            for each in seen.refused
        ],
    }
