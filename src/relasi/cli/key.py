"""`relasi key`: the commands and their options. What they do stands in `keys`, loaded when called."""

from __future__ import annotations

from typing import Annotated

import typer

from relasi.cli.options import AsJson, Yes, root_of

key = typer.Typer(help="Keys by which programs come in.", no_args_is_help=True)


@key.command("add")
def key_add(
    context: typer.Context,
    user: Annotated[str, typer.Argument(help="Whom the program acts as.")],
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    *,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="read, write, export, or one of them as ENTITY:read; read and write if left out."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is good.")] = 365,
    as_json: AsJson = False,
) -> None:
    """Make a key. It is shown once and never again."""
    from relasi.cli.keys import add

    add(root_of(context), user, name, scope or ["read", "write"], days=days, as_json=as_json)


@key.command("list")
def key_list(
    context: typer.Context,
    user: Annotated[str | None, typer.Argument(help="Of one person; everybody's if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the keys: whose they are, what they allow, and when they were last used."""
    from relasi.cli.keys import show

    show(root_of(context), user, as_json=as_json)


@key.command("revoke")
def key_revoke(
    context: typer.Context, user: str, name: str, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Make a key useless, at once and for good."""
    from relasi.cli.keys import revoke

    revoke(root_of(context), user, name, yes=yes, as_json=as_json)
