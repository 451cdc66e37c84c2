"""Which YAML is read, which is refused, and at which place; held by both of PyYAML's parsers."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relasi.config import yaml_reader
from relasi.config.nodes import Node, Scalar, lookup, plain
from relasi.config.text import MAX_SIZE
from relasi.config.yaml_reader import MAX_DEPTH, read
from relasi.diagnostics import Diagnostics, Span


@pytest.fixture(autouse=True, params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "_LOADER", getattr(yaml, request.param))


def problems(text: str) -> list[tuple[str, int]]:
    """The codes found in a text, with their lines."""
    diagnostics = Diagnostics()
    read(text, "a.yaml", diagnostics)
    return [(found.code, found.span.line) for found in diagnostics]


def content(text: str) -> object:
    diagnostics = Diagnostics()
    node = read(text, "a.yaml", diagnostics)
    assert not list(diagnostics)
    assert node is not None
    return plain(node)


class TestWhatIsRead:
    def test_maps_lists_and_values_in_their_order(self) -> None:
        assert content("b: [1, {x: y}]\na:\n  - z\n") == {"b": [1, {"x": "y"}], "a": ["z"]}

    def test_quotes_make_text_of_anything(self) -> None:
        assert content("[ '1', \"true\", 'null', '' ]") == ["1", "true", "null", ""]

    def test_keys_are_always_text(self) -> None:
        assert content("1: a\ntrue: b\nnull: c\n2.50: d\non: e\n") == {
            "1": "a",
            "true": "b",
            "null": "c",
            "2.50": "d",
            "on": "e",
        }

    def test_a_colon_inside_a_key_is_a_colon(self) -> None:
        assert content("a:b:\n12:30:\n'x:y': {'p:q', r:s: 1}\n") == {
            "a:b": None,
            "12:30": None,
            "x:y": {"p:q": None, "r:s": 1},
        }

    def test_a_value_keeps_what_was_written(self) -> None:
        node = lookup_scalar("a: 12.50", "a")
        assert (node.text, node.style) == ("12.50", "plain")

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_any_line_end_will_do(self, end: str) -> None:
        assert content(f"a: |{end}  x{end}  y{end}b: 1{end}") == {"a": "x\ny\n", "b": 1}

    def test_a_byte_order_mark_is_skipped(self) -> None:
        assert content("\ufeffa: 1") == {"a": 1}

    def test_one_document_may_be_marked_as_such(self) -> None:
        assert content("---\na: 1\n...\n") == {"a": 1}

    def test_as_deep_as_allowed(self) -> None:
        assert problems("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []


def lookup_scalar(text: str, key: str) -> Scalar:
    node = read(text, "a.yaml", Diagnostics())
    assert node is not None
    value = lookup(node, [key])
    assert isinstance(value, Scalar)
    return value


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("text", "code", "line"),
        [
            ("", "empty-file", 1),
            ("# only a comment\n", "empty-file", 1),
            ("---\n", "empty-file", 1),
            ("a: 1\n---\nb: 1\n", "several-documents", 2),
            ("a: &x 1\n", "anchor", 1),
            ("a: &x {b: 1}\n", "anchor", 1),
            ("a: 1\nb: *a\n", "alias", 2),
            ("a: !!str 1\n", "tag", 1),
            ("a: !secret x\n", "tag", 1),
            ("<<: {a: 1}\n", "merge-key", 1),
            ("title: {{number}}\n", "complex-key", 1),
            ("? [a, b]\n: 1\n", "complex-key", 1),
            ("'': 1\n", "empty-key", 1),
            ("a: {type:text, b: 1}\n", "missing-space", 1),
            ("a: 1\nb: x\x00\n", "invisible-character", 2),
            ("a: 1\nb: x\u2028y\n", "invisible-character", 2),
            ("a: x\ufeffy\n", "invisible-character", 1),
            ('a: "x\\0y"\n', "invisible-character", 1),
            ("a: \ud800\n", "invisible-character", 1),
            ('a: "\\UFFFFFFFF"\n', "bad-escape", 1),
        ],
    )
    def test_what_hides_something(self, text: str, code: str, line: int) -> None:
        assert problems(text) == [(code, line)]

    @pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
    def test_what_is_nested_too_deeply(self, depth: int) -> None:
        assert problems("[" * depth) == [("too-deep", 1)]

    def test_what_is_indented_too_deeply(self) -> None:
        assert problems("".join("  " * n + f"a{n}:\n" for n in range(60))) == [("too-deep", MAX_DEPTH)]

    def test_what_is_too_big(self) -> None:
        assert problems("a: " + "x" * MAX_SIZE) == [("file-too-big", 1)]

    def test_a_key_written_twice_with_both_places(self) -> None:
        diagnostics = Diagnostics()
        node = read("a: 1\nb: 2\na: 3\n", "f.yaml", diagnostics)
        (found,) = diagnostics
        assert (found.code, found.span) == ("duplicate-key", Span("f.yaml", 3, 1, 3, 2))
        assert found.related == ((Span("f.yaml", 1, 1, 1, 2), "first written here"),)
        assert node is not None
        assert plain(node) == {"a": 1, "b": 2}

    def test_the_same_key_with_and_without_quotes_is_the_same(self) -> None:
        assert problems("1: a\n'1': b\n") == [("duplicate-key", 2)]

    def test_several_mistakes_in_one_run(self) -> None:
        text = "a: &x 1\nb: 1\nb: 2\nc: !t 1\n"
        assert problems(text) == [("anchor", 1), ("duplicate-key", 3), ("tag", 4)]

    def test_several_syntax_errors_in_one_run(self) -> None:
        text = "a: b: c\nd: [1\ne: 1\n\nf: 'x\ng: 1\nh:\n\ti: 1\n"
        assert problems(text) == [
            ("colon-in-value", 1),
            ("unclosed-bracket", 2),
            ("unclosed-quote", 5),
            ("tab-indent", 8),
        ]

    def test_a_file_with_a_syntax_error_gives_no_document(self) -> None:
        assert read("a: 1\nb: [\nc: 1\n", "a.yaml", Diagnostics()) is None

    def test_a_file_with_an_alias_gives_no_document(self) -> None:
        assert read("a: *x\n", "a.yaml", Diagnostics()) is None


class TestAnyText:
    pieces = st.lists(
        st.sampled_from(
            [*"abc:-?[]{}&*!|>'\"%@`#,\n\t \\~", ": ", "- ", "\n  ", "<<", "---\n", "...\n", "\\x", "\\U"]
        )
    )

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
    @given(st.one_of(st.text(), pieces.map("".join)))
    def test_gives_a_document_or_a_diagnostic_inside_the_text(self, text: str) -> None:
        diagnostics = Diagnostics()
        node: Node | None = read(text, "a.yaml", diagnostics)
        assert (node is not None) or diagnostics.has_errors
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for found in diagnostics:
            assert 1 <= found.span.line <= len(lines)
            assert 1 <= found.span.column <= len(lines[found.span.line - 1]) + 1
