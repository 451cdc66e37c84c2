"""The reference: every key is explained, and the JSON Schemas agree with the files that they describe."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from pydantic import BaseModel

from relasi.config.documents import FOLDERS, SHARED, SINGLE_FILES, home_of
from relasi.config.nodes import plain
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostics
from relasi.schema.fields.registry import TYPES
from relasi.schema.lint.registry import LINTS
from relasi.schema.meanings import meanings
from relasi.schema.spec import SPECS
from relasi.studio.schemas import specs_in
from relasi.workflows.actions.registry import ACTIONS
from tests.schema.compiler.examples import Example
from tests.schema.compiler.test_invalid import ENGINE, EXAMPLES, codes_in
from tools.reference.diagnostics import codes
from tools.reference.pages import PLACES, pages
from tools.reference.schemas import schemas
from tools.reference.words import key_of

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "config" / "templates"
CONTENT = sorted(
    path for folder in ("config", "schema", "workflows") for path in (ROOT / folder).rglob("*.yaml")
)


page = cache(lambda name: pages()[name])


@cache
def validator(head: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schemas()[f"json/{head}.json"]))


def content_of(path: Path) -> Any:
    node = read(path.read_text(encoding="utf-8"), path.name, Diagnostics())
    assert node is not None
    return plain(node)


def every_spec() -> set[type[BaseModel]]:
    waiting: list[type[BaseModel]] = [*SPECS.values(), *ACTIONS.values(), *TYPES.values()]
    seen: set[type[BaseModel]] = set()
    while waiting:
        spec = waiting.pop()
        if spec not in seen:
            seen.add(spec)
            waiting += [found for field in spec.model_fields.values() for found in specs_in(field.annotation)]
    return seen


def test_every_key_of_the_language_is_explained() -> None:
    silent = {
        f"{spec.__name__}.{key_of(name, field)}"
        for spec in every_spec()
        for name, field in spec.model_fields.items()
        if not meanings(spec)[name]
    }

    assert silent == set()


def test_every_kind_of_document_has_its_place() -> None:
    assert PLACES.keys() == SPECS.keys()


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_field_type_is_on_the_page(name: str) -> None:
    assert f"\n## `{name}`\n" in page("fields.md")


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_content_satisfies_the_schema_that_editors_use(path: Path) -> None:
    layer = next(each for each in path.parents if each == ROOT or each.parent == TEMPLATES)
    home = home_of(PurePosixPath(path.relative_to(layer)))

    assert home is not None
    assert [error.message for error in validator(home.kind).iter_errors(content_of(path))] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": {"title": {"type": "text", "max_lenght": 10}}},
        {"fields": {"title": "txt"}},
        {"fields": {"to": {"type": "link"}}},
        {"fields": {"title": "text"}, "colour": "red"},
    ],
    ids=["unknown key of a field", "unknown type", "missing key of a type", "unknown key"],
)
def test_the_schema_that_editors_use_refuses(wrong: dict[str, object]) -> None:
    assert not validator("entity").is_valid({"entity": "note", **wrong})


def test_an_overlay_holds_only_what_changes() -> None:
    overlay = {
        "extend": "note",
        "remove": ["fields.old"],
        "place": {"fields.title": "after number"},
        "fields": {"title": {"required": True}},
    }

    assert validator("entity").is_valid(overlay)


@pytest.mark.parametrize(
    "wrong",
    [
        {"feilds": {}},
        {"fields": {"title": {"requierd": True}}},
        {"place": {"fields.title": "behind number"}},
        {"remove": "fields.old"},
    ],
    ids=["unknown key", "unknown key of a field", "no place", "no list"],
)
def test_the_schema_of_overlays_refuses(wrong: dict[str, object]) -> None:
    assert not validator("entity").is_valid({"extend": "note", **wrong})


def test_an_overlay_of_a_collection_has_its_names_at_the_margin() -> None:
    assert validator("roles").is_valid({"extend": "roles", "agent": {"everything": True}})
    assert not validator("roles").is_valid({"extend": "roles", "agent": {"evrything": True}})


def test_editors_find_the_schema_of_every_file() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    places = {kind: [f"{folder}/**/*.yaml"] for kind, folder in FOLDERS.items()}
    places |= {kind: [file] for kind, file in SINGLE_FILES.items()}
    for kind, folder in SHARED.items():
        places[kind].append(f"{folder}/*.yaml")

    assert settings["yaml.schemas"] == {
        f"docs/reference/json/{kind}.json": [*found, *(f"config/templates/*/{each}" for each in found)]
        for kind, found in places.items()
    }


def test_every_diagnostic_is_explained_and_nothing_else() -> None:
    given = {
        code
        for part in ("config", "schema", "sample", "importing")
        for path in (ENGINE / part).rglob("*.py")
        for code in codes_in(path)
    }

    shown = {mark.split()[2] for path in EXAMPLES for mark in Example.read(path).expected}

    assert codes().keys() == (given | shown) - LINTS.keys()


@pytest.mark.parametrize("code", sorted({*codes(), *LINTS}))
def test_every_diagnostic_is_on_the_page(code: str) -> None:
    assert page("diagnostics.md").count(f"\n### `{code}`\n") == 1


def test_the_short_and_the_long_form_of_a_field_are_both_legal() -> None:
    assert validator("entity").is_valid({"entity": "note", "fields": {"a": "money", "b": {"type": "money"}}})
