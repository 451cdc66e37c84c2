"""Documents and pictures that belong to a record."""

from __future__ import annotations

from typing import Any

import pytest

from relasi.schema.fields.attached import FILE, Attached
from relasi.schema.fields.base import Showing, ValueProblem
from tests.schema.fields.making import ENGLISH, FOR_ENGLISH, made, problems_of, refusal

PDF = "application/pdf"


def attached(word: str, **keys: Any) -> Attached:
    field = made(word, **keys)
    assert isinstance(field, Attached)
    return field


def refused(field: Attached, media_type: str, size: int = 1) -> str:
    with pytest.raises(ValueProblem) as caught:
        field.check(media_type, size)
    return caught.value.code


def test_each_file_is_kept_once_in_the_order_of_adding() -> None:
    assert made("files").accept(["b", "a", "b"]) == ("b", "a")


def test_no_files_are_empty() -> None:
    assert made("files").accept([]) is None


@pytest.mark.parametrize("value", ["a", ["a", 1], [""], {"a": 1}])
def test_only_lists_of_ids_are_accepted(value: object) -> None:
    assert refusal(made("files").accept, value) == "not_files"


def test_there_is_a_most() -> None:
    assert refusal(made("files", max_count=2).accept, ["a", "b", "c"]) == "too_many"


def test_text_is_no_file() -> None:
    assert refusal(made("files").read, "letter.pdf", ENGLISH) == "not_files"


def test_a_definition_has_no_files() -> None:
    (problem,) = problems_of("files", default="letter.pdf")
    assert (problem.path, problem.code) == (("default",), "bad-value")


def test_files_are_shown_by_their_names() -> None:
    names = {(FILE, "1"): "letter.pdf", (FILE, "2"): "photo.jpg"}
    showing = Showing(FOR_ENGLISH.locale, FOR_ENGLISH.zone, "IDR", lambda *key: names[key])

    assert made("files").show(("1", "2"), showing) == "letter.pdf, photo.jpg"


@pytest.mark.parametrize(("written", "size"), [("500 kB", 500_000), ("10MB", 10_000_000), ("1 GB", 10**9)])
def test_a_size_is_written_with_its_unit(written: str, size: int) -> None:
    field = attached("files", max_size=written)

    field.check(PDF, size)
    assert refused(field, PDF, size + 1) == "file_too_large"


@pytest.mark.parametrize("written", ["10", "0 MB", "3 GB", "1.5 MB", "ten MB"])
def test_what_is_no_size_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="a size is written"):
        made("files", max_size=written)


def test_kinds_say_what_is_taken() -> None:
    field = attached("files", kinds=["pdf", "image"])

    field.check(PDF, 1)
    field.check("image/heic", 1)
    assert refused(field, "text/plain") == "file_kind"


@pytest.mark.parametrize("kinds", [{}, {"kinds": ["document"]}])
def test_what_nobody_knows_is_taken_only_where_anything_is(kinds: dict[str, list[str]]) -> None:
    assert refused(attached("files", **kinds), "application/octet-stream") == "file_unknown"
    attached("files", kinds=["any"]).check("application/octet-stream", 1)
