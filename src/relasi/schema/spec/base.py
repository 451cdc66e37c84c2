"""What all specs share."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from relasi.schema.labels import LabelSpec


class Spec(BaseModel):
    """A mapping with known keys. Strict: a number where text is expected is an error, not a conversion."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _name(word: str) -> str:
    if not (
        word.isidentifier()
        and word == word.lower()
        and word.isascii()
        and not word.startswith("_")
        and "__" not in word
    ):
        raise ValueError(
            "a name is lower-case letters, digits and single underscores, and starts with a letter"
        )
    return word


Name = Annotated[str, AfterValidator(_name)]
"""The name of something the author defines: it becomes a column, a key, a part of an address."""

Condition = Annotated[str | bool, Field(description="an expression that is true or false")]


def listed(value: str | list[str]) -> list[str]:
    """One word stands for a list of one."""
    return [value] if isinstance(value, str) else value


__all__ = ["Condition", "LabelSpec", "Name", "Spec", "listed"]
