"""How mistakes are collected, guessed at and shown."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.diagnostics import Diagnostic, Diagnostics, Span, layout, nearest, render, to_json

Place = tuple[int, int, int, int]
KEYS = ["priority", "subject", "customer", "required_when", "max_length", "to"]


def at(line: int, column: int, end_column: int, *, file: str = "a.yaml", end_line: int | None = None) -> Span:
    return Span(file, line, column, end_line or line, end_column)


def shown(text: str, span: Span) -> list[str]:
    """The source line and the caret line, as rendered, without the gutter."""
    lines = render(Diagnostic("c", "m", span), lambda _: text.split("\n")).split("\n")
    return [line.split("| ", 1)[1] for line in lines[-2:]]


class TestDiagnostics:
    def test_iterates_by_place_and_not_by_time(self) -> None:
        found = Diagnostics()
        found.error("third", "m", at(9, 1, 2, file="b.yaml"))
        found.error("second", "m", at(4, 7, 8))
        found.warning("first", "m", at(4, 2, 3))
        assert [item.code for item in found] == ["first", "second", "third"]

    def test_a_warning_is_no_error(self) -> None:
        found = Diagnostics()
        found.warning("odd", "m", at(1, 1, 2))
        assert (len(found), found.has_errors) == (1, False)

    def test_an_error_is_one(self) -> None:
        found = Diagnostics()
        found.error("bad", "m", at(1, 1, 2))
        assert found.has_errors


class TestNearest:
    @pytest.mark.parametrize(
        ("word", "meant"),
        [
            ("prioritty", "priority"),
            ("pirority", "priority"),
            ("Priority", "priority"),
            ("priorities", "priority"),
            ("subjects", "subject"),
            ("max-length", "max_length"),
            ("maxLength", "max_length"),
            ("required when", "required_when"),
            ("requiredwhen", "required_when"),
            ("colour", None),
            ("do", None),
            ("", None),
        ],
    )
    def test_finds_typing_slips_and_nothing_else(self, word: str, meant: str | None) -> None:
        assert nearest(word, KEYS) == meant

    def test_of_two_equally_near_the_one_with_the_same_first_letter_wins(self) -> None:
        assert nearest("from", ["form", "prom", "room"]) == "form"

    def test_of_two_equally_near_the_one_that_lost_a_letter_wins(self) -> None:
        assert nearest("mony", ["many", "money"]) == "money"

    def test_a_word_that_is_one_of_them_is_meant_itself(self) -> None:
        assert nearest("form", ["Form", "from", "form"]) == "form"

    def test_a_monstrous_word_is_not_compared(self) -> None:
        assert nearest("x" * 1_000_000, ["x" * 1_000_000]) is None

    @given(candidate=st.text(min_size=4, max_size=30), data=st.data())
    def test_a_word_one_edit_away_is_found(self, candidate: str, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(candidate) - 1))
        sign = data.draw(st.characters())
        head, tail = candidate[:place], candidate[place:]
        added, missing, replaced = head + sign + tail, head + tail[1:], head + sign + tail[1:]
        swapped = head + tail[:2][::-1] + tail[2:]
        word = data.draw(st.sampled_from([added, missing, replaced, swapped]))
        assert nearest(word, [candidate]) == candidate

    @given(st.text(max_size=20), st.lists(st.text(max_size=20)))
    def test_it_only_ever_names_a_candidate(self, word: str, candidates: list[str]) -> None:
        assert nearest(word, candidates) in [None, *candidates]


class TestRender:
    source = ("workflow: follow_up", "entity: complaint", "when: created", "if: prioritty in [high, urgent]")
    unknown = Diagnostic(
        "unknown-field",
        'complaint has no field "prioritty"',
        at(4, 5, 14, file="workflows/follow_up.yaml"),
        suggestion="priority",
    )

    def test_shows_the_place_the_line_and_the_way_out(self) -> None:
        assert render(self.unknown, lambda _: self.source) == (
            'error[unknown-field]: complaint has no field "prioritty"\n'
            "  --> workflows/follow_up.yaml:4:5\n"
            "   |\n"
            " 4 | if: prioritty in [high, urgent]\n"
            "   |     ^^^^^^^^^\n"
            '   = help: did you mean "priority"?'
        )

    def test_shows_related_places_with_their_note(self) -> None:
        first = (at(3, 1, 2), "first written here")
        twice = Diagnostic("duplicate-key", "a is written twice", at(12, 1, 2), "remove one", None, (first,))
        source = ["a: 1"] * 12
        assert render(twice, lambda _: source).split("\n")[5:] == [
            "   --> a.yaml:3:1: first written here",
            "    |",
            "  3 | a: 1",
            "    | ^",
            "    = help: remove one",
        ]

    def test_a_file_without_source_has_a_place_but_no_excerpt(self) -> None:
        assert render(self.unknown, lambda _: []).count("\n") == 2

    def test_tabs_stay_tabs_above_and_below(self) -> None:
        assert shown("\ta:\tbad", at(1, 5, 8)) == ["\ta:\tbad", "\t  \t^^^"]

    def test_wide_characters_take_two_columns(self) -> None:
        assert shown("客户: 错x", at(1, 5, 6)) == ["客户: 错x", "      ^^"]

    def test_combining_marks_take_none(self) -> None:
        assert shown("e\u0301: x", at(1, 5, 6))[1] == "   ^"

    def test_a_long_line_is_cut_around_the_mark(self) -> None:
        text, marks = shown("a" * 500 + "BAD" + "b" * 500, at(1, 501, 504))
        assert (text[0], text[marks.index("^") : len(marks)], text[-1], len(text)) == ("…", "BAD", "…", 104)

    def test_a_mark_longer_than_the_cut_ends_with_it(self) -> None:
        text, marks = shown("a" * 1000, at(1, 1, 1001))
        assert len(marks) <= len(text)

    def test_a_span_over_several_lines_marks_the_rest_of_the_first(self) -> None:
        assert shown("a: [1,\n 2]", at(1, 4, 4, end_line=2))[1] == "   ^^^"

    def test_a_span_past_the_end_of_the_line_still_has_a_caret(self) -> None:
        assert shown("a:", at(1, 99, 120))[1] == "  ^"

    def test_control_and_direction_characters_never_reach_the_terminal(self) -> None:
        evil = "a: \x1b[31m\u202e"
        found = Diagnostic("c", evil, at(1, 1, 2), help=evil, related=((at(1, 1, 2, file=evil), evil),))
        rendered = render(found, lambda _: [evil])
        assert not {"\x1b", "\u202e"} & set(rendered)

    def test_every_line_says_what_it_is(self) -> None:
        kinds = [line.kind for line in layout(self.unknown, lambda _: self.source)]
        assert kinds == ["headline", "location", "gap", "source", "mark", "help"]

    @given(st.lists(st.text(st.characters(exclude_characters="\n"))), st.tuples(*[st.integers(1, 9)] * 4))
    def test_no_place_and_no_text_makes_it_fail(self, source: Sequence[str], place: Place) -> None:
        found = Diagnostic("c", "m", Span("f", *place))
        assert render(found, lambda _: source).startswith("error[c]: m\n")


class TestJson:
    def test_holds_the_same_facts_as_data(self) -> None:
        found = to_json(TestRender.unknown, lambda _: TestRender.source)
        assert json.loads(json.dumps(found)) == {
            "code": "unknown-field",
            "severity": "error",
            "message": 'complaint has no field "prioritty"',
            "file": "workflows/follow_up.yaml",
            "line": 4,
            "column": 5,
            "end_line": 4,
            "end_column": 14,
            "snippet": "if: prioritty in [high, urgent]",
            "help": "",
            "suggestion": "priority",
            "related": [],
        }

    def test_related_places_carry_their_note_and_line(self) -> None:
        found = Diagnostic("c", "m", at(1, 1, 2), related=((at(2, 1, 2), "here"),))
        place = {"file": "a.yaml", "line": 2, "column": 1, "end_line": 2, "end_column": 2}
        assert to_json(found, lambda _: ["a", "b"])["related"] == [{"note": "here", **place, "snippet": "b"}]
