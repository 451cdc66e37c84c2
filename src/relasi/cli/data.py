"""`relasi import`, `export`, `backup` and their like: data as a whole, on the way in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from relasi.cli.options import AsJson, Yes, root_of

data = typer.Typer()


@data.command()
def sample(
    context: typer.Context,
    size: Annotated[int, typer.Option(min=1, max=5_000_000, help="About how many records.")] = 1000,
    seed: Annotated[int, typer.Option(help="Another number makes another sample.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Fill an empty database with sample people and records, in any size."""
    from relasi.cli.sampling import sample

    sample(root_of(context), size, seed, as_json=as_json)


@data.command()
def backup(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A new file; named by itself if left out.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of backups; backups/ if left out.")
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Delete all but the newest N in that folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put all data of this moment in one file, while people work."""
    from relasi.cli.backup import backup

    if file is not None and (to is not None or keep is not None):
        raise typer.BadParameter("--to and --keep are about a folder of backups; leave FILE out")
    backup(root_of(context), file, to, keep, as_json=as_json)


@data.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `relasi backup` has made.")],
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Bring the data of a backup back. What it replaces is kept in a backup of its own."""
    from relasi.cli.backup import restore

    restore(root_of(context), file, yes=yes, as_json=as_json)


@data.command()
def copy(
    context: typer.Context,
    source: Annotated[str, typer.Option("--from", metavar="PLATFORM", help="Where the data are.")],
    target: Annotated[str, typer.Option("--to", metavar="PLATFORM", help="An empty one.")],
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Copy all data to another platform, and check that they have arrived."""
    from relasi.cli.copying import copy

    copy(root_of(context), source, target, yes=yes, as_json=as_json)


@data.command(name="import")
def import_(  # each is an option of the command
    context: typer.Context,
    entity: Annotated[str, typer.Argument(help="What the rows become.")],
    file: Annotated[Path | None, typer.Argument(help="A CSV, XLSX or JSON file.")] = None,
    *,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="Which column fills which field.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="How a text file is encoded, such as cp1252.")] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what became of each row, as CSV.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do all of it on a copy of the data.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also where this file was imported before.")] = False,
    skip_alike: Annotated[
        bool, typer.Option("--skip-alike", help="Leave rows out that look like records that are there.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last import, or FILE's.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Bring the rows of a file in as records, or take that back."""
    from relasi.cli.importing import Wanted, import_file
    from relasi.cli.taking_back import take_back

    if undo:
        raise typer.Exit(take_back(root_of(context), entity, file, yes=yes, as_json=as_json))
    if file is None:
        raise typer.BadParameter("Name the file to import.")
    wanted = Wanted(entity, file, map_file, encoding, report, dry_run, again, skip_alike)
    raise typer.Exit(import_file(root_of(context), wanted, as_json=as_json))


@data.command()
def export(  # each is an option of the command
    context: typer.Context,
    entity: Annotated[str, typer.Argument(help="Whose records.")],
    *,
    where: Annotated[str | None, typer.Option(metavar="EXPR", help="Only records that meet this.")] = None,
    format_: Annotated[
        Literal["csv", "json", "xlsx", "pdf"],
        typer.Option("--format", help="The kind of file; pdf: the papers that the records keep, as one."),
    ] = "csv",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Standard output if left out.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--as", metavar="USER", help="What this user may take, as they see it.")
    ] = None,
    purpose: Annotated[
        str | None, typer.Option(help="What it is for: only people who agree, and what is kept for it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take records out as a file; `relasi import` reads it back. The audit log says who took what."""
    from relasi.cli.exporting import Asked, export
    from relasi.exporting.files import Format

    export(root_of(context), Asked(entity, where, Format(format_), out, person, purpose), as_json=as_json)
