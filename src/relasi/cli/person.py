"""`relasi person`: the commands and their options. What they do stands in `erasures`, loaded when called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relasi.cli.options import AsJson, Yes, root_of

person = typer.Typer(help="Everything about one person: take it out, or erase it.", no_args_is_help=True)

Entity = Annotated[str, typer.Argument(help="What the person's record is one of.")]
Key = Annotated[str, typer.Argument(metavar="ID", help="The id of the person's record.")]


@person.command("export")
def person_export(  # each is an option of the command
    context: typer.Context,
    entity: Entity,
    key: Key,
    *,
    out: Annotated[
        Path | None, typer.Option("-o", metavar="FILE", help="A new ZIP file; named by the id if left out.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Of the page in it: en or id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write all that is known of a person into a file: data, a page to read, attached files."""
    from relasi.cli.erasures import export

    export(root_of(context), entity, key, out, language, as_json=as_json)


@person.command("erase")
def person_erase(  # each is an option of the command
    context: typer.Context,
    entity: Entity,
    key: Key,
    *,
    preview: Annotated[
        bool, typer.Option("--preview", help="Say what would go, and change nothing.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why, for the proof; nothing that tells who it is.")] = "",
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete the person's record, unless others need it.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person: what is personal goes everywhere, and a proof without it stays."""
    from relasi.cli.erasures import Asked, erase

    asked = Asked(entity, key, reason, delete=delete, only_preview=preview)
    erase(root_of(context), asked, yes=yes, as_json=as_json)


@person.command("proofs")
def person_proofs(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what was erased: when, by whom, why and how much."""
    from relasi.cli.erasures import proofs

    proofs(root_of(context), as_json=as_json)
