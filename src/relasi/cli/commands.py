"""The commands and their options. What a command does stands in a module that it loads when called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relasi.cli.correspondence import mail
from relasi.cli.data import data
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
app.add_typer(data)
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
