"""`relasi encryption`: the commands and their options. What they do stands in `encrypting`, loaded when
called."""

from __future__ import annotations

import typer

from relasi.cli.options import AsJson, Yes, root_of

encryption = typer.Typer(help="The keys of encrypted fields.", no_args_is_help=True)


@encryption.command("status")
def encryption_status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the keys, and how many values need each of them."""
    from relasi.cli.encrypting import status

    status(root_of(context), as_json=as_json)


@encryption.command("rotate")
def encryption_rotate(context: typer.Context, yes: Yes = False, as_json: AsJson = False) -> None:
    """Make a new key, and encrypt everything anew by it while people work."""
    from relasi.cli.encrypting import rotate

    rotate(root_of(context), yes=yes, as_json=as_json)
