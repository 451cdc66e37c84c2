"""Postal addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from babel import Locale
from pydantic import BaseModel, ConfigDict, model_validator

from relasi.schema.fields.base import Surroundings, Value
from relasi.schema.fields.groups import GroupSpec, Keys
from relasi.texts import FALLBACK, LANGUAGES

_LAYOUTS = {
    "id": ("{street}", "{village}, {district}", "{city} {postcode}", "{province}", "{country}"),
    "us": ("{street}", "{village}", "{district}", "{city}, {province} {postcode}", "{country}"),
    "gb": ("{street}", "{village}", "{district}", "{city}", "{province}", "{postcode}", "{country}"),
    "": ("{street}", "{village}, {district}", "{postcode} {city}", "{province}", "{country}"),
}
"""The order of an address by country; '' is that of all other countries."""

_LEVELS = ("province", "city", "district", "village")


class RegionsSpec(BaseModel):
    """The entity whose records are provinces, cities and regencies, districts and villages."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    entity: str
    """Its name."""
    parent: str = "parent"
    """Its link to the region that a region lies in; provinces have none."""
    postcode: str | None = None
    """Its field with the postcode of a village: the address takes it from there."""

    @model_validator(mode="before")
    @classmethod
    def _long_form(cls, written: Any) -> Any:  # Any: a plain value of YAML
        return {"entity": written} if isinstance(written, str) else written


class AddressSpec(GroupSpec):
    """Shown in the order that its country is used to."""

    name: ClassVar[str] = "address"
    summary: ClassVar[str] = (
        "A postal address: `street`, `village`, `district`, `city`, `province`, `postcode` and `country`, "
        "each a field of its own."
    )
    columns: ClassVar[tuple[str, ...]] = ("city",)

    regions: RegionsSpec | None = None
    """The entity that holds the regions of the country as a tree: `regions: region`. Province, city,
    district and village are then links that narrow each other."""

    def offered(self, name: str, around: Surroundings) -> Mapping[str, Keys]:
        plain: dict[str, Keys] = {
            "street": {"type": "text", "max_length": 250},
            "village": {"type": "text", "max_length": 80},
            "district": {"type": "text", "max_length": 80},
            "city": {"type": "text", "max_length": 80},
            "province": {"type": "text", "max_length": 80},
            "postcode": {"type": "text", "max_length": 12},
            "country": {"type": "choice", "options": _countries()},
        }
        return plain if self.regions is None else {**plain, **self._linked(name, self.regions)}

    def _linked(self, name: str, regions: RegionsSpec) -> Mapping[str, Keys]:
        above = f"{regions.parent} is empty"
        linked: dict[str, Keys] = {}
        for level in (level for level in _LEVELS if level in self.parts or not self.parts):
            linked[level] = {"type": "link", "to": regions.entity, "where": above, "on_delete": "restrict"}
            above = f"{regions.parent} = record.{name}_{level}"
        if regions.postcode and "village" in linked:
            source = f"{name}_village.{regions.postcode}"
            linked["postcode"] = {"type": "copy", "from": source, "when": "always"}
        return linked

    def beside(self) -> tuple[tuple[str, ...], ...]:
        if self.regions:
            return (("street",), ("province", "city"), ("district", "village"), ("postcode", "country"))
        return (("street",), ("village", "district"), ("city", "postcode"), ("province", "country"))

    def lines(self, values: Mapping[str, Value], texts: Mapping[str, str]) -> list[str]:
        default = "id" if self.regions else ""
        layout = _LAYOUTS.get(values.get("country") or default, _LAYOUTS[""])
        parts = {**dict.fromkeys(_PARTS, ""), **texts}
        filled = (" ".join(line.format_map(parts).split()) for line in layout)
        return [line for each in filled if (line := each.strip(" ,"))]


_PARTS = ("street", "village", "district", "city", "province", "postcode", "country")


@cache
def _countries() -> dict[str, dict[str, str]]:
    """Every country by its two letters, in the order of its English name."""
    names = {language: Locale(language).territories for language in LANGUAGES}
    english = names[FALLBACK]
    codes = [
        str(code) for code in english if re.fullmatch("[A-Z]{2}", str(code)) and code not in _NO_COUNTRIES
    ]
    return {
        code.lower(): {language: names[language].get(code, english[code]) for language in LANGUAGES}
        for code in sorted(codes, key=lambda code: english[code])
    }


_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Two letters that are unions, test values or nowhere."""
