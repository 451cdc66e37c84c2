"""`relasi key`: keys by which programs come in as somebody who may sign in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.people import called
from relasi.cli.project import opened
from relasi.cli.terminal import USED_WRONGLY, StopError, confirm, say, table
from relasi.diagnostics import nearest
from relasi.records.access.scopes import known_scopes
from relasi.schema.model import Model
from relasi.store.api_keys import ApiKey


def add(root: Path, user: str, name: str, scopes: Sequence[str], *, days: int, as_json: bool) -> None:
    with opened(root) as crm:
        holder = called(crm, user)
        _demand_scopes(crm.model, scopes)
        if not holder.active:
            raise StopError(f"{holder.name} is disabled: no key of theirs would let anybody in.")
        key, token = crm.keys.add(holder, name, scopes, length=timedelta(days=days))
    if as_json:
        terminal.as_json(asdict(key) | {"token": token})
    else:
        say((token, "bold"))
        say(f"It is shown this once. It acts as {holder.full_name} until {key.expires:%Y-%m-%d}.")


def show(root: Path, user: str | None, *, as_json: bool) -> None:
    with opened(root) as crm:
        of = called(crm, user) if user else None
        with crm.store.session(write=False) as session:
            keys = session.api_keys.of(of.id) if of else session.api_keys.all()
            names = {each.id: each.name for each in session.users.list()}
        now = crm.clock()
    if as_json:
        terminal.as_json([asdict(each) | {"user": names[each.user_id]} for each in keys])
    elif not keys:
        say("No keys yet. Make one with relasi key add USER NAME.")
    else:
        rows = (
            (
                names[each.user_id],
                each.name,
                " ".join(each.scopes),
                f"{each.expires:%Y-%m-%d}" if each.expires > now else "expired",
                f"{each.last_used:%Y-%m-%d}" if each.last_used else "never",
            )
            for each in keys
        )
        table(("Acts as", "Name", "Allows", "Until", "Last used"), rows)


def revoke(root: Path, user: str, name: str, *, yes: bool, as_json: bool) -> None:
    with opened(root) as crm:
        holder = called(crm, user)
        key = _named(crm.keys.of(holder), name)
        confirm(f"Revoke the key {key.name} of {holder.full_name}?", yes=yes)
        crm.keys.revoke(holder, key.id)
    if as_json:
        terminal.as_json(asdict(key))
    else:
        say(f"The key {key.name} lets nobody in any more.")


def _named(keys: Sequence[ApiKey], name: str) -> ApiKey:
    found = next((each for each in keys if each.name == name), None)
    if found is None:
        near = nearest(name, [each.name for each in keys])
        raise StopError(f"There is no key {name}.{f' Is {near} meant?' if near else ''}")
    return found


def _demand_scopes(model: Model, scopes: Sequence[str]) -> None:
    known = known_scopes(model)
    for each in scopes:
        if each not in known:
            near = nearest(each, known)
            meant = f" Is {near} meant?" if near else " Write read, write, export or ENTITY:read."
            raise StopError(f"There is no scope {each}.{meant}", USED_WRONGLY)
