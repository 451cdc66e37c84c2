"""Teams: which of them stand below which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft
from relasi.schema.compiler.page import Page
from relasi.schema.labels import label_of
from relasi.schema.model import Team
from relasi.schema.spec.teams import TeamSpec, TeamsSpec


def compile_teams(draft: Draft, spec: TeamsSpec, page: Page) -> Mapping[str, Team]:
    """Also makes them known to the draft. A team in a circle is taken for one at the top."""
    written = {name: team or TeamSpec() for name, team in spec.root.items()}
    above = {name: _above(written, name, page) for name in written}
    branches = {name: frozenset(each for each in above if name in _line(above, each)) for name in above}
    draft.teams.update(branches)
    teams = {
        name: Team(name, label_of(team.label, name, draft.languages), above[name], branches[name])
        for name, team in written.items()
    }
    return MappingProxyType(teams)


def _above(written: Mapping[str, TeamSpec], name: str, page: Page) -> str | None:
    """The team that it is a part of, as far as that leads up."""
    below = written[name].below
    path = (name, "below")
    if below is None or page.pick(path, "unknown-team", "team", below, written) is None:
        return None
    line = [name]
    while (last := written[line[-1]].below) in written and last not in line:
        line.append(str(last))
    if last == name:
        message = f'"{name}" would stand below itself: {" → ".join((*line, name))}'
        page.wrong(path, "circular-teams", message, help="one of them stands at the top: take its below away")
        return None
    return below


def _line(above: Mapping[str, str | None], name: str) -> set[str]:
    """The team and all that it stands below."""
    line: set[str] = set()
    current: str | None = name
    while current is not None and current not in line:
        line.add(current)
        current = above[current]
    return line
