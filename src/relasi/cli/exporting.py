"""`relasi export`: records as a file, or on standard output; and what was taken away before."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from relasi.cli import terminal
from relasi.cli.importing import entity_called
from relasi.cli.people import called
from relasi.cli.project import opened
from relasi.cli.terminal import USED_WRONGLY, StopError, say, table
from relasi.exporting.export import Wanted
from relasi.exporting.files import Format
from relasi.records import ListRequest, Source
from relasi.runtime import Crm, engine_actor
from relasi.schema.expressions import ExpressionError
from relasi.store.audit import EXPORT, Change
from relasi.texts import FALLBACK


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed. Without `person`, whoever holds the project's files takes it, and may take all."""

    entity: str
    where: str | None
    format: Format
    out: Path | None
    person: str | None
    purpose: str | None = None


def export(root: Path, asked: Asked, *, as_json: bool) -> None:
    if asked.out is None and asked.format in (Format.XLSX, Format.PDF) and sys.stdout.isatty():
        raise StopError(f"A file of {asked.format.value} cannot be shown here. Add -o FILE.", USED_WRONGLY)
    with opened(root) as crm:
        entity = entity_called(crm, asked.entity)
        actor, language = engine_actor(Source.CLI), FALLBACK
        if asked.person is not None:
            user = called(crm, asked.person)
            actor, language = crm.actor(user, Source.CLI), user.language
        known = crm.model.settings.outside.purposes
        if asked.purpose is not None and asked.purpose not in known:
            raise StopError(f"There is no purpose {asked.purpose}. Known: {', '.join(known)}.", USED_WRONGLY)
        request = ListRequest(entity.name, where=(asked.where,) if asked.where else ())
        try:
            with crm.exporter.export(actor, Wanted(request, asked.format, language, asked.purpose)) as made:
                if asked.out is None:
                    copyfileobj(made.content, sys.stdout.buffer)
                    return
                with asked.out.open("wb") as file:
                    copyfileobj(made.content, file)
        except ExpressionError as error:
            raise StopError(f"--where cannot be read: {error}", USED_WRONGLY) from None
    if as_json:
        terminal.as_json({"entity": entity.name, "records": made.count, "file": str(asked.out)})
    else:
        say(f"{made.count:,} records in {asked.out}")


def exports(root: Path, *, as_json: bool) -> None:
    """Who took what, newest first."""
    with opened(root) as crm:
        with crm.store.session(write=False) as session:
            changes = session.audit.exports(limit=100)
            people = {user.id: user.name for user in session.users.list()}
        found = [_entry(crm, each, people) for each in changes]
    if as_json:
        terminal.as_json(found)
    elif found:
        names = ("at", "by", "entity", "records", "format", "where")
        table([name.capitalize() for name in names], [[str(each[name]) for name in names] for each in found])
    else:
        say("Nothing was exported.")


_ERASED = {"records": "", "format": "", "fields": [], "where": ["(erased)"], "search": ""}
"""What is left of an entry whose condition told of somebody who was erased."""


def _entry(crm: Crm, change: Change, people: dict[str, str]) -> dict[str, Any]:  # Any: JSON
    said = change.fields[EXPORT][1] or _ERASED
    by = people.get(change.user_id, change.user_id) if change.user_id else "command line"
    words = [*said["where"], *([f'search "{said["search"]}"'] if said["search"] else [])]
    at = change.at.astimezone(crm.model.settings.zone)
    return {
        "at": at.isoformat(" ", "minutes"),
        "by": by,
        "entity": change.entity,
        **said,
        "where": " and ".join(words),
    }
