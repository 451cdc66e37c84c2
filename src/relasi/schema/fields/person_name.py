"""Names of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from relasi.schema.fields.base import Surroundings, Value
from relasi.schema.fields.groups import GroupSpec, Keys

_ORDER = ("salutation", "given", "middle", "family", "suffix")


class PersonNameSpec(GroupSpec):
    """Only the given name is required: many people have one name. Both languages write it in this order."""

    name: ClassVar[str] = "person_name"
    summary: ClassVar[str] = (
        "The name of a person: `salutation`, `given`, `middle`, `family` and `suffix`, each a field of its "
        "own, and `full`, which is made of them, for titles, lists and searches."
    )
    columns: ClassVar[tuple[str, ...]] = ("full",)
    always: ClassVar[tuple[str, ...]] = ("full",)

    def offered(self, name: str, around: Surroundings) -> Mapping[str, Keys]:
        parts = {part: {"type": "text", "max_length": 80} for part in _ORDER}
        parts["given"]["required"] = True
        kept = [part for part in _ORDER if part in self.parts] or _ORDER
        whole = " ".join(f"{{{name}_{part}}}" for part in kept)
        return {"full": {"type": "formula", "value": whole, "index": True}, **parts}

    def beside(self) -> tuple[tuple[str, ...], ...]:
        return (("salutation", "given", "middle"), ("family", "suffix"))

    def lines(self, values: Mapping[str, Value], texts: Mapping[str, str]) -> list[str]:
        return [" ".join(texts[part] for part in _ORDER if part in texts)]
