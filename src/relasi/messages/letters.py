"""Letters in the outbox: what a step puts there, and how it becomes a PDF that the record has.

The file has its id from the beginning, so a letter that is made again is the same one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from babel.dates import format_date

from relasi.messages.attempts import said
from relasi.messages.letterhead import picture
from relasi.messages.paper import Sheet, as_pdf
from relasi.platform.again import begun_again
from relasi.records import Actor, Source
from relasi.records.attachments import Attachments, clean_name
from relasi.schema.fields.attached import PDF
from relasi.schema.model import Settings
from relasi.store.effects import Effect, Verdict
from relasi.store.files import File
from relasi.texts import LOCALES

LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Letters:
    """Makes the letters of one CRM."""

    settings: Settings
    files: Attachments
    root: Path

    def make(self, effect: Effect) -> Verdict:
        """Gives the record the letter as a file. Raises RelasiError where the record does not take it now."""
        content, payload = as_pdf(sheet_of(effect, self.settings, self.root)), effect.payload
        with self.files.contents.arrival() as arrival:
            arrival.write(content)
            self.files.contents.keep(arrival)
        file = File(
            id=payload["file"],
            sha256=arrival.sha256,
            name=clean_name(f"{payload['subject'].replace('/', '-')}.pdf"),
            media_type=PDF,
            size=len(content),
            user_id=payload["user"],
            at=effect.at,
        )
        return self._attach(effect, file)

    @begun_again
    def _attach(self, effect: Effect, file: File) -> Verdict:
        payload = effect.payload
        entity, key, field = effect.entity or "", effect.record_id or "", payload["field"]
        with self.files.records.work(_author(effect)) as begun:
            work = replace(begun, chain=tuple(payload["chain"]))
            row = work.transaction.get(entity, [key], hold=True).get(key)
            if row is None:
                return Verdict("withheld", said("record_gone"))
            if not work.store.files.get([file.id]):  # else made by somebody who did not come to say so
                work.store.files.add(file)
                work.update(entity, key, row["version"], {field: (*(row[field] or ()), file.id)})
            return Verdict("sent")


def sheet_of(effect: Effect, settings: Settings, root: Path) -> Sheet:
    """The letter as it is printed, dated when its rule wrote it. `root` is the folder of the project."""
    payload, head = effect.payload, settings.outside.letterhead
    day = format_date(effect.at.astimezone(settings.zone), "long", locale=LOCALES[payload["language"]])
    return Sheet(
        language=payload["language"],
        company=settings.name,
        head=head.lines,
        logo=picture(settings, root) or b"",
        to=payload["to"],
        date=f"{head.place}, {day}" if head.place else day,
        subject=payload["subject"],
        blocks=payload["blocks"],
        signature=payload["signature"],
        at=effect.at,
    )


def _author(effect: Effect) -> Actor:
    """The rule that wrote it, on behalf of the same person."""
    payload: Mapping[str, Any] = effect.payload  # Any: JSON
    return Actor(payload["user"], frozenset(), Source.RULE).as_rule(effect.workflow or "", payload["version"])
