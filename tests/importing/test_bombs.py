"""Text files that would fill the memory are refused in bounded memory, with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relasi.errors import ImportRefused
from relasi.importing import json_table
from relasi.importing.delimited import LONGEST_LINE
from relasi.importing.files import open_table
from relasi.importing.tables import MOST_COLUMNS


def written(folder: Path, content: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_line_that_never_ends_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = written(tmp_path, "name,city\nBudi,Solo\n" + "Ani,Solo," * (LONGEST_LINE // 8))
    with pytest.raises(ImportRefused, match=r"line 3 is longer than 1.?000.?000 characters"):
        list(open_table(path).rows())


def test_a_cell_that_never_ends_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, 'name,city\n"' + "Budi\n" * 100_000)
    with pytest.raises(ImportRefused, match="never closed"):
        list(open_table(path).rows())


@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_a_table_as_wide_as_a_book_is_refused(tmp_path: Path, name: str) -> None:
    names = [f"c{number}" for number in range(MOST_COLUMNS + 1)]
    content = ",".join(names) if name == "a.csv" else json.dumps([dict.fromkeys(names, 1)])
    with pytest.raises(ImportRefused, match=r"more than 2.?000 columns"):
        open_table(written(tmp_path, content + "\n", name))


@pytest.mark.parametrize("content", ["[" * 100_000, '[{"a":' * 100_000, '{"a":' * 100_000 + "1"])
def test_json_that_is_nested_without_end_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(ImportRefused):
        list(open_table(written(tmp_path, content, "a.json")).rows())


def test_a_document_that_memory_should_not_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_table, "_LARGEST_DOCUMENT", 10)
    with pytest.raises(ImportRefused, match="one object per line"):
        open_table(written(tmp_path, '[{"name": "Budi"}]', "a.json"))


def test_a_line_of_json_that_never_ends_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = written(tmp_path, '{"name": "Budi"}\n{"name": "' + "x" * LONGEST_LINE, "a.jsonl")
    with pytest.raises(ImportRefused, match="line 2 is longer"):
        list(open_table(path).rows())
