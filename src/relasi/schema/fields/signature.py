"""What somebody signs with a finger or a mouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from relasi.schema.fields.attached import Attached, Size
from relasi.schema.fields.base import Widget


class SignatureField(Attached):
    """A tuple of one file, a picture in PNG."""

    name: ClassVar[str] = "signature"
    summary: ClassVar[str] = "A signature, drawn on the page."
    widget: ClassVar[Widget] = Widget.SIGNATURE
    pictured: ClassVar[bool] = True

    max_size: Size = "500 kB"
    """How large the picture may be."""

    @property
    def formats(self) -> Mapping[str, str]:
        return {"image/png": "png"}
