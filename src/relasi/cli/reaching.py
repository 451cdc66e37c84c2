"""What a change of rights means for people, beside the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from relasi.deploy.plan import granted_before
from relasi.records.access.reach import Reach, reaches
from relasi.runtime import Crm


def reaches_of(crm: Crm) -> tuple[Reach, ...]:
    """Against what was applied last; nothing before that."""
    before = granted_before(crm.database)
    return reaches(crm.model, crm.records, before) if before else ()


def as_data(found: Sequence[Reach]) -> dict[str, Any]:  # Any: JSON
    return {"access": [asdict(each) for each in found]}
