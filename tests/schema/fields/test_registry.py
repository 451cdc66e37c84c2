"""A type is found because its file is there."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from relasi.schema.fields.registry import FIELD_TYPES, discover

_TYPE = """
from typing import ClassVar
from relasi.schema.fields.text import TextField

class {name}(TextField):
    name: ClassVar[str] = "{word}"
"""


def package(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A package with these modules, forgotten after the test."""
    name = f"found_{folder.name}"
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text("")
    for module, source in files.items():
        (folder / name / f"{module}.py").write_text(source)
    monkeypatch.syspath_prepend(folder)
    for module in ("", *(f".{each}" for each in files)):
        monkeypatch.delitem(sys.modules, name + module, raising=False)
    return import_module(name)


def test_every_file_of_the_package_gives_a_type() -> None:
    assert {"text", "money", "link", "series"} <= set(FIELD_TYPES)


def test_the_word_of_a_type_finds_it() -> None:
    assert all(type_.name == word for word, type_ in FIELD_TYPES.items())


def test_a_new_file_is_a_new_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = discover(package(tmp_path, {"color": _TYPE.format(name="Color", word="color")}, monkeypatch))
    assert list(found) == ["color"]


def test_a_file_without_a_type_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImportError, match="empty holds no field type"):
        discover(package(tmp_path, {"empty": ""}, monkeypatch))


def test_two_types_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"one": _TYPE.format(name="One", word="same"), "two": _TYPE.format(name="Two", word="same")}
    with pytest.raises(ImportError, match="share the name 'same'"):
        discover(package(tmp_path, files, monkeypatch))
