"""What a key means is read from the class that has it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from relasi.schema.meanings import meanings


class Below(BaseModel):
    one: str
    """The first
    of two lines."""
    two: str = Field("", description="The second.")
    three: str = ""


class Above(Below):
    three: str = ""
    """Explained here."""
    four: str = ""


def test_a_key_means_its_description_or_the_text_below_it() -> None:
    assert meanings(Below) == {"one": "The first\nof two lines.", "two": "The second.", "three": ""}


def test_a_key_means_what_the_nearest_class_says() -> None:
    assert meanings(Above) == {**meanings(Below), "three": "Explained here.", "four": ""}
