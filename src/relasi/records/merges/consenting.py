"""What people agreed to under several records that are one person's: what was withdrawn under one of them is
withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relasi.platform.query import Row
from relasi.records.people import addresses_of, is_person
from relasi.records.view import View
from relasi.schema.model import Entity
from relasi.store.consents import Consent

SOURCE = "merge"


def keep_stricter(view: View, entity: Entity, rows: Sequence[Row]) -> None:
    """Of each purpose and way, a withdrawal counts that stood for any of the records, the first of which
    stays."""
    people = [addresses_of(entity, row) for row in rows if is_person(view, entity, row)]
    survivor = f"{entity.name}/{rows[0]['id']}"
    for purpose in view.ground.model.settings.outside.purposes if people else ():
        for channel in _ways(view, people, purpose):
            said = [view.store.consents.last_said(each, purpose, channel) for each in people]
            withdrawn = next((each for each in said if each is not None and not each.given), None)
            if withdrawn is not None and len(people) > 1:
                view.store.consents.add(
                    Consent(
                        id=view.ground.new_id(),
                        address=survivor,
                        purpose=purpose,
                        given=False,
                        at=view.now,
                        source=SOURCE,
                        wording=withdrawn.wording,
                        user_id=view.actor.user_id,
                        channel=channel,
                    )
                )


def _ways(view: View, people: Sequence[tuple[str, ...]], purpose: str) -> Iterator[str | None]:
    """For which something was said; None is every way."""
    said = view.store.consents.of(*(address for each in people for address in each))
    yield from dict.fromkeys(each.channel for each in said if each.purpose == purpose)
