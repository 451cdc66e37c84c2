"""`relasi explain`: its commands and their options."""

from __future__ import annotations

from typing import Annotated

import typer

from relasi.cli.options import AsJson, root_of

explain = typer.Typer(help="Why something is as it is.", no_args_is_help=True)


@explain.command("rule")
def explain_rule(
    context: typer.Context,
    workflow: Annotated[str, typer.Argument(help="The name of the workflow.")],
    record: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="The id of a record, or its number; not for a rule about none."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say why a rule ran on a record, or why it did not."""
    from relasi.cli.explaining import explain_rule

    explain_rule(root_of(context), workflow, record, as_json=as_json)


@explain.command("run")
def explain_run(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="ID", help="The id of a run, as traces and the log tell it.")],
    as_json: AsJson = False,
) -> None:
    """Say what a run did, where it stands, and what it waits for."""
    from relasi.cli.explaining import explain_run

    explain_run(root_of(context), run, as_json=as_json)


@explain.command("move")
def explain_move(
    context: typer.Context,
    entity: Annotated[str, typer.Argument(help="The entity of the record.")],
    record: Annotated[str, typer.Argument(metavar="ID", help="The id of a record, or its number.")],
    as_json: AsJson = False,
) -> None:
    """Say which moves of a record are closed to whom, and why."""
    from relasi.cli.moving import explain_move

    explain_move(root_of(context), entity, record, as_json=as_json)


@explain.command("access")
def explain_access(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[USER] ENTITY ID",
            help="A user's name, the entity, and the id of a record, or its number. Without a user: "
            "everybody who sees the record.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Say who sees a record and what they may do with it, rule by rule."""
    from relasi.cli.access import explain_access

    if len(words) not in (2, 3):
        raise typer.BadParameter("write [USER] ENTITY ID")
    explain_access(root_of(context), words, as_json=as_json)


@explain.command("value")
def explain_value(
    context: typer.Context,
    entity: Annotated[str, typer.Argument(help="The entity of the record.")],
    record: Annotated[str, typer.Argument(metavar="ID", help="The id of a record, or its number.")],
    field: Annotated[str, typer.Argument(help="The name of the field.")],
    as_json: AsJson = False,
) -> None:
    """Say what a value is made of, down to what was entered."""
    from relasi.cli.accounting import explain_value

    explain_value(root_of(context), entity, record, field, as_json=as_json)


@explain.command("exports")
def explain_exports(context: typer.Context, as_json: AsJson = False) -> None:
    """Say who took which records away in a file, and when."""
    from relasi.cli.exporting import exports

    exports(root_of(context), as_json=as_json)
