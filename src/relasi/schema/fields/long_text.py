"""Text of several lines."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from relasi.schema.fields.base import Widget
from relasi.schema.fields.text import TextField


class LongTextField(TextField):
    """Values are str with "\\n" between lines."""

    name: ClassVar[str] = "long_text"
    summary: ClassVar[str] = "Text of several lines: a description, a note."
    widget: ClassVar[Widget] = Widget.TEXT_AREA
    keeps_lines: ClassVar[bool] = True

    max_length: Annotated[int, Field(ge=1, le=1_000_000)] = 20_000
    """How many characters the text may have."""
    mentions: bool = False
    """true: colleagues who are named in it with an @ are told; it gives them no rights."""
    mail: bool = False
    """true: it is the text of a mail; where it is read, the mails that it answers and the signature at its
    end are folded away."""
