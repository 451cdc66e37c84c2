"""What fields that keep files have in common. The files themselves are kept in `store`."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from relasi.schema.expressions import types
from relasi.schema.fields.base import (
    FieldType,
    Kind,
    Moment,
    Reading,
    Showing,
    Storage,
    Value,
    ValueProblem,
    Widget,
    quoted,
)
from relasi.schema.fields.notation.media import UNKNOWN

FILE = "relasi_file"
"""Stands for an entity where the names of files are asked for like the titles of records."""

PDF = "application/pdf"
"""The media type of what is printed."""

_UNITS = {"kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}
_SIZE = re.compile(r"([1-9][0-9]{0,3}) ?([kmg]b)", re.IGNORECASE)
_LARGEST = 2 * _UNITS["gb"]


def _size(written: str) -> str:
    if _bytes(written) is None:
        raise PydanticCustomError("not_a_size", "a size is written 500 kB, 10 MB or 1 GB; 2 GB is the most")
    return written


def _bytes(written: str) -> int | None:
    found = _SIZE.fullmatch(written.strip())
    size = int(found[1]) * _UNITS[found[2].lower()] if found else _LARGEST + 1
    return size if size <= _LARGEST else None


Size = Annotated[
    str,
    AfterValidator(_size),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,3} ?[kKmMgG][bB]$", "examples": ["10 MB"]}),
]


class Attached(FieldType):
    """Values are tuples of the ids of files, each once, in the order in which they were added.

    Whether there are such files, and whether the actor may attach them, is for the recipe to ask.
    """

    widget: ClassVar[Widget] = Widget.FILES
    pictured: ClassVar[bool] = False
    """Whether the page shows the files as pictures."""

    max_size: Size = "10 MB"
    """How large one file may be: 500 kB, 10 MB."""

    @property
    def most(self) -> int:
        """How many files there may be."""
        return 1

    @property
    @abstractmethod
    def formats(self) -> Mapping[str, str] | None:
        """What the content may be: media type -> the usual ending of a name; None for anything."""

    @property
    def takes_pdf(self) -> bool:
        return not self.pictured and (self.formats is None or PDF in self.formats)

    @property
    def largest(self) -> int:
        """`max_size` in bytes."""
        return _bytes(self.max_size) or _LARGEST

    def storage(self) -> Storage:
        return Storage(Kind.TEXT_LIST)

    def expression_type(self) -> types.Type:
        return types.Files()

    def keep(self, value: Value) -> Value:
        if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) and each for each in value):
            raise ValueProblem("not_files", value=quoted(value))
        kept = tuple(dict.fromkeys(value))
        if len(kept) > self.most:
            raise ValueProblem("too_many", max=self.most, count=len(kept))
        return kept or None

    def parse(self, text: str, reading: Reading) -> Value:
        """A table or a line of text holds no files."""
        raise ValueProblem("not_files", value=quoted(text))

    def authored(self, written: Any, moment: Moment) -> Value:  # Any: a plain value of YAML
        """A definition cannot know which files there are."""
        if written is not None:
            raise ValueProblem("not_files", value=quoted(written))
        return None

    def check(self, media_type: str, size: int) -> None:
        """Whether such a file may be attached. Raises ValueProblem."""
        if size > self.largest:
            raise ValueProblem("file_too_large", max=self.max_size)
        formats = self.formats
        if formats is not None and media_type not in formats:
            if media_type == UNKNOWN:
                raise ValueProblem("file_unknown")
            raise ValueProblem("file_kind", kinds=", ".join(formats.values()).upper())

    def show(self, value: Value, showing: Showing) -> str:
        """The names of the files."""
        return ", ".join(showing.title(FILE, each) for each in value)

    def dump(self, value: Value) -> list[str]:
        return list(value)
