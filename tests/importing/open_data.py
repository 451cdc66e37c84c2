"""The shared open data: read in place, never copied. Tests that need it are skipped where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("RELASI_SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
DATA = ROOT / "data"
EDGE_CASES = DATA / "07_dedupe" / "csv_edge_cases"

needs_open_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the shared open data is not here: set RELASI_SHARED_DATA to its folder"
)
