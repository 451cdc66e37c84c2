"""Finding one's way in a document: by path to a value, and from an offset in a value back to the file."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.config.nodes import Mapping, Node, Scalar, key_span, lookup, plain, span_at
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostics, Span

ENTITY = """\
entity: complaint
fields:
  subject: {type: text, max_length: 140}
  refund:
    type: money
when: [created, 2.50]
"""


def document(text: str) -> Node:
    diagnostics = Diagnostics()
    node = read(text, "a.yaml", diagnostics)
    assert not list(diagnostics)
    assert node is not None
    return node


def value_of(text: str) -> Scalar:
    """The value of the key `if` in a document."""
    value = lookup(document(text), ["if"])
    assert isinstance(value, Scalar)
    return value


def marked(text: str, span: Span) -> str:
    """What a span on one line covers."""
    assert span.line == span.end_line
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


def found(text: str, word: str) -> str:
    """What the inner span of a word in the value of `if` covers in the file."""
    value = value_of(text)
    start = value.text.index(word)
    return marked(text, value.inner_span(start, start + len(word)))


class TestPaths:
    def test_a_document_becomes_plain_values(self) -> None:
        assert plain(document(ENTITY)) == {
            "entity": "complaint",
            "fields": {"subject": {"type": "text", "max_length": 140}, "refund": {"type": "money"}},
            "when": ["created", Decimal("2.50")],
        }

    def test_a_path_of_keys_and_positions_leads_to_a_node(self) -> None:
        node = lookup(document(ENTITY), ("when", 0))
        assert isinstance(node, Scalar)
        assert node.value == "created"

    @pytest.mark.parametrize("path", [["nothing"], ["when", 2], ["when", -1], ["when", "0"], ["entity", "x"]])
    def test_a_path_that_leads_nowhere_gives_nothing(self, path: list[str | int]) -> None:
        assert lookup(document(ENTITY), path) is None

    def test_the_empty_path_is_the_document(self) -> None:
        node = document(ENTITY)
        assert lookup(node, ()) is node

    def test_the_place_of_a_value(self) -> None:
        assert span_at(document(ENTITY), ["fields", "refund", "type"]) == Span("a.yaml", 5, 11, 5, 16)

    def test_the_place_of_a_missing_value_is_its_nearest_ancestor(self) -> None:
        assert span_at(document(ENTITY), ["fields", "refund", "max"]) == Span("a.yaml", 5, 5, 5, 16)

    def test_the_place_of_a_key(self) -> None:
        assert key_span(document(ENTITY), ["fields", "refund"]) == Span("a.yaml", 4, 3, 4, 9)

    def test_the_key_of_a_missing_value_is_the_one_above(self) -> None:
        assert key_span(document(ENTITY), ["fields", "refund", "max"]) == Span("a.yaml", 4, 3, 4, 9)

    def test_the_key_of_a_list_item_is_the_item(self) -> None:
        assert marked(ENTITY, key_span(document(ENTITY), ["when", 0])) == "created"

    def test_a_block_ends_with_its_last_child(self) -> None:
        assert span_at(document(ENTITY), ["fields"]) == Span("a.yaml", 3, 3, 5, 16)

    def test_brackets_belong_to_what_they_hold(self) -> None:
        assert (
            marked(ENTITY, span_at(document(ENTITY), ["fields", "subject"]))
            == "{type: text, max_length: 140}"
        )

    def test_an_empty_value_stands_after_its_colon(self) -> None:
        node = document("a:\nb: 1\n")
        assert isinstance(node, Mapping)
        assert span_at(node, ["a"]) == Span("a.yaml", 1, 3, 1, 3)


class TestInnerSpan:
    @pytest.mark.parametrize(
        "text",
        [
            "if: status = new and bad = 1",
            "if:    status = new and bad = 1  # bad",
            "if: 'status = new and bad = 1'",
            'if: "status = new and bad = 1"',
            "{x: 1, if: bad = 1}",
            "if: '  bad = 1'",
            "if: |\n  status = new\n  and bad = 1\n",
            "if: |\n\n  status = new\n\n    and bad = 1\n# bad\n",
            "if: >-\n  status = new\n  and bad = 1\n\nx: 1",
            "if: >\n  status\n\n  = new\n   and bad = 1",
            "if: status = new\n  and bad = 1\n",
            "if: 'status = new\n  and bad = 1'\n",
            "if: 客户 = 'x' and bad = 1",
            "if: status = new and bad = 1\r\nx: 1",
        ],
    )
    def test_a_word_in_a_value_is_found_in_the_file(self, text: str) -> None:
        assert found(text, "bad") == "bad"

    @pytest.mark.parametrize("text", ["if: 'it''s bad'", 'if: "a\\tbad"', 'if: "a \\\n  bad"'])
    def test_behind_escapes_it_is_the_whole_value(self, text: str) -> None:
        value = value_of(text)
        assert value.inner_span(2, 4) == value.span

    def test_the_end_of_the_text_is_the_place_after_it(self) -> None:
        assert value_of("if: a and").inner_span(5, 5) == Span("a.yaml", 1, 10, 1, 10)

    def test_the_end_of_a_block_is_the_end_of_its_last_line(self) -> None:
        value = value_of("if: |\n  a and\n\nx: 1\n")
        assert value.inner_span(len(value.text), len(value.text)) == Span("a.yaml", 2, 8, 2, 8)

    def test_a_span_may_run_over_lines(self) -> None:
        assert value_of("if: >\n  a and\n  b\n").inner_span(2, 7) == Span("a.yaml", 2, 5, 3, 4)

    def test_an_empty_value_has_its_own_place(self) -> None:
        value = value_of("if:\n")
        assert value.inner_span(0, 0) == value.span

    words = st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1), min_size=1)

    @given(words=words, style=st.sampled_from(["{}", "'{}'", '"{}"', "|\n  {}", ">-\n  {}"]), data=st.data())
    def test_every_word_is_found_however_the_value_is_written(
        self, words: list[str], style: str, data: st.DataObject
    ) -> None:
        gaps = [data.draw(st.sampled_from([" ", "  ", "\n  "])) for _ in words[1:]]
        written = "x" + "".join(gap + word for gap, word in zip([" ", *gaps], words, strict=True))
        text = "if: " + style.format(written) + "\n"
        value = value_of(text)
        offset = value.text.rindex(words[-1])
        assert marked(text, value.inner_span(offset, offset + len(words[-1]))) == words[-1]

    @given(st.text(), st.integers(-5, 50), st.integers(-5, 50))
    def test_no_offset_makes_it_fail(self, text: str, start: int, end: int) -> None:
        node = read(text, "a.yaml", Diagnostics())
        if isinstance(node, Scalar):
            assert node.inner_span(start, end).line >= 1
