"""What an author reads when the YAML itself is broken: a plain sentence at the place to mend."""

from __future__ import annotations

import pytest

from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostic, Diagnostics


def error_in(text: str) -> Diagnostic:
    diagnostics = Diagnostics()
    assert read(text, "a.yaml", diagnostics) is None
    (found,) = diagnostics
    return found


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ('if: a = "b" and c: d\n', "colon-in-value", 1, 18),
        ("é: 客户: c\n", "colon-in-value", 1, 6),
        ("key:value\nb: 1\n", "missing-space", 1, 1),
        ("a:\n  key:value\n  b: 1\n", "missing-space", 2, 3),
        ("a: {label:{en: x}}\n", "missing-space", 1, 10),
        ("a: 1\n  b: 2\n", "bad-indentation", 2, 3),
        ("a:\n    b: 1\n  c: 2\n", "bad-indentation", 3, 3),
        ("  a: 1\nb: 2\n", "bad-indentation", 2, 1),
        ("a: b\n- c\n", "bad-indentation", 2, 1),
        ("do:\n  - set: 1\n   x: 2\n", "bad-indentation", 3, 4),
        ("a:\n\tb: 1\n", "tab-indent", 2, 1),
        ("a: 1\n\tb: 1\n", "tab-indent", 2, 1),
        ("a: [1, 2\nb: 3\n", "unclosed-bracket", 1, 4),
        ("a: {x: 1", "unclosed-bracket", 1, 4),
        ("a: [\n", "unclosed-bracket", 1, 4),
        ("a: [{x: 1}, [2],\n\n", "unclosed-bracket", 1, 4),
        ("a:\n  - {x: 1\n  - y\nb: 1\n", "unclosed-bracket", 2, 5),
        ("a: {\n  b: 1\n  c: 2\n}\n", "missing-comma", 3, 4),
        ("a: {b: c: d}\n", "missing-comma", 1, 9),
        ("a: [x y]\n]\n", "stray-bracket", 2, 1),
        ("{a: 1}}\n", "stray-bracket", 1, 7),
        ("a: [1,,2]\n", "stray-sign", 1, 7),
        ("a: }\n", "stray-sign", 1, 4),
        ("a: 'x\nb: y\n", "unclosed-quote", 1, 4),
        ('a: "x\nb: y\n', "unclosed-quote", 1, 4),
        ("a: 'x\n---\n", "unclosed-quote", 1, 4),
        ('a: "x\nb: {c: 1}\nd: {e: "y"}\n', "unclosed-quote", 1, 4),
        ("a: 'x\nb: 'y'\n", "unclosed-quote", 1, 4),
        ("a: 'it's'\n", "text-after-value", 1, 8),
        ('a: "x" or "y"\n', "text-after-value", 1, 8),
        ('a: "C:\\quotes"\n', "bad-escape", 1, 7),
        ("a: b\nc\n", "missing-colon", 2, 1),
        ("a: @x\n", "reserved-sign", 1, 4),
        ("a: `x`\n", "reserved-sign", 1, 4),
        ("a: %x\n", "reserved-sign", 1, 4),
        ("a: *\n", "reserved-sign", 1, 4),
        ("a: & b\n", "reserved-sign", 1, 4),
        ("a: !x{ 3\n", "reserved-sign", 1, 4),
        ("a: !e!x 1\n", "reserved-sign", 1, 4),
        ("a: ? x\n", "reserved-sign", 1, 4),
        ("%x: 1\n", "reserved-sign", 1, 1),
        ("a: - b\n", "list-beside-key", 1, 4),
        (": x\n", "empty-key", 1, 1),
        ("a: |x\n  b\n", "text-after-block", 1, 5),
        ("%YAML 9.9\n---\na: 1\n", "yaml-syntax", 1, 1),
    ],
)
def test_the_place_to_mend_is_named(text: str, code: str, line: int, column: int) -> None:
    found = error_in(text)
    assert (found.code, found.span.line, found.span.column) == (code, line, column)


def test_a_sentence_says_the_way_out() -> None:
    found = error_in('if: a = "b" and c: d\n')
    assert (found.message, found.help) == (
        'a value that contains ": " needs quotes',
        "put the whole value in quotes, single ones if it holds double ones",
    )


def test_a_misplaced_line_is_shown_with_the_line_above_it() -> None:
    found = error_in("a: 1\n\n  # why\n  b: 2\n")
    assert [(span.line, note) for span, note in found.related] == [(1, "the line above")]
