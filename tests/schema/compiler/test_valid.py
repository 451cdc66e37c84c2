"""What is right compiles without a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.model import Model
from tests.schema.compiler.examples import PROJECTS, SKELETON, Example, compile_folder

VALID = PROJECTS / "valid"


def compiled(name: str, root: Path) -> Model:
    model, _, _ = Example.read(VALID / name).compile(root)
    assert model is not None
    return model


@pytest.mark.parametrize("path", sorted(VALID.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_valid_example_gives_a_model_and_no_diagnostic(path: Path, tmp_path: Path) -> None:
    model, diagnostics, _ = Example.read(path).compile(tmp_path)
    assert (model is not None, diagnostics) == (True, [])


def test_the_skeleton_of_all_examples_is_valid() -> None:
    model, diagnostics, _ = compile_folder(SKELETON)
    assert (model is not None, diagnostics) == (True, [])


def test_every_field_type_has_a_valid_example(tmp_path: Path) -> None:
    entity = compiled("every_field_type.yaml", tmp_path).entities["everything"]
    assert {field.type.name for field in entity.own_fields} == set(FIELD_TYPES)


def test_short_forms_mean_the_same_as_long_ones(tmp_path: Path) -> None:
    short = compiled("short_forms.yaml", tmp_path / "short")
    long = compiled("long_forms.yaml", tmp_path / "long")

    assert what_is_said(short) == what_is_said(long)


def what_is_said(model: Model) -> tuple[object, ...]:
    """A Model without what only tells how it was written."""
    guest, greet = model.entities["guest"], model.workflows["greet"]
    fields = {
        field.name: (field.label, field.type.storage(), field.type.choices(), field.type.targets())
        for field in guest.fields.values()
    }
    entities = {**model.entities, "guest": replace(guest, fields={})}
    workflows = {"greet": replace(greet, version="")}
    return fields, replace(model, entities=entities, workflows=workflows, fingerprint="")
