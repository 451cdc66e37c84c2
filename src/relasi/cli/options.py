"""What the commands share: where they work, and the options that many of them have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer


@dataclass(frozen=True, slots=True)
class Place:
    """Where the commands work."""

    root: Path


AsJson = Annotated[bool, typer.Option("--json", help="Print data instead of sentences.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def root_of(context: typer.Context) -> Path:
    """The project's folder."""
    place: Place = context.find_object(Place) or Place(Path())
    return place.root
