"""The commands and their options. What a command does stands in a module that it loads when called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from relasi.cli.correspondence import mail
from relasi.cli.duplicates import duplicates
from relasi.cli.encryption import encryption
from relasi.cli.explain import explain
from relasi.cli.key import key
from relasi.cli.options import AsJson, Place, Yes, root_of
from relasi.cli.person import person
from relasi.cli.privacy import privacy
from relasi.cli.user import user

app = typer.Typer(
    name="relasi",
    help="A low-code CRM: YAML in, a running CRM out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
audit = typer.Typer(help="The log of every write.", no_args_is_help=True)
app.add_typer(user, name="user")
app.add_typer(person, name="person")
app.add_typer(duplicates)
app.add_typer(key, name="key")
app.add_typer(mail, name="mail")
app.add_typer(encryption, name="encryption")
app.add_typer(audit, name="audit")
app.add_typer(explain, name="explain")
app.add_typer(privacy, name="privacy")


@app.callback()
def _everywhere(
    context: typer.Context,
    directory: Annotated[Path, typer.Option("-C", metavar="DIR", help="The project's folder.")] = Path(),
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    context.obj = Place(directory)


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    template: Annotated[str | None, typer.Option(help="The template of an industry to start from.")] = None,
    modules: Annotated[
        str | None, typer.Option(help="The parts to use, such as sales,service; all of them if absent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start a project: a small folder on top of the CRM that Relasi brings along."""
    from relasi.cli.start import start

    start(directory, template, modules, as_json=as_json)


@app.command()
def check(
    context: typer.Context,
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever a file changes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compile the project and report every mistake in it."""
    from relasi.cli.project import check
    from relasi.cli.project import watch as watch_files

    if watch:
        watch_files(root_of(context))
    raise typer.Exit(check(root_of(context), strict=strict, as_json=as_json))


@app.command()
def show(
    context: typer.Context,
    path: Annotated[
        str | None,
        typer.Argument(metavar="PATH", help="Such as ENTITY.fields.FIELD; everything if left out."),
    ] = None,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value was written.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a definition as all layers together make it."""
    from relasi.cli.showing import show

    show(root_of(context), path, origin=origin, as_json=as_json)


@app.command()
def calendar(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="All of them if left out.")] = None,
    year: Annotated[int | None, typer.Option(help="Whose holidays; this year's if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show when people work, and which days are off."""
    from relasi.cli.calendars import calendar

    calendar(root_of(context), name, year, as_json=as_json)


@app.command()
def plan(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the plan for `relasi apply FILE`.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="List all records that stand in the way, not the first ones only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what the project would change in the database, and change nothing."""
    from relasi.cli.deployment import show_plan

    show_plan(root_of(context), out, everything=everything, as_json=as_json)


@app.command()
def apply(
    context: typer.Context,
    plan: Annotated[Path | None, typer.Argument(help="A plan that `relasi plan --out` has kept.")] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Change the database as the plan says."""
    from relasi.cli.deployment import apply_plan

    apply_plan(root_of(context), plan, yes=yes, as_json=as_json)


@app.command()
def undo(context: typer.Context, yes: Yes = False, as_json: AsJson = False) -> None:
    """Take the last apply back: the structure, and the values that it changed."""
    from relasi.cli.deployment import undo

    undo(root_of(context), yes=yes, as_json=as_json)


@app.command("test")
def perform(
    context: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(metavar="PATH", help="A file or a folder; all tests if left out.")
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the results as JUnit XML.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the tests that stand beside the definitions, on a database and a clock of their own."""
    from relasi.cli.testing import test

    raise typer.Exit(test(root_of(context), path, junit, as_json=as_json))


@app.command()
def simulate(
    context: typer.Context,
    workflow: Annotated[str, typer.Argument(help="The name of the workflow.")],
    since: Annotated[str, typer.Option(help="How far to go back: 90d, 4w, 12h.")] = "90d",
    as_json: AsJson = False,
) -> None:
    """Say what a rule would have done as it is written now, and change nothing."""
    from relasi.cli.simulating import simulate

    simulate(root_of(context), workflow, since, as_json=as_json)


@app.command()
def sample(
    context: typer.Context,
    size: Annotated[int, typer.Option(min=1, max=5_000_000, help="About how many records.")] = 1000,
    seed: Annotated[int, typer.Option(help="Another number makes another sample.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Fill an empty database with sample people and records, in any size."""
    from relasi.cli.sampling import sample

    sample(root_of(context), size, seed, as_json=as_json)


@app.command()
def doctor(
    context: typer.Context,
    compare: Annotated[
        bool, typer.Option("--compare", help="Compare every record with its row in NocoDB, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with the database, the disk, the rules and the people, and what to do about it."""
    from relasi.cli.doctor import examine

    raise typer.Exit(examine(root_of(context), compare=compare, as_json=as_json))


@app.command()
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


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `relasi backup` has made.")],
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Bring the data of a backup back. What it replaces is kept in a backup of its own."""
    from relasi.cli.backup import restore

    restore(root_of(context), file, yes=yes, as_json=as_json)


@app.command()
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


@app.command()
def run(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="8501, or the next free one.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    address: Annotated[
        str, typer.Option(help="Where to listen: 0.0.0.0 lets other machines in, such as a load balancer.")
    ] = "127.0.0.1",
) -> None:
    """Serve the CRM on this machine; a fresh database is made first."""
    from relasi.cli.serving import run

    run(root_of(context), port, address=address, browser=browser)


@app.command()
def worker(context: typer.Context) -> None:
    """Do what becomes due: runs that wait, schedules, the outbox. `relasi run` does it too."""
    from relasi.cli.serving import work

    work(root_of(context))


@app.command(name="import")
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


@app.command()
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


@audit.command("verify")
def audit_verify(
    context: typer.Context,
    head: Annotated[
        str | None, typer.Option(help="One that was kept elsewhere: up to there, all must be the same.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look at every entry: whether any was changed, taken out or put in past Relasi."""
    from relasi.cli.auditing import verify_audit

    raise typer.Exit(verify_audit(root_of(context), head, as_json=as_json))
