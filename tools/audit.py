"""Asks PyPI's list of known vulnerabilities about the locked dependencies: `python -m tools.audit`.

A known vulnerability fails. That the list could not be asked is said and fails nothing: a change is not wrong
because a network is away.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements.lock"


def main() -> int:
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(LOCK),
        "--disable-pip",
        "--require-hashes",
    ]
    command += ["--format", "json", "--progress-spinner", "off"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    sentences, is_bad = judged(asked.stdout)
    print("\n".join(sentences))
    if not asked.stdout:
        print(asked.stderr.strip()[-500:])
    return int(is_bad)


def judged(report: str) -> tuple[Sequence[str], bool]:
    """What pip-audit's JSON means, in sentences, and whether it must not pass. What it could not look up it
    counts among what has no vulnerability; here that is said apart."""
    try:
        found: Sequence[Mapping[str, Any]] = json.loads(report)["dependencies"]  # Any: JSON
    except ValueError:
        return ["NOT AUDITED: the list of known vulnerabilities could not be reached."], False
    unknown = [each["name"] for each in found if "skip_reason" in each]
    bad = [
        f"{each['name']} {each['version']}: {_told(flaw)}" for each in found for flaw in each.get("vulns", ())
    ]
    if bad:
        return [f"{len(bad)} known vulnerabilities:", *bad], True
    if len(unknown) == len(found):
        return ["NOT AUDITED: the list of known vulnerabilities could not be reached."], False
    rest = [f"NOT AUDITED, since the list does not know them: {', '.join(unknown)}"] if unknown else []
    return [f"{len(found) - len(unknown)} dependencies without a known vulnerability.", *rest], False


def _told(flaw: Mapping[str, Any]) -> str:  # Any: JSON
    mended = ", ".join(flaw["fix_versions"]) or "no release yet"
    return f"{flaw['id']} (mended in {mended})"


if __name__ == "__main__":
    sys.exit(main())
