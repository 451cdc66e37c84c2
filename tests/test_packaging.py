"""What is shipped: the wheel's contents, the declared dependencies, the lock."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import relasi

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "src" / "relasi"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

# Dependencies that no module of ours imports, and why they are there.
IMPORTED_BY_OTHERS = {
    "psycopg": "SQLAlchemy's driver for PostgreSQL, imported with the first connection",
    "tzdata": "zoneinfo reads it where the system has no time zones",
}
# Libraries that modules of ours import without declaring them, and who brings them.
BROUGHT_BY_OTHERS = {
    "pydantic-core": "the compiled half of pydantic, which pins it",
}


def declared() -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}


def imported() -> set[str]:
    """The distributions that the engine's modules import, anywhere in their code."""
    names: set[str] = set()
    for path in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    outside = names - sys.stdlib_module_names - {"relasi"}
    installed = packages_distributions()
    return {canonicalize_name(installed[name][0]) if name in installed else name for name in outside}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return zipfile.Path(next(folder.glob("*.whl")))


def below(root: Path, pattern: str) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob(pattern) if path.is_file()}


def names(wheel: zipfile.Path) -> set[str]:
    return set(wheel.root.namelist())


@pytest.mark.parametrize("folder", ["config", "schema", "workflows"])
def test_the_wheel_carries_the_content_as_the_base_layer(wheel: zipfile.Path, folder: str) -> None:
    expected = {f"relasi/content/{folder}/{name}" for name in below(ROOT / folder, "*.yaml")}

    assert expected
    assert expected <= names(wheel)


@pytest.mark.parametrize("pattern", ["*.py", "*.yaml", "py.typed"])
def test_the_wheel_carries_every_file_of_the_engine(wheel: zipfile.Path, pattern: str) -> None:
    expected = {f"relasi/{name}" for name in below(ENGINE, pattern)}

    assert expected
    assert expected <= names(wheel)


def test_the_wheel_puts_nothing_beside_its_package(wheel: zipfile.Path) -> None:
    """A top-level `schema` or `config` would overwrite the packages of other people."""
    assert {name.partition("/")[0] for name in names(wheel)} <= {
        "relasi",
        f"relasi-{relasi.__version__}.dist-info",
    }


def test_every_imported_library_is_declared() -> None:
    assert imported() - declared() == BROUGHT_BY_OTHERS.keys()


def test_every_declared_library_is_imported() -> None:
    assert declared() - imported() - IMPORTED_BY_OTHERS.keys() == set()


def test_every_dependency_has_its_reason() -> None:
    page = (ROOT / "docs" / "decisions" / "0005-dependencies.md").read_text(encoding="utf-8")
    reasons = re.findall(r"^\| ([a-z][\w-]+)(?:\[\w+\])? \|", page, re.MULTILINE)

    assert {canonicalize_name(name) for name in reasons} == declared()


@pytest.mark.parametrize(
    "requirement", PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"], ids=str
)
def test_the_lock_fits_what_the_project_asks_for(requirement: str) -> None:
    wanted = Requirement(requirement)
    locked = re.search(rf"^{re.escape(canonicalize_name(wanted.name))}(?:\[.*\])?==(\S+)", LOCK, re.MULTILINE)

    assert locked is not None, "run `make lock`"
    assert locked[1] in wanted.specifier, "run `make lock`"


def test_the_lock_names_contents_and_no_places() -> None:
    assert re.findall(r"https?:|file:|--(?:extra-)?index|--find-links|-c /", LOCK) == []
