"""Records that a test makes for itself, past the pages."""

from __future__ import annotations

from contextlib import closing
from uuid import uuid4

from relasi.records import Record, Source
from relasi.runtime import engine_actor, open_crm
from tests.serving import Server


def mark() -> str:
    """A word that no other test has, nor a second try of the same."""
    return uuid4().hex[:8]


def made(server: Server, entity: str, *, by: str = "", **values: object) -> Record:
    """A record by one of the sample people, or by nobody."""
    with closing(open_crm(server.root)) as crm:
        actor = engine_actor(Source.CLI)
        if by:
            with crm.store.session(write=False) as session:
                user = session.users.by_name(by)
            assert user is not None
            actor = crm.actor(user, Source.PAGE)
        return crm.records.create(actor, entity, values)
