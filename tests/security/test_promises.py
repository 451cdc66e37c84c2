"""docs/security.md says by which test each promise is held; a test that is gone would hold none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_every_test_that_is_named_is_there(file: str, test: str) -> None:
    written = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^(?:    )?def {test or 'test_'}", written, re.MULTILINE)


def test_every_test_of_security_holds_a_promise() -> None:
    files = {f"tests/security/{each.name}" for each in Path(__file__).parent.glob("test_*.py")}
    assert files == {file for file, _ in NAMED if file.startswith("tests/security/")} | {
        "tests/security/test_promises.py"
    }


def test_every_risk_of_the_owasp_top_ten_has_its_place() -> None:
    assert set(re.findall(r"\bA(\d\d)\b", PAGE)) == {f"{number:02}" for number in range(1, 11)}
