"""Documents found by path and printed as YAML."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.config.documents import Document, home_of, identify
from relasi.config.nodes import plain
from relasi.config.outline import Part, UnknownPath, find, lines, values
from relasi.config.project import base_content, load
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostics

VISIT = """\
entity: visit
fields:
  subject: {type: text, required: true}
  kind:
    type: choice
    options: [short, long]
"""


def document(path: str, text: str) -> Document:
    diagnostics = Diagnostics()
    node, home = read(text, path, diagnostics), home_of(PurePosixPath(path))
    assert node is not None
    assert home is not None
    found = identify(node, home, "project", diagnostics)
    assert found is not None, [each.message for each in diagnostics]
    return found


def visit() -> list[Document]:
    return [document("schema/visit.yaml", VISIT)]


def printed(part: Part) -> str:
    return "".join(f"{line.text}\n" for line in lines(part))


def test_a_part_is_printed_below_its_own_key() -> None:
    assert printed(find(visit(), "visit.fields.kind")) == "kind:\n  type: choice\n  options: [short, long]\n"


def test_every_line_with_a_value_knows_where_it_was_written() -> None:
    places = [(line.text, line.span and line.span.line) for line in lines(find(visit(), "visit.fields"))]

    assert places == [
        ("fields:", None),
        ("  subject:", None),
        ("    type: text", 3),
        ("    required: true", 3),
        ("  kind:", None),
        ("    type: choice", 5),
        ("    options: [short, long]", 6),
    ]


def test_the_values_of_a_part_come_with_their_keys() -> None:
    found = [(".".join(trail), plain(node)) for trail, node in values(find(visit(), "visit.fields.kind"))]

    assert found == [("type", "choice"), ("options", ["short", "long"])]


def test_a_collection_is_printed_with_its_head() -> None:
    roles = document("config/roles.yaml", "roles:\n  agent: {everything: true}\n")

    assert printed(find([roles], "roles")) == "roles:\n  agent:\n    everything: true\n"


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("vist.fields", "visit.fields"),
        ("visit.feilds.kind", "visit.fields.kind"),
        ("visit.fields.kind.optoins", "visit.fields.kind.options"),
        ("visit.fields.kind.type.more", None),
        ("nothing", None),
    ],
)
def test_an_unknown_path_gets_the_nearest(path: str, near: str | None) -> None:
    with pytest.raises(UnknownPath) as error:
        find(visit(), path)

    assert (error.value.path, error.value.near) == (path, near)


def test_a_name_of_several_kinds_needs_the_kind_in_front() -> None:
    department = document("config/departments/visit.yaml", "department: visit\nroles: [agent]\n")
    documents = [*visit(), department]

    assert find(documents, "department.visit.roles").document is department
    with pytest.raises(UnknownPath) as error:
        find(documents, "visit")
    assert error.value.known == ["entity.visit", "department.visit"]


_SIGNS = "ab01 .,:;-'\"#[]{}&*!|>%@`?=<~()\\/\n\té界"
texts = st.text(st.sampled_from(_SIGNS), max_size=12) | st.sampled_from(
    ["true", "null", "<<", "0812", "1.50"]
)
scalars = texts | st.integers() | st.booleans() | st.none()
keys = st.text(st.sampled_from(_SIGNS), min_size=1, max_size=8)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(trees)
def test_what_is_printed_reads_back_as_the_same(tree: object) -> None:
    written = document("schema/visit.yaml", f"entity: visit\nall: {json.dumps(tree)}\n")
    again = document("schema/visit.yaml", printed(find([written], "visit")))

    assert plain(again.root) == plain(written.root) == {"entity": "visit", "all": tree}


def test_the_content_that_relasi_ships_reads_back_as_the_same() -> None:
    project = load(base_content(), Diagnostics())
    folders = {"entity": "schema", "workflow": "workflows"}
    documents = [each for each in project.documents if each.kind in folders]

    assert documents
    for each in documents:
        path = Path(folders[each.kind]) / f"{each.name}.yaml"
        assert plain(document(path.as_posix(), printed(find(documents, each.name))).root) == plain(each.root)
