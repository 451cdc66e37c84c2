from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest
from typer.main import get_command

from relasi.cli import commands, main

File = tuple[bytes, int]
"""Its content, and who may read it."""


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


@cache
def built() -> Callable[[], object]:
    """All commands with their options, which every call of `app` makes anew."""
    return get_command(commands.app)


@pytest.fixture
def relasi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Relasi:
    """Runs a command as the shell would, in this process."""

    monkeypatch.setattr(commands, "app", built())

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
def _files() -> dict[str, dict[Path, File]]:
    """What a project was, once a beginning had been made."""
    return {}


class Once(Protocol):
    def __call__(self, name: str, begin: Callable[[], object]) -> None: ...


@pytest.fixture
def once(project: Path, _files: dict[str, dict[Path, File]]) -> Once:
    """Makes a beginning in the new project, or gives it the files that another had after that."""

    def once(name: str, begin: Callable[[], object]) -> None:
        if name not in _files:
            begin()
            there = (each for each in project.rglob("*") if each.is_file())
            _files[name] = {
                each.relative_to(project): (each.read_bytes(), each.stat().st_mode) for each in there
            }
        for file, (data, mode) in _files[name].items():
            (project / file).parent.mkdir(parents=True, exist_ok=True)
            (project / file).write_bytes(data)
            (project / file).chmod(mode)

    return once


@pytest.fixture
def ready(relasi: Relasi, project: Path, once: Once) -> Path:
    """The same with its database."""
    once("ready", lambda: relasi("apply", "--yes"))
    return project
