"""Small changes without YAML: in the project's own words where they stand, over a lower layer otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.config.documents import Home
from relasi.config.nodes import lookup, plain
from relasi.config.project import Project, load
from relasi.diagnostics import Diagnostics
from relasi.errors import EditRefused
from relasi.studio.amending import Amending
from relasi.studio.workshop import Checked, Workshop

OWN = """\
entity: thing   # ours
fields:
  # First of all.
  name: text
  color: {type: choice, options: [red]}   # as painted
  size: {type: choice, options: sizes}
form:
  main: {fields: [name, color]}
lists:
  all: {columns: [name]}
"""
LISTS = "value_lists:\n  sizes: [small]  # more?\n"
LABEL = {"en": "Note", "id": "Catatan"}


class Bench:
    """One project, whose entity is its own or that of a layer below."""

    def __init__(self, workshop: Workshop, root: Path, base: Path | None) -> None:
        self.workshop, self.root, self.base = workshop, root, base

    @property
    def project(self) -> Project:
        return load(self.root, Diagnostics(), base=self.base, drafts=self.workshop.texts())

    @property
    def amending(self) -> Amending:
        return Amending(self.workshop, Checked(None, Diagnostics(), self.project), Home("entity", "thing"))

    def value(self, *path: str) -> object:
        document = next(each for each in self.project.documents if path[0] in (each.name, each.kind))
        found = lookup(document.root, path[1:])
        return None if found is None else plain(found)

    @property
    def draft(self) -> str:
        (draft,) = self.workshop.drafts()
        return draft.text


@pytest.fixture
def own(ani: Workshop, root: Path) -> Bench:
    (root / "schema/thing.yaml").write_text(OWN, encoding="utf-8")
    (root / "config/value_lists.yaml").write_text(LISTS, encoding="utf-8")
    return Bench(ani, root, None)


@pytest.fixture
def above(ani: Workshop, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    base = tmp_path_factory.mktemp("base")
    for name, text in {"schema/thing.yaml": OWN, "config/value_lists.yaml": LISTS}.items():
        (base / name).parent.mkdir(exist_ok=True)
        (base / name).write_text(text, encoding="utf-8")
    (root / "schema/thing.yaml").unlink()
    (root / "config/crm.yaml").write_text("crm: 1\nname: Shop\nbase: relasi\n", encoding="utf-8")
    return Bench(ani, root, base)


BOTH = pytest.mark.parametrize("which", ["own", "above"])


@pytest.fixture
def bench(which: str, request: pytest.FixtureRequest) -> Bench:
    found: Bench = request.getfixturevalue(which)
    return found


@BOTH
def test_a_field_is_added_and_shown_on_the_form(bench: Bench) -> None:
    bench.amending.add_field("note", {"type": "text", "label": LABEL}, section="main")
    assert bench.value("thing", "fields", "note") == {"type": "text", "label": LABEL}
    assert bench.value("thing", "form", "main", "fields") == ["name", "color", "note"]


@BOTH
def test_the_short_form_of_a_field_keeps_its_type(bench: Bench) -> None:
    bench.amending.set_field("name", "required", True)
    assert bench.value("thing", "fields", "name") == {"type": "text", "required": True}


@BOTH
def test_a_field_is_called_something_else(bench: Bench) -> None:
    bench.amending.set_field("color", "label", LABEL)
    assert bench.value("thing", "fields", "color", "label") == LABEL
    assert bench.value("thing", "fields", "color", "options") == ["red"]


@BOTH
def test_an_option_is_added(bench: Bench) -> None:
    bench.amending.add_option("color", "blue", {})
    assert bench.value("thing", "fields", "color", "options") == ["red", "blue"]


@BOTH
def test_an_option_with_a_label_makes_the_list_a_map(bench: Bench) -> None:
    bench.amending.add_option("color", "blue", {"en": "Sky"})
    assert bench.value("thing", "fields", "color", "options") == {"red": None, "blue": {"en": "Sky"}}


@BOTH
def test_an_option_of_a_shared_list_is_added_to_that(bench: Bench) -> None:
    bench.amending.add_option("size", "large", {})
    assert bench.value("value_lists", "sizes") == ["small", "large"]


@BOTH
def test_a_column_is_added(bench: Bench) -> None:
    bench.amending.add_column("all", "size")
    assert bench.value("thing", "lists", "all", "columns") == ["name", "size"]


@BOTH
def test_a_field_moves_in_its_section(bench: Bench) -> None:
    bench.amending.move_field("color", -1)
    assert bench.value("thing", "form", "main", "fields") == ["color", "name"]


@BOTH
def test_a_field_of_no_section_moves_among_the_fields(bench: Bench) -> None:
    bench.amending.move_field("size", -1)
    fields = bench.value("thing", "fields")
    assert isinstance(fields, dict)
    assert list(fields) == ["name", "size", "color"]


@BOTH
def test_the_first_does_not_move_up(bench: Bench) -> None:
    with pytest.raises(EditRefused):
        bench.amending.move_field("name", -1)


@BOTH
def test_a_field_that_is_there_is_not_added(bench: Bench) -> None:
    with pytest.raises(EditRefused):
        bench.amending.add_field("name", {"type": "text"})


def test_the_files_own_words_and_comments_stay(own: Bench) -> None:
    own.amending.set_field("color", "required", True)
    assert own.draft == OWN.replace("options: [red]}", "options: [red], required: true}")


def test_a_lower_layer_is_changed_by_a_file_of_the_project(above: Bench) -> None:
    above.amending.set_field("color", "required", True)
    (draft,) = above.workshop.drafts()
    assert draft.file == "schema/thing.yaml"
    assert draft.text == "extend: thing\nfields:\n  color: {required: true}\n"


def test_changes_come_together_in_one_overlay(above: Bench) -> None:
    above.amending.add_field("note", {"type": "text"}, section="main")
    above.amending.add_column("all", "note")
    above.amending.add_field("more", {"type": "text"}, section="main")
    assert above.value("thing", "form", "main", "fields") == ["name", "color", "note", "more"]
    assert len(above.workshop.drafts()) == 1
