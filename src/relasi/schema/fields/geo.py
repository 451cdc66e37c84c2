"""Points on the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from relasi.schema.fields.base import Surroundings, Value
from relasi.schema.fields.groups import GroupSpec, Keys


class GeoSpec(GroupSpec):
    """Degrees with six places, a tenth of a metre; south and west are negative."""

    name: ClassVar[str] = "geo"
    summary: ClassVar[str] = "A point on the map: `latitude` and `longitude`, each a field of its own."
    columns: ClassVar[tuple[str, ...]] = ("latitude", "longitude")

    def offered(self, name: str, around: Surroundings) -> Mapping[str, Keys]:
        latitude, longitude = _degrees(90), _degrees(180)
        if not self.parts or {"latitude", "longitude"} <= self.parts.keys():
            latitude["required_when"] = f"{name}_longitude is not empty"
            longitude["required_when"] = f"{name}_latitude is not empty"
        return {"latitude": latitude, "longitude": longitude}

    def beside(self) -> tuple[tuple[str, ...], ...]:
        return (("latitude", "longitude"),)

    def lines(self, values: Mapping[str, Value], texts: Mapping[str, str]) -> list[str]:
        return ["; ".join(texts.values())]


def _degrees(most: int) -> Keys:
    return {"type": "decimal", "places": 6, "min": -most, "max": most}
