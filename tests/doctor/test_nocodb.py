from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from relasi.doctor import Weight, examine
from relasi.doctor.nocodb import found
from relasi.nocodb.base import Survey
from relasi.nocodb.difference import ByHand, MakeBase
from tests.records.world import make_world

PLATFORM = """
platform: local
kind: nocodb
nocodb: {url: "http://127.0.0.1:9", token: {env: RELASI_TEST_TOKEN}}
"""
NOTE = """
entity: note
fields: {name: text}
access: {}
"""


def test_a_column_that_was_renamed_in_nocodb_is_a_label_in_yaml() -> None:
    (finding,) = found(Survey((), (ByHand("renamed", "note.name", "Judul", "Name"),)))
    assert finding.weight is Weight.ADVICE
    assert yaml.safe_load(finding.patch or "") == {"entity": "note", "fields": {"name": {"label": "Judul"}}}


def test_a_column_that_was_removed_in_nocodb_is_wrong() -> None:
    (finding,) = found(Survey((), (ByHand("removed", "note.name", "Name"),)))
    assert (finding.weight, finding.help) == (Weight.WRONG, "Run relasi apply.")


def test_what_nocodb_lacks_is_counted() -> None:
    (finding,) = found(Survey((MakeBase("Acme"),), ()))
    assert finding.what == "1 change(s) are due in NocoDB."


def test_a_nocodb_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELASI_TEST_TOKEN", "secret")
    world = make_world(tmp_path, NOTE, PLATFORM)
    (finding,) = (each for each in examine(world.crm).findings if each.area == "nocodb")
    world.crm.close()
    assert finding.weight is Weight.WRONG
    assert "secret" not in str(finding)
