"""Text with marks that is never HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.fields.notation.markup import Span, blocks, cleaned
from tests.schema.fields.making import FOR_ENGLISH, made

_ODD = st.text(alphabet="ab <>/!?[]()*`#->1.\n:javscriptdhtp", max_size=60)


def spans(text: str) -> list[Span]:
    return [span for block in blocks(text) for line in block["lines"] for span in line]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Hello <script>alert(1)</script>", "Hello alert(1)"),
        ("<<b>b>x", "< b>x"),
        ("<img src=x onerror=alert(1)>", None),
        ("3 <4 and a < b", "3 <4 and a < b"),
        ("a <b", "a < b"),
        ("[x](javascript:alert(1))", "[x] (javascript:alert(1))"),
        ("[x](https://example.com)", "[x](https://example.com)"),
    ],
)
def test_html_is_taken_out(written: str, kept: str | None) -> None:
    assert made("rich_text").accept(written) == kept


@given(_ODD)
def test_what_is_kept_is_kept_again_unchanged(text: str) -> None:
    field = made("rich_text")
    once = field.accept(text)
    assert field.accept(once) == once


@given(_ODD)
def test_nothing_kept_looks_like_a_tag(text: str) -> None:
    assert not re.search("<[a-zA-Z/!?]", cleaned(text))


@given(_ODD)
def test_no_link_leads_anywhere_but_to_pages_and_people(text: str) -> None:
    links = [span["href"] for span in spans(text) if "href" in span]
    assert all(re.match("https?://|mailto:|tel:", link, re.IGNORECASE) for link in links)


def test_marks_become_looks() -> None:
    assert spans("a **b** *c* `d` [e](https://f.id)") == [
        {"text": "a "},
        {"text": "b", "look": "strong"},
        {"text": " "},
        {"text": "c", "look": "emphasis"},
        {"text": " "},
        {"text": "d", "look": "code"},
        {"text": " "},
        {"text": "e", "href": "https://f.id"},
    ]


def test_lines_become_blocks() -> None:
    text = "# Head\nOne\ntwo\n\n- a\n- b\n1. c\n> d"
    assert [(block["kind"], len(block["lines"])) for block in blocks(text)] == [
        ("heading", 1),
        ("paragraph", 2),
        ("list", 2),
        ("steps", 1),
        ("quote", 1),
    ]


def test_where_there_are_no_looks_the_marks_are_left_out() -> None:
    assert made("rich_text").show("# Head\n- **a** [b](https://c.id)", FOR_ENGLISH) == "Head\na b"
