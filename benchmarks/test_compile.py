"""The check of a project, against nothing but the parsing of its files by libyaml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks.big_project import write_big_project
from benchmarks.race import Race
from benchmarks.site import ROOT
from relasi.definitions import compile_project

FOLDERS = ("config", "schema", "workflows")

PARSE = """\
import sys, yaml
for file in sys.argv[1:]:
    with open(file, "rb") as text:
        yaml.load(text, yaml.CSafeLoader)
"""


@pytest.fixture(params=["this project", "100 entities"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "this project":
        return ROOT
    write_big_project(tmp_path)
    return tmp_path


def test_compile(race: Race, project: Path, request: pytest.FixtureRequest) -> None:
    contents = [file.read_bytes() for file in _files(project)]

    def parse() -> None:
        for content in contents:
            yaml.load(content, yaml.CSafeLoader)

    race.run(f"compile, {_name(request)}", lambda: compile_project(project), parse, rounds=8)


def test_check(race: Race, project: Path, request: pytest.FixtureRequest) -> None:
    """As people wait for it: a process of its own, against one that only parses."""
    command = [sys.executable, "-c", "from relasi.cli import main; main()", "-C", str(project), "check"]
    race.run(
        f"relasi check, {_name(request)}",
        lambda: subprocess.run(command, check=True, capture_output=True),
        lambda: subprocess.run([sys.executable, "-c", PARSE, *map(str, _files(project))], check=True),
        rounds=5,
    )


def _name(request: pytest.FixtureRequest) -> str:
    return str(request.node.callspec.params["project"])


def _files(project: Path) -> list[Path]:
    """Those of the project and of the content that comes with Relasi, which is compiled with it."""
    folders = [root / name for root in {ROOT, project} for name in FOLDERS]
    return sorted(file for folder in folders for file in folder.rglob("*.yaml"))
