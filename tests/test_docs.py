"""Promises about what is written for people: links lead somewhere, maps of the tree show all of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("*/README.md"),
        *ROOT.glob("config/**/*.md"),
    ]
)


def prose(page: Path) -> str:
    """A page without its blocks of code, which hold brackets that are no links."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def targets(page: Path) -> list[str]:
    """Where the links of a page lead to within the repository."""
    found = re.findall(r"\]\(([^)\s]+)\)", prose(page))
    return [each for each in found if not re.match(r"\w+:", each)]


def anchors(page: Path) -> set[str]:
    """The names by which a page's headings are linked, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", prose(page), flags=re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", each).lower() for each in headings)
    return {re.sub(r"[^\w\- ]", "", each).strip().replace(" ", "-") for each in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    for target in targets(page):
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), target
        assert not anchor or file.suffix != ".md" or anchor in anchors(file), target


def test_every_guide_is_found_from_the_readme() -> None:
    linked = {(ROOT / target.partition("#")[0]).resolve() for target in targets(ROOT / "README.md")}

    assert set((ROOT / "docs" / "guide").glob("*.md")) - linked == set()


def test_what_is_said_of_features_is_proved_by_what_is_there() -> None:
    page = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| ")]
    proofs = [re.findall(r"`(.+?)`", row[-1]) for row in rows if row[-1].strip() != "Proof"]

    assert all(proofs)
    assert [each for row in proofs for each in row if not (ROOT / each).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"

    assert [folder / each for each in targets(folder / "README.md")] == sorted(folder.glob("0*.md"))


def test_the_map_of_the_architecture_shows_every_layer() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"## Layers.*?```\n(.*?)```", page, re.DOTALL)
    drawn = [
        name
        for line in re.findall(r"^(\w+(?: {1,2}\w+)*) {3,}", shown, re.MULTILINE)
        for name in line.split()
    ]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(each for each in settings["tool"]["importlinter"]["contracts"] if each["id"] == "layers")
    enforced = [name for layer in contract["layers"] for name in layer.split(" | ")]

    assert sorted(drawn) == sorted(set(enforced) - {"starter"})  # which holds what `relasi init` copies


def test_the_recipe_on_the_page_has_every_step() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"\| Step \| Where \| What \|\n(.*?)\n\n", page, re.DOTALL)
    steps = {each.stem for each in (ROOT / "src" / "relasi" / "records" / "steps").glob("[!_]*.py")}

    assert steps - set(re.findall(r"`(\w+)`", recipe)) == set()


def test_the_map_of_the_settings_shows_every_folder() -> None:
    said = (ROOT / "config" / "README.md").read_text(encoding="utf-8")
    folders = {f"`{each.name}/`" for each in (ROOT / "config").iterdir() if each.is_dir()}

    assert folders - set(re.findall(r"`\w+/`", said)) == set()
