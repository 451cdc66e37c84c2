"""Real files of complaints and customers load with the counts that their owners state."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from relasi.runtime import Crm
from tests.content.pages import counted, somebody
from tests.importing.loading import load, rows
from tests.importing.open_data import DATA, ROOT, needs_open_data

MAPS = Path(__file__).parents[1] / "imports"

pytestmark = needs_open_data


@pytest.fixture(scope="module")
def facts() -> Any:
    return json.loads((ROOT / "FACTS.json").read_text(encoding="utf-8"))


def test_every_complaint_of_nyc_311_arrives_with_its_state(crm: Crm, facts: Any) -> None:
    file = DATA / "02_tickets" / "nyc_311" / "nyc_311_2018_1000.csv"
    summary = load(crm, "complaint", file, MAPS / "nyc_311.yaml")
    made, wanted = rows(crm, "complaint"), facts["nyc_311"]
    states = wanted["status"]
    assert summary.counts == {"created": wanted["rows"]}
    assert Counter(each["status"] for each in made) == {
        "closed": states["Closed"],
        "new": states["Open"],
        "in_progress": states["In Progress"] + states["Assigned"],
        "waiting": states["Pending"] + states["Email Sent"],
    }
    assert sum(each["due_at"] is None for each in made) == wanted["no_due_date"]
    assert len(rows(crm, "customer")) == wanted["agencies"]
    first = next(each for each in made if each["external_id"] == "39573567")
    assert f"{first['received_at']:%Y-%m-%d %H:%M:%S}" == "2018-06-26 14:58:54", "10:58:54 in New York"
    assert f"{first['closed_at']:%Y-%m-%d %H:%M:%S}" == "2018-06-26 16:50:01"


def test_every_complaint_of_the_cfpb_arrives_with_its_answers(crm: Crm, facts: Any) -> None:
    file = DATA / "02_tickets" / "cfpb" / "cfpb_2013_sample.csv"
    summary = load(crm, "complaint", file, MAPS / "cfpb.yaml")
    made, wanted = rows(crm, "complaint"), facts["cfpb"]
    assert summary.counts == {"created": wanted["rows"]}
    assert Counter(each["answered_in_time"] for each in made) == {
        True: wanted["timely"]["Yes"],
        False: wanted["timely"]["No"],
    }
    assert Counter(each["disputed"] for each in made) == {
        True: wanted["disputed"]["Yes"],
        False: wanted["disputed"]["No"],
        None: wanted["disputed"][""],
    }
    assert len(rows(crm, "product")) == wanted["products"]


def test_the_customers_behind_the_invoice_lines_arrive_once_each(crm: Crm, facts: Any) -> None:
    file = DATA / "03_retail" / "uci_online_retail" / "online_retail_customers_mod10.csv"
    summary, wanted = load(crm, "customer", file, MAPS / "online_retail.yaml"), facts["online_retail"]
    lines = wanted["rows"] - wanted["rows_without_customer"]
    assert summary.total == wanted["rows"]
    assert summary.counts == {
        "created": wanted["customers"],
        "skipped": wanted["rows_without_customer"],
        "merged": lines - wanted["customers"],
    }
    assert len({each["external_id"] for each in rows(crm, "customer")}) == wanted["customers"]
    assert counted(somebody(crm, "marketer"), "customer", "all") == wanted["customers"]
