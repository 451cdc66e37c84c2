"""What the doctor says: each thing with why it matters and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import yaml


class Weight(StrEnum):
    """`WRONG`: something does not work, or soon will not. `ADVICE`: all works, and could be safer."""

    WRONG = "wrong"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """`patch` is YAML for the project, to be taken or left."""

    area: str
    what: str
    why: str
    help: str
    weight: Weight = field(default=Weight.WRONG, kw_only=True)
    patch: str | None = field(default=None, kw_only=True)


def as_yaml(patch: object) -> str:
    return yaml.safe_dump(patch, sort_keys=False, allow_unicode=True)
