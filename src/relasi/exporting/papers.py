"""Records as one PDF: the papers that their fields keep, such as letters, in the order of the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from relasi.errors import Refused
from relasi.exporting.columns import Column
from relasi.records import Record
from relasi.records.reading import Reader
from relasi.schema.fields.attached import PDF, Attached
from relasi.schema.model import Field
from relasi.store.contents import Contents
from relasi.store.files import File

MOST = 5_000
"""How many papers are bound into one: some 350 MB of memory, a few seconds."""


def papers_in(columns: Iterable[Column]) -> tuple[str, ...]:
    """The fields that may keep papers, without what is masked. Raises Refused where there are none."""
    fields = (each.field for each in columns if each.part == "title")
    found = tuple(each.name for each in fields if isinstance(each.type, Attached) and each.type.takes_pdf)
    if not found:
        raise Refused("no_papers")
    return found


def is_paper(field: Field) -> bool:
    """Whether it keeps papers and nothing else."""
    return isinstance(field.type, Attached) and list(field.type.formats or ()) == [PDF]


class Binder:
    """Binds papers into one file. Raises Refused for what cannot be opened, and where there are too many."""

    def __init__(self, reader: Reader, contents: Contents, fields: Sequence[str]) -> None:
        import pikepdf

        self._reader, self._contents, self._fields = reader, contents, fields
        self._bound, self._count = pikepdf.new(), 0

    def add(self, records: Iterable[Record]) -> None:
        keys = [key for record in records for name in self._fields for key in record.values.get(name) or ()]
        files = self._reader.files(keys)
        for file in (files[key] for key in keys if key in files):
            path = self._contents.path(file.sha256)
            if file.media_type == PDF and path.is_file():
                self._add(file, path)

    def write(self, content: BinaryIO) -> None:
        """Raises Refused where nothing was added."""
        if not self._count:
            raise Refused("no_papers")
        self._bound.save(content)

    def _add(self, file: File, path: Path) -> None:
        self._count += 1
        if self._count > MOST:
            raise Refused("too_many_papers", most=MOST)
        import pikepdf

        try:
            with pikepdf.open(path) as paper:
                self._bound.pages.extend(paper.pages)
        except pikepdf.PikepdfError:  # broken, or behind a password
            raise Refused("paper_unreadable", name=file.name) from None
