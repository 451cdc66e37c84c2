"""The JSON Schemas that the editors of authors read."""

from __future__ import annotations

import json
from collections.abc import Mapping

from relasi.schema.spec import SPECS
from relasi.studio.schemas import schema_of


def schemas() -> Mapping[str, str]:
    """File name -> text."""
    return {
        f"json/{head}.json": json.dumps(schema_of(head), indent=2, ensure_ascii=False) + "\n"
        for head in SPECS
    }
