"""Files on their way in, before a record names them, and on their way out, through the record that does."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from relasi.errors import Forbidden, Invalid, Issue, NotFound
from relasi.platform.again import begun_again
from relasi.records.actor import Actor
from relasi.records.service import Records
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import ValueProblem
from relasi.schema.fields.notation.media import SHOWN, media_type
from relasi.store.contents import Arrival, Contents
from relasi.store.files import File
from relasi.store.pictures import is_picture, make_small

log = logging.getLogger(__name__)

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Attachments:
    """All files of one CRM."""

    records: Records
    contents: Contents
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    @contextmanager
    def arrival(self, actor: Actor, entity: str, field: str) -> Iterator[Upload]:
        """Takes a file in for a field; one that is not finished at the end of the block is gone.

        Raises NotFound where the actor has no such field, Forbidden where the actor never fills it in.
        """
        type_ = self._field(actor, entity, field)
        with self.contents.arrival() as arrival:
            yield Upload(self, actor, field, type_, arrival)

    def find(self, actor: Actor, entity: str, key: str, field: str, file: str) -> tuple[File, Path]:
        """A file and where its content lies. Raises NotFound for every reason not to give it."""
        value = self.records.get(actor, entity, key).values.get(field)
        if not isinstance(value, tuple) or file not in value:
            raise NotFound("not_found")
        known = self.records.files(actor, [file]).get(file)
        if known is None:
            raise NotFound("not_found")
        path = self.contents.path(known.sha256)
        if not path.is_file():
            log.error("the content of file %s is not at %s", known.id, path)
            raise NotFound("not_found")
        return known, path

    def small(self, file: File) -> Path:
        """Where the small version of a picture lies, which is made when it is first asked for.

        Raises NotFound for what is no picture.
        """
        small, whole = self.contents.small(file.sha256), self.contents.path(file.sha256)
        if not small.is_file():
            with whole.open("rb") as content:
                if not is_picture(content):
                    raise NotFound("not_found")
            make_small(whole, small)
        return small

    def _field(self, actor: Actor, entity: str, field: str) -> Attached:
        with self.records.work(actor, write=False) as work:
            rights, known = work.rights(entity), work.entity(entity).fields.get(field)
        if known is None or not isinstance(known.type, Attached) or field in rights.hidden:
            raise NotFound("not_found")
        if known.computed or not (rights.create or rights.update):
            raise Forbidden("may_not_update")
        return known.type


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that arrives for a field."""

    attachments: Attachments
    actor: Actor
    field: str
    type: Attached
    arrival: Arrival

    def write(self, piece: bytes) -> None:
        """Raises Invalid as soon as there is more than the field takes."""
        self.arrival.write(piece)
        if self.arrival.size > self.type.largest:
            raise self._refusal("file_too_large", max=self.type.max_size)

    def finish(self, name: str) -> File:
        """The file, which its uploader may now attach. Raises Invalid where the field does not take it.

        Its content is on the disk before anything is known of it, so no crash leaves a file without content.
        """
        content, owner = self.arrival.file, self.attachments
        if self.arrival.size == 0:
            raise self._refusal("file_empty")
        content.seek(0)
        kind = media_type(content)
        try:
            self.type.check(kind, self.arrival.size)
        except ValueProblem as problem:
            raise self._refusal(problem.code, **problem.params) from problem
        if self.type.pictured and not is_picture(content):
            raise self._refusal("file_broken")
        owner.contents.keep(self.arrival)
        file = File(
            id=owner.new_id(),
            sha256=self.arrival.sha256,
            name=clean_name(name),
            media_type=kind,
            size=self.arrival.size,
            user_id=self.actor.user_id,
            at=owner.clock(),
        )
        self._note(file)
        return file

    @begun_again
    def _note(self, file: File) -> None:
        with self.attachments.records.work(self.actor) as work:
            work.store.files.add(file)

    def _refusal(self, code: str, **params: object) -> Invalid:
        return Invalid([Issue(self.field, code, params)])


def clean_name(name: str) -> str:
    """What a file is called: no folders, no signs that cannot be seen, not too long, the ending kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in unicodedata.normalize("NFC", last) if sign.isprintable()).strip()
    stem, dot, ending = seen.rpartition(".")
    if len(seen) > _LONGEST_NAME and stem:
        seen = stem[: _LONGEST_NAME - len(ending) - 1] + dot + ending
    return seen[:_LONGEST_NAME] or "file"


def is_shown(file: File) -> bool:
    """Whether browsers may draw the file on a page."""
    return file.media_type in SHOWN
