"""The list of erasures beside the database: what must stay erased, whichever backup the database is from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from relasi.store.erasures import Erasure

_NAME = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file among the attached files, with a line for each erasure: ids and digests, nothing of a person."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / _NAME

    def write(self, erasures: Iterable[Erasure]) -> None:
        """Adds those that are not in it. They are on the disk when this returns."""
        known = {each.id for each in self.read()}
        lines = [json.dumps(_line(each)) + "\n" for each in erasures if each.id not in known]
        if lines:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())

    def read(self) -> tuple[Erasure, ...]:
        """All of them, oldest first. A line that a crash has cut is left out: it is written again."""
        if not self.file.is_file():
            return ()
        with self.file.open(encoding="utf-8") as file:
            return tuple(_read(json.loads(line)) for line in file if line.endswith("}\n"))


def _line(erasure: Erasure) -> dict[str, Any]:  # Any: JSON
    return {
        "id": erasure.id,
        "at": erasure.at.isoformat(),
        "entity": erasure.entity,
        "digest": erasure.digest,
        "how": erasure.how,
        "user": erasure.user_id,
        "reason": erasure.reason,
    }


def _read(line: dict[str, Any]) -> Erasure:  # Any: JSON
    at = datetime.fromisoformat(line["at"])
    return Erasure(line["id"], at, line["entity"], line["digest"], line["how"], line["user"], line["reason"])
