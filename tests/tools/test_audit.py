from __future__ import annotations

import json

from tools.audit import judged

FINE = {"name": "httpx", "version": "0.28.1", "vulns": []}
FLAW = {"id": "PYSEC-2030-1", "fix_versions": ["1.0.1"], "aliases": [], "description": "..."}
BAD = {"name": "thing", "version": "1.0", "vulns": [FLAW]}
UNKNOWN = {"name": "other", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def report(*dependencies: object) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_a_known_vulnerability_fails_and_says_what_mends_it() -> None:
    sentences, is_bad = judged(report(FINE, BAD, UNKNOWN))
    assert is_bad
    assert "thing 1.0: PYSEC-2030-1 (mended in 1.0.1)" in sentences


def test_dependencies_without_one_pass() -> None:
    assert judged(report(FINE)) == (["1 dependencies without a known vulnerability."], False)


def test_what_the_list_does_not_know_is_not_counted_as_sound() -> None:
    sentences, is_bad = judged(report(FINE, UNKNOWN))
    assert not is_bad
    assert sentences[0].startswith("1 ")
    assert "other" in sentences[1]


def test_without_a_network_it_says_that_nothing_was_audited() -> None:
    for answer in ("", report(UNKNOWN, UNKNOWN)):
        sentences, is_bad = judged(answer)
        assert not is_bad
        assert sentences[0].startswith("NOT AUDITED")
