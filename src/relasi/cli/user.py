"""`relasi user`: the commands and their options. What they do stands in `people`, loaded when called."""

from __future__ import annotations

from typing import Annotated

import typer

from relasi.cli.options import AsJson, Yes, root_of

user = typer.Typer(help="The people who may sign in.", no_args_is_help=True)


@user.command("add")
def user_add(  # each is an option of the command
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the person types to sign in.")],
    *,
    role: Annotated[list[str], typer.Option(help="May be given several times.")],
    full_name: Annotated[str | None, typer.Option(help="The name if left out.")] = None,
    email: Annotated[str, typer.Option()] = "",
    language: Annotated[str | None, typer.Option(help="Of the pages: en or id.")] = None,
    team: Annotated[str | None, typer.Option(help="The team that the person is in.")] = None,
    skill: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    territory: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a person. The password is asked for, or read from standard input."""
    from relasi.cli.people import Person, add
    from relasi.store.users import Post

    post = Post(team, tuple(sorted(skill or ())), tuple(sorted(territory or ())))
    person = Person(name, full_name or name, email, tuple(role), language, post)
    add(root_of(context), person, as_json=as_json)


@user.command("invite")
def user_invite(  # each is an option of the command
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the person types to sign in.")],
    *,
    role: Annotated[list[str] | None, typer.Option(help="Of somebody new; several times.")] = None,
    full_name: Annotated[str | None, typer.Option(help="The name if left out.")] = None,
    email: Annotated[str, typer.Option(help="Where the link is sent.")] = "",
    language: Annotated[str | None, typer.Option(help="Of the mail and the pages: en or id.")] = None,
    team: Annotated[str | None, typer.Option(help="The team that the person is in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send a person a link to set a password, or show it. Somebody new is added first."""
    from relasi.cli.people import Person, invite
    from relasi.store.users import Post

    person = Person(name, full_name or name, email, tuple(role or ()), language, Post(team))
    invite(root_of(context), person, as_json=as_json)


@user.command("change")
def user_change(
    context: typer.Context,
    name: str,
    *,
    role: Annotated[list[str] | None, typer.Option(help="Instead of all roles so far.")] = None,
    team: Annotated[str | None, typer.Option(help="The team; none takes the person out of it.")] = None,
    skill: Annotated[list[str] | None, typer.Option(help="Instead of all so far; none: no more.")] = None,
    territory: Annotated[list[str] | None, typer.Option(help="Instead of all so far; none: no more.")] = None,
    as_json: AsJson = False,
) -> None:
    """Give a person other roles, another team, other skills or territories. What is not named stays."""
    from relasi.cli.people import Change, change

    change(root_of(context), name, Change(role, team, skill, territory), as_json=as_json)


@user.command("list")
def user_list(context: typer.Context, as_json: AsJson = False) -> None:
    """Show everybody, and with which roles."""
    from relasi.cli.people import show

    show(root_of(context), as_json=as_json)


@user.command("disable")
def user_disable(context: typer.Context, name: str, yes: Yes = False, as_json: AsJson = False) -> None:
    """Let a person sign in no more. What the person did stays."""
    from relasi.cli.people import disable

    disable(root_of(context), name, yes=yes, as_json=as_json)


@user.command("enable")
def user_enable(context: typer.Context, name: str, as_json: AsJson = False) -> None:
    """Let a disabled person sign in again."""
    from relasi.cli.people import enable

    enable(root_of(context), name, as_json=as_json)


@user.command("sign-out")
def user_sign_out(context: typer.Context, name: str, as_json: AsJson = False) -> None:
    """End all sessions of a person."""
    from relasi.cli.people import sign_out

    sign_out(root_of(context), name, as_json=as_json)


@user.command("drop-second-factor")
def user_drop_second_factor(
    context: typer.Context, name: str, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Take away a person's second factor, whose device is lost."""
    from relasi.cli.people import drop_second_factor

    drop_second_factor(root_of(context), name, yes=yes, as_json=as_json)


@user.command("unlink")
def user_unlink(context: typer.Context, name: str, yes: Yes = False, as_json: AsJson = False) -> None:
    """Forget who a person is at the provider: the e-mail address counts once more, or a password."""
    from relasi.cli.people import unlink

    unlink(root_of(context), name, yes=yes, as_json=as_json)


@user.command("password")
def user_password(context: typer.Context, name: str, as_json: AsJson = False) -> None:
    """Give a person a new password, and end all sessions."""
    from relasi.cli.people import change_password

    change_password(root_of(context), name, as_json=as_json)


@user.command("history")
def user_history(context: typer.Context, name: str, as_json: AsJson = False) -> None:
    """Show what was done with a person's account, when and by whom."""
    from relasi.cli.people import history

    history(root_of(context), name, as_json=as_json)
