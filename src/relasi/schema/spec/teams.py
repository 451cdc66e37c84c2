"""config/teams.yaml: the teams that people are in, as a tree."""

from __future__ import annotations

from pydantic import Field, RootModel

from relasi.schema.spec.base import LabelSpec, Name, Spec


class TeamSpec(Spec):
    label: LabelSpec | None = Field(None, description="what people call the team")
    below: str | None = Field(
        None, description="the team that this one is a part of; none for one at the top"
    )


class TeamsSpec(RootModel[dict[Name, TeamSpec | None]]):
    """What stands below `teams:`."""

    root: dict[Name, TeamSpec | None] = Field(description="each team by its name")
