"""What all specs share."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from relasi.schema.labels import LabelSpec

LONGEST_NAME = 50
"""So that a name fits what databases allow, with room for what we put around it."""


class Spec(BaseModel):
    """A mapping with known keys. Strict: a number where text is expected is an error, not a conversion."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _name(word: str) -> str:
    if len(word) > LONGEST_NAME:
        raise PydanticCustomError("name", f"a name has at most {LONGEST_NAME} characters")
    if not re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", word):
        raise PydanticCustomError(
            "name", "a name is small letters, digits and _ between them, a letter first"
        )
    return word


Name = Annotated[str, AfterValidator(_name)]
"""The name of something the author defines: it becomes a column, a key, a part of an address."""

Condition = Annotated[str | bool, Field(description="an expression that is true or false")]

__all__ = ["LONGEST_NAME", "Condition", "LabelSpec", "Name", "Spec"]
