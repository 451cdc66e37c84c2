"""`relasi check` of a big project, against its files parsed by PyYAML's C loader and nothing else."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks.big_project import write_big_project
from benchmarks.race import Race
from relasi.config.parsed import ParsedFiles
from relasi.definitions import check_project


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("big")
    write_big_project(folder)
    return folder


def test_cold(race: Race, root: Path) -> None:
    """The whole command, from the start of the process."""
    command = [sys.executable, "-c", "from relasi.cli import main; main()", "-C", str(root), "check"]

    def check() -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.endswith("no problems\n"), done.stdout

    race.run("check, cold (aim 3 s)", check, lambda: _parsed(root), rounds=5)


def test_one_file_changed(race: Race, root: Path) -> None:
    """In a process that has seen the project before, as `relasi check --watch`."""
    parsed = ParsedFiles()
    file = root / "schema" / "entity_7.yaml"
    lengths = itertools.count(100)
    written = file.read_text(encoding="utf-8")

    def change() -> None:
        file.write_text(written.replace("max_length: 160", f"max_length: {next(lengths)}"), encoding="utf-8")

    def check() -> None:
        model, diagnostics, _ = check_project(root, parsed)
        assert model is not None
        assert not len(diagnostics)

    race.run("check, one file changed (aim 0.5 s)", check, lambda: _parsed(root), rounds=10, prepare=change)


def _parsed(root: Path) -> None:
    for file in sorted(root.rglob("*.yaml")):
        yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
