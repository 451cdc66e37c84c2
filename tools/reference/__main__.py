"""Writes docs/reference/, or checks that it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.reference.pages import pages
from tools.reference.schemas import schemas

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "reference"


def main(*, check: bool) -> int:
    """The exit code: 1 where `check` finds a file that differs from what would be written."""
    verdict = "is out of date: run make docs" if check else "written"
    stale = []
    for name, text in {**pages(), **schemas()}.items():
        path = FOLDER / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"docs/reference/{path.relative_to(FOLDER)} {verdict}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
