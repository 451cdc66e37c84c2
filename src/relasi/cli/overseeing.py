"""What `relasi privacy` does: the register, and what is due."""

from __future__ import annotations

import sys
from pathlib import Path

from relasi.cli.project import compiled
from relasi.cli.terminal import USED_WRONGLY, StopError
from relasi.privacy.register_text import rendered
from relasi.texts import LANGUAGES


def register(root: Path, language: str | None, form: str) -> None:
    model, _ = compiled(root)
    if language is not None and language not in LANGUAGES:
        raise StopError(f"There is no language {language}. Known: {', '.join(LANGUAGES)}.", USED_WRONGLY)
    sys.stdout.write(rendered(model, language or model.settings.languages[0], form))
