"""Documents and pictures that belong to a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from relasi.schema.fields.attached import Attached
from relasi.schema.fields.notation.media import FORMATS, MediaKind


class FilesField(Attached):
    """A file whose kind nobody knows, a program for one, is taken only where `kinds` says `any`."""

    name: ClassVar[str] = "files"
    summary: ClassVar[str] = "Files of any number: letters, photos, contracts."

    max_count: Annotated[int, Field(ge=1, le=100)] = 20
    """How many files there may be."""
    kinds: Annotated[list[MediaKind], Field(min_length=1)] = list(FORMATS)
    """What the files may be, told by their content: all known kinds, unless this says which."""

    @property
    def most(self) -> int:
        return self.max_count

    @property
    def formats(self) -> Mapping[str, str] | None:
        if "any" in self.kinds:
            return None
        return {type_: ending for kind in self.kinds for type_, ending in FORMATS[kind].items()}
