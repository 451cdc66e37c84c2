"""What programs write: the shape of the bodies of calls, checked before anything is looked at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.requests import Request

from relasi.errors import CallRefused
from relasi.records.merges.merging import MOST

MOST_OPERATIONS = 500


def _whole(value: Any) -> Any:  # Any: JSON
    """JSON knows one kind of number: 2.0 is 2."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


Version = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=2**31)]
Fields = dict[str, Any]  # Any: JSON, which the fields check


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RowBody(_Body):
    """A row of a table: a new one without an id, one that is there with it, and gone with `remove`."""

    id: str | None = None
    version: Version | None = None
    fields: Fields = {}
    remove: bool = False


Tables = dict[str, list[RowBody]]


class CreateBody(_Body):
    """A new record, with the rows of its tables if it has some."""

    fields: Fields
    tables: Tables = {}


class ChangeBody(_Body):
    """What becomes different of a record, and the version that the caller has seen; or If-Match says it."""

    fields: Fields = {}
    tables: Tables = {}
    version: Version | None = None


class MoveBody(_Body):
    """Values that go along with a move."""

    fields: Fields = {}
    version: Version | None = None


class EmptyBody(_Body):
    """Where the address says it all."""


class MergeBody(_Body):
    """The records that become this one. `keep` says by its id of which record a field has the value, where it
    is another one than the definition of the entity would take."""

    others: Annotated[list[str], Field(min_length=1, max_length=MOST - 1)]
    keep: dict[str, str] = {}


class Create(CreateBody):
    """One of the operations of a batch."""

    do: Literal["create"]
    entity: str


class Update(ChangeBody):
    """One of the operations of a batch."""

    do: Literal["update"]
    entity: str
    id: str
    version: Version


class Move(MoveBody):
    """One of the operations of a batch."""

    do: Literal["move"]
    entity: str
    id: str
    version: Version
    move: str


class Delete(_Body):
    """One of the operations of a batch."""

    do: Literal["delete"]
    entity: str
    id: str
    version: Version


Operation = Annotated[Create | Update | Move | Delete, Field(discriminator="do")]


class BatchBody(_Body):
    """All of it is done, in this order, or nothing."""

    operations: Annotated[list[Operation], Field(min_length=1, max_length=MOST_OPERATIONS)]


Shape = TypeVar("Shape", bound=BaseModel)


def read(request: Request, body: bytes, shape: type[Shape]) -> Shape:
    """Raises CallRefused for what is no JSON, or has another shape."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise CallRefused("not_json")
    try:
        content = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise CallRefused("bad_body", place="$") from error
    try:
        return shape.model_validate(content)
    except ValidationError as error:
        raise CallRefused("bad_body", place=_place(error.errors()[0]["loc"])) from error


def _refuse(word: str) -> Any:  # Any: never
    """NaN and Infinity, which JSON does not have."""
    raise ValueError(word)


def _place(path: Sequence[str | int]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return f"${''.join(parts)}"[:200]
