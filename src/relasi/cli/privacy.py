"""`relasi privacy`: what is done with people's data. What the commands do stands in `overseeing`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from relasi.cli.options import AsJson, Yes, root_of

privacy = typer.Typer(help="What is done with people's data, and when they go.", no_args_is_help=True)


@privacy.command("register")
def register(
    context: typer.Context,
    form: Annotated[
        Literal["md", "html", "json"], typer.Option("--format", help="How it is written.")
    ] = "md",
    language: Annotated[
        str | None, typer.Option(help="en or id; the first of the project if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The register of processing activities, from the definitions of the project, on standard output."""
    from relasi.cli.overseeing import register

    register(root_of(context), language, "json" if as_json else form)


@privacy.command("due")
def due(context: typer.Context, as_json: AsJson = False) -> None:
    """What is due: people's data whose time is over."""
    from relasi.cli.overseeing import due

    due(root_of(context), as_json=as_json)


@privacy.command("erase-due")
def erase_due(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="As `relasi privacy due` names it.")],
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take away what is due by a rule: an ENTITY, or ENTITY.FIELD."""
    from relasi.cli.overseeing import erase_due

    erase_due(root_of(context), rule, yes=yes, as_json=as_json)
