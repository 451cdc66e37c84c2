from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from relasi.cli import main


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


class Relasi(Protocol):
    def __call__(self, *words: str | Path, stdin: str = "") -> Answer: ...


@pytest.fixture
def relasi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Relasi:
    """Runs a command as the shell would, in this process."""

    def relasi(*words: str | Path, stdin: str = "") -> Answer:
        monkeypatch.setattr(sys, "argv", ["relasi", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        code = end.value.code
        return Answer(code if isinstance(code, int) else 0, said.out, said.err)

    return relasi


@pytest.fixture
def project(relasi: Relasi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, where the commands are run."""
    root = tmp_path / "my-crm"
    assert relasi("init", root).code == 0
    monkeypatch.chdir(root)
    return root


@pytest.fixture(scope="session")
def empty_database() -> dict[str, bytes]:
    """What `relasi apply` made of a new project, once it did."""
    return {}


@pytest.fixture
def ready(relasi: Relasi, project: Path, empty_database: dict[str, bytes]) -> Path:
    """The same with its database."""
    file = project / "data" / "crm.db"
    if not empty_database:
        assert relasi("apply", "--yes").code == 0
        empty_database["crm.db"] = file.read_bytes()
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(empty_database["crm.db"])
    return project
