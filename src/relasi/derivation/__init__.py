"""What derived fields are worth, and which of them a change reaches. Who changed what, and what follows from
it for audit and rules, is the business of records."""

from __future__ import annotations

from relasi.derivation.backfill import backfill
from relasi.derivation.graph import Derived, Graph
from relasi.derivation.spread import Spread
from relasi.derivation.values import Linked, computed_value

__all__ = ["Derived", "Graph", "Linked", "Spread", "backfill", "computed_value"]
