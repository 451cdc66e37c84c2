"""`relasi mail`: its commands and their options."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from relasi.cli.options import AsJson, root_of

mail = typer.Typer(help="Mails that come in or came back, and what people agreed to.", no_args_is_help=True)


@mail.command("receive")
def mail_receive(
    context: typer.Context,
    mailbox: Annotated[str, typer.Argument(help="A mailbox of config/mailboxes.")],
    as_json: AsJson = False,
) -> None:
    """Take a mail over from standard input, as a mail server hands it on."""
    from relasi.cli.mail import receive

    receive(root_of(context), mailbox, as_json=as_json)


@mail.command("bounced")
def mail_bounced(context: typer.Context, as_json: AsJson = False) -> None:
    """Take the report of a mail that came back, from standard input."""
    from relasi.cli.mail import bounced

    bounced(root_of(context), as_json=as_json)


@mail.command("consent")
def mail_consent(  # each is an option of the command
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="The e-mail address of the person.")],
    purpose: Annotated[str, typer.Argument(help="One of the purposes in crm.yaml.")],
    *,
    wording: Annotated[str, typer.Option(help="What the person was asked, word for word.")],
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="The person wants no more.")] = False,
    source: Annotated[str, typer.Option(help="Where it was said.")] = "command line",
    channel: Annotated[
        Literal["email", "letter", "phone", "chat"] | None, typer.Option(help="Every way if left out.")
    ] = None,
    proof: Annotated[str | None, typer.Option(help="Where it can be looked up.")] = None,
    as_json: AsJson = False,
) -> None:
    """Note what somebody has agreed to, or wants no more."""
    from relasi.cli.mail import Said, consent

    said = Said(address, purpose, not withdrawn, wording, source, channel, proof)
    consent(root_of(context), said, as_json=as_json)
