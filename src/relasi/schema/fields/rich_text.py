"""Text with headings, lists, emphasis and links."""

from __future__ import annotations

from typing import ClassVar

from relasi.schema.fields.base import Showing, Value
from relasi.schema.fields.long_text import LongTextField
from relasi.schema.fields.notation.markup import blocks, cleaned


class RichTextField(LongTextField):
    """Values are str in a small part of Markdown: headings, lists, **strong**, *emphasis*, `code` and links
    to web pages and mail addresses. HTML never gets in, and what leads elsewhere is no link."""

    name: ClassVar[str] = "rich_text"
    summary: ClassVar[str] = (
        "Text of several lines with headings, lists, **strong** words, *emphasis*, `code` and "
        "[links](https://example.com); HTML is taken out."
    )

    def keep(self, value: Value) -> Value:
        text = super().keep(value)
        return text and (cleaned(text).strip() or None)

    def show(self, value: Value, showing: Showing) -> str:
        """The text without the signs that mark it up."""
        lines = (line for block in blocks(value) for line in block["lines"])
        return "\n".join("".join(span["text"] for span in line) for line in lines) or str(value)
