"""A file on its way to an import: a route past Streamlit, and the file as a table once it is here.

It is kept as the files of forms are, for nobody but who sent it, and forgotten when its rows are records.
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relasi.apps.routes.files import taken
from relasi.apps.site import Site
from relasi.apps.visitor import Visitor
from relasi.errors import Forbidden, NotFound
from relasi.importing.files import open_table
from relasi.importing.tables import FileOptions, Table
from relasi.platform.again import begun_again
from relasi.records.attachments import Upload
from relasi.schema.fields.files import FilesField
from relasi.store.files import File

FOLDER = "/import/"
_LONGEST_NAME = 60
"""Characters, each of which may be four bytes of a name on the disk."""
ENDINGS = ("csv", "tsv", "txt", "xlsx", "xls", "ods", "json", "jsonl", "ndjson")

TAKEN = FilesField(type="files", max_count=1, max_size="50 MB", kinds=["any"])
"""What is sent; whether it is a table is told when it is opened, with a sentence that helps."""


def routes(site: Site) -> list[Route]:
    async def take(request: Request) -> Response:
        return await taken(site, request, lambda visitor: arrival(visitor, request.path_params["entity"]))

    return [Route(f"{FOLDER}{{entity}}", take, methods=["POST"])]


def address_for(entity: str) -> str:
    """Where a file for an import is sent."""
    return FOLDER + quote(entity)


def may_import(visitor: Visitor, entity: str) -> bool:
    return visitor.rights(entity).import_


@contextmanager
def arrival(visitor: Visitor, entity: str) -> Iterator[Upload]:
    """Takes a file in. Raises NotFound, Forbidden."""
    if entity not in visitor.crm.model.entities:
        raise NotFound("not_found")
    if not may_import(visitor, entity):
        raise Forbidden("may_not_import")
    files = visitor.crm.files
    with files.contents.arrival() as arriving:
        yield Upload(files, visitor.actor, "file", TAKEN, arriving)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Arrived:
    """A file that is here, under its own name as long as this is held."""

    file: File
    path: Path

    def table(self, options: FileOptions) -> Table:
        """Raises ImportRefused."""
        return open_table(self.path, options)


def arrived(visitor: Visitor, key: str) -> Arrived:
    """Raises NotFound for what the visitor has not sent, and for what is not there any more."""
    file = visitor.crm.records.files(visitor.actor, [key]).get(key)
    if file is None or file.user_id != visitor.actor.user_id:
        raise NotFound("not_found")
    content = visitor.crm.files.contents.path(file.sha256)
    if not content.is_file():
        raise NotFound("not_found")
    folder = mkdtemp(prefix="relasi-import-")
    path = Path(folder) / (file.name[-_LONGEST_NAME:].lstrip(".") or "file")
    shutil.copyfile(content, path)
    made = Arrived(file, path)
    weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)
    return made


@begun_again
def forget(visitor: Visitor, arrived: Arrived) -> None:
    """Its content goes from the disk with the next sweep of files that nobody has."""
    with visitor.crm.store.session() as session:
        session.files.drop([arrived.file.id])
