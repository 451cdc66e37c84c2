"""A picture of what the record is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from relasi.schema.fields.attached import Attached
from relasi.schema.fields.notation.media import SHOWN


class ImageField(Attached):
    """A tuple of one file, which every browser can draw."""

    name: ClassVar[str] = "image"
    summary: ClassVar[str] = "One picture, shown on the page and small in lists: a logo, a photo."

    pictured: ClassVar[bool] = True

    @property
    def formats(self) -> Mapping[str, str]:
        return SHOWN
