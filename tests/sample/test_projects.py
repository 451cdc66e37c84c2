"""Whatever a project defines, a sample of it can be made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from relasi.definitions import compile_project
from relasi.deploy import Stamp, apply, make_plan
from relasi.sample.generator import make_sample
from relasi.schema.model import Entity, Model
from relasi.schema.samples import SampleSet
from relasi.store.users import User
from tests.records.world import NOW, opened
from tests.schema.compiler.examples import PROJECTS, Example

WHOLE = sorted(each.name for each in PROJECTS.iterdir() if (each / "schema").is_dir())
EXAMPLES = sorted(each.stem for each in (PROJECTS / "valid").glob("*.yaml"))
COUNT = 5


def model_at(root: Path) -> Model:
    model, diagnostics, _ = compile_project(root)
    assert model is not None, [each.message for each in diagnostics]
    return model


def in_order(model: Model) -> Iterator[str]:
    """Entities behind those that they cannot do without."""
    left = dict(model.entities)
    while left:
        ready = [name for name, entity in left.items() if not _needs(entity) & left.keys() - {name}]
        for name in ready or list(left):
            del left[name]
            yield name


def _needs(entity: Entity) -> set[str]:
    required = [field for field in entity.own_fields if field.type.required or field.required_when]
    return {target for field in required for target in field.links_to}


def sample_is_made(model: Model, root: Path) -> None:
    sets = tuple(SampleSet(name, COUNT, {}) for name in in_order(model))
    wanted = replace(model, sample=replace(model.sample, sets=sets))
    world = opened(root, wanted)
    apply(make_plan(wanted, world.crm.database, now=NOW), wanted, world.crm.database, Stamp("first", NOW))
    user = User("u1", "ana", "Ana", "ana@example.com", tuple(sorted(model.roles)), "en")
    made = make_sample(world.crm.records, [user], {})
    world.crm.close()
    assert made == dict.fromkeys(model.entities, COUNT)


@pytest.mark.parametrize("name", WHOLE)
def test_a_sample_of_a_whole_project_is_made(name: str, tmp_path: Path) -> None:
    sample_is_made(model_at(PROJECTS / name), tmp_path)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_sample_of_an_example_is_made(name: str, tmp_path: Path) -> None:
    model, diagnostics, _ = Example.read(PROJECTS / "valid" / f"{name}.yaml").compile(tmp_path / "project")
    assert model is not None, diagnostics
    sample_is_made(model, tmp_path)
