"""`relasi merge` and `relasi part`: records that are one and the same."""

from __future__ import annotations

from typing import Annotated

import typer

from relasi.cli.options import AsJson, Yes, root_of

duplicates = typer.Typer()

Entity = Annotated[str, typer.Argument(help="What the records are.")]


@duplicates.command()
def merge(
    context: typer.Context,
    entity: Entity,
    keep: Annotated[str, typer.Argument(help="The id or number of the record that stays.")],
    others: Annotated[list[str], typer.Argument(help="Those of the records that become part of it.")],
    *,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Merge records that are one and the same; what each field keeps says `merge` of the entity."""
    from relasi.cli.merging import merge

    merge(root_of(context), entity, keep, others, yes=yes, as_json=as_json)


@duplicates.command()
def part(
    context: typer.Context,
    entity: Entity,
    record: Annotated[str, typer.Argument(help="The id or number of the record that stayed.")],
    *,
    merged: Annotated[
        str | None, typer.Option("--merge", metavar="ID", help="Which merge, where there were several.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take a merge back: the record that went is there again, with what was its own."""
    from relasi.cli.merging import part

    part(root_of(context), entity, record, merged, as_json=as_json)
