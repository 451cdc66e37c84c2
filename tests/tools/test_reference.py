"""The reference: every key is explained, and the JSON Schemas agree with the files that they describe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from pydantic import BaseModel

from relasi.config.nodes import plain
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostics
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.spec import SPECS
from relasi.schema.spec.workflow import STEPS
from tools.reference.pages import PLACES, pages
from tools.reference.schemas import schemas
from tools.reference.words import key_of, specs_in

ROOT = Path(__file__).resolve().parent.parent.parent
CONTENT = sorted(
    path for folder in ("config", "schema", "workflows") for path in (ROOT / folder).rglob("*.yaml")
)


def validator(head: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schemas()[f"json/{head}.json"]))


def content_of(path: Path) -> Any:
    node = read(path.read_text(encoding="utf-8"), path.name, Diagnostics())
    assert node is not None
    return plain(node)


def every_spec() -> set[type[BaseModel]]:
    waiting: list[type[BaseModel]] = [*SPECS.values(), *STEPS.values(), *FIELD_TYPES.values()]
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
        if not field.description
    }

    assert silent == set()


def test_every_kind_of_document_has_its_place() -> None:
    assert PLACES.keys() == SPECS.keys()


@pytest.mark.parametrize("name", sorted(FIELD_TYPES))
def test_every_field_type_is_on_the_page(name: str) -> None:
    assert f"\n## `{name}`\n" in pages()["fields.md"]


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_content_satisfies_the_schema_that_editors_use(path: Path) -> None:
    written = content_of(path)
    head = next(iter(written))

    assert [error.message for error in validator(head).iter_errors(written)] == []


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
    overlay = {"extend": "note", "remove": ["fields.old"], "fields": {"title": {"required": True}}}

    assert validator("entity").is_valid(overlay)
    assert not validator("entity").is_valid({**overlay, "feilds": {}})


def test_the_short_and_the_long_form_of_a_field_are_both_legal() -> None:
    assert validator("entity").is_valid({"entity": "note", "fields": {"a": "money", "b": {"type": "money"}}})
