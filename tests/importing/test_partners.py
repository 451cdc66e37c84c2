"""A real partner programme loads whole, and its tiers count as its owner counts them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from relasi.runtime import Crm
from tests.content.pages import rows_of, somebody, tile
from tests.importing.loading import load, rows
from tests.importing.open_data import DATA, ROOT, needs_open_data

MAP = Path(__file__).parents[1] / "imports" / "cncf.yaml"


@needs_open_data
def test_every_partner_of_the_cncf_arrives_in_its_tier(crm: Crm) -> None:
    wanted = json.loads((ROOT / "FACTS.json").read_text(encoding="utf-8"))["cncf"]
    tiers = wanted["tiers"]

    summary = load(crm, "partner", DATA / "08_partners" / "cncf" / "cncf_partners_and_members.csv", MAP)

    made = rows(crm, "partner")
    assert summary.counts == {"created": wanted["rows"]}
    assert Counter(each["notes"] for each in made) == tiers
    shown = rows_of(tile(somebody(crm, "channel_head"), "partners", "by_tier"))
    assert shown == {
        "Gold": str(tiers["Platinum"] + tiers["Gold"]),
        "Silver": str(tiers["Silver"]),
        "Registered": str(wanted["rows"] - tiers["Platinum"] - tiers["Gold"] - tiers["Silver"]),
    }
