"""Letters as they are printed: set by typst, from plain data. What stands in them is left to `letters`.

The same letter makes the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from relasi.schema.fields.notation.markup import Block

_LONG = re.compile(r"\S{40}(?=\S)")
_MAY_BREAK = "\u200b"
_LINE_END = re.compile(r"[ \t]*\r?\n[ \t]*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`company`, `head` and the picture `logo` are the letterhead, `to` the lines of the addressee, `date` is
    written out; `at` is the time that the document carries."""

    language: str
    company: str
    head: Sequence[str]
    logo: bytes
    to: Sequence[str]
    date: str
    subject: str
    blocks: Sequence[Block]
    signature: Sequence[str]
    at: datetime


def as_pdf(sheet: Sheet) -> bytes:
    return _set(sheet, "pdf")[0]


def as_pictures(sheet: Sheet) -> list[bytes]:
    """Each page as PNG, for looking at it before it is made."""
    return _set(sheet, "png")


def as_data(sheet: Sheet) -> str:
    """What the page is set from."""
    at = sheet.at
    made = {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")}
    data = _breakable(asdict(sheet)) | {"made": made, "logo": list(sheet.logo)}
    return json.dumps(data, default=str)


@cache
def template() -> bytes:
    return files("relasi.messages").joinpath("letter.typ").read_bytes()


def _breakable(data: Any) -> Any:  # Any: JSON
    """The same with places in long words where a line may end; addresses of links stay as they are."""
    if isinstance(data, str):
        return _LINE_END.sub("\n", _LONG.sub(rf"\g<0>{_MAY_BREAK}", data))
    if isinstance(data, Mapping):
        return {key: value if key == "href" else _breakable(value) for key, value in data.items()}
    return [_breakable(each) for each in data] if isinstance(data, list | tuple) else data


def _set(sheet: Sheet, format: Literal["pdf", "png"]) -> list[bytes]:
    import typst

    made: Any  # Any: its stubs know of one page only
    made = typst.compile(template(), format=format, ppi=96, sys_inputs={"letter": as_data(sheet)})
    return made if isinstance(made, list) else [made]
