"""Messages filled in from a record: for somebody outside, or for a user with that user's rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from relasi.errors import NotFound
from relasi.messages.rendering import Rendered, language_of, render
from relasi.messages.tables import Telling
from relasi.messages.webforms import link_to_form
from relasi.records import Source, Work
from relasi.records.actor import actor_on
from relasi.records.reading import Reader
from relasi.records.titles import Titles
from relasi.schema.expressions import Format, Situation
from relasi.schema.expressions.operations import today
from relasi.schema.model.mail import Message
from relasi.store.users import User


def writing_in(work: Work, language: str) -> Format:
    """How values are written for somebody outside."""
    return Titles(work, language, work.follow).format()


def for_outsider(
    work: Work, message: Message, situation: Situation, *, on_paper: bool = False
) -> tuple[str, Rendered]:
    """The language of the recipient, and the message in it. It says what its author put in it; nobody follows
    a link that is `on_paper`."""
    language = language_of(message, situation, work.ground.model.settings.languages)
    link = None
    if message.asks is not None and not on_paper:
        link = link_to_form(work, message.asks, situation.record_id or "", language)
    write = writing_in(work, language)
    table = None
    if message.table:
        telling = Telling(work, message.table, message.entity, language, situation, write)
        table = telling.to_anybody()
    return language, render(message, language, situation, write, table=table, link=link)


def for_user(work: Work, message: Message, key: str, user: User) -> Mapping[str, Rendered] | None:
    """The message about a record, or none, in every language of the project, without what the user may not
    see.

    None where the user may not read the record at all.
    """
    model = work.ground.model
    day = today(work.now, model.settings.zone)
    theirs = replace(work, actor=actor_on(work.store, model, user, Source.RULE, day))
    reader = Reader(theirs)
    try:
        values = reader.get(message.entity, key).values if message.entity else {}
    except NotFound:
        return None
    situation = theirs.situation(values, follow=reader.visible)
    found = {}
    for language in message.subject:
        write = Titles(theirs, language, reader.visible).format()
        table = None
        if message.table:
            telling = Telling(theirs, message.table, message.entity, language, situation, write)
            table = telling.to_user()
        found[language] = render(message, language, situation, write, table=table)
    return found
