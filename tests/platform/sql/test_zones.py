from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from relasi.platform.sql.zones import steady_offset


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("Asia/Jakarta", "+07:00"),
        ("Asia/Jayapura", "+09:00"),
        ("UTC", "+00:00"),
        ("America/Phoenix", "-07:00"),
        ("Europe/Berlin", None),
        ("Asia/Kathmandu", None),
    ],
)
def test_a_zone_is_steady_whose_clocks_nobody_turns(zone: str, offset: str | None) -> None:
    assert steady_offset(ZoneInfo(zone)) == offset
