"""What stands on pages of the content, read as the pages themselves read it."""

from __future__ import annotations

from typing import Any

from relasi.apps.visitor import Visitor, visitor_of
from relasi.reports.asking import Extent, answer
from relasi.reports.listed import Listed
from relasi.reports.telling import Telling
from relasi.runtime import Crm
from relasi.store.users import User

_ALL = 100_000


def somebody(crm: Crm, *roles: str) -> Visitor:
    """Somebody new with these roles, who reads English."""
    user = User("u-mira", "mira", "Mira", "mira@example.com", tuple(sorted(roles)), "en")
    with crm.store.session() as session:
        session.users.add(user)
    return visitor_of(crm, user)


def counted(visitor: Visitor, entity: str, saved: str) -> int:
    """How many records a list has for whoever looks at it."""
    listed = Listed.of(visitor, visitor.entity(entity))
    request = listed.request(listed.state({"list": [saved]}))
    return visitor.crm.records.count(visitor.actor, request, _ALL).number


def tile(visitor: Visitor, dashboard: str, name: str) -> dict[str, Any]:
    """What a tile of a dashboard is drawn from, over all time."""
    found = next(each for each in visitor.crm.model.dashboards[dashboard].tiles if each.name == name)
    told = answer(visitor, found, Extent())
    assert told is not None
    return Telling.of(visitor, told).data()


def rows_of(data: dict[str, Any]) -> dict[str, str]:
    """What stands in front of each row of a tile, and its first figure."""
    return {row["label"]: row["cells"][0]["text"] for row in data["rows"]}
