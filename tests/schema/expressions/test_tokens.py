from __future__ import annotations

import pytest

from relasi.schema.expressions.problems import ExpressionError
from relasi.schema.expressions.tokens import LONGEST_TEXT, tokenize


def test_tokens_know_where_they_stand() -> None:
    tokens = tokenize('a >= "x y"')
    assert [(token.kind, token.value, token.start, token.end) for token in tokens] == [
        ("word", "a", 0, 1),
        ("sign", ">=", 2, 4),
        ("text", "x y", 5, 10),
        ("end", "", 10, 10),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [('"it\'s"', "it's"), ("'say \"a\"'", 'say "a"'), (r'"a \"b\" \\ c"', r'a "b" \ c'), (r'"a\nb"', "a\nb")],
)
def test_text_is_unquoted(source: str, text: str) -> None:
    assert tokenize(source)[0].value == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a == 3", '"==" is written "=" here'),
        ("a <> 3", '"<>" is written "!=" here'),
        ("a && b", '"&&" is written "and" here'),
        ("a || b", '"||" is written "or" here'),
        ("!a", '"!" is written "not" here'),
        ("a = “b”", "“ is no quotation mark here"),
        ("a % 3", '"%" means nothing here'),
        ("a = 'b", "this text has no closing quotation mark"),
        ("a # b", '"#" means nothing here'),
        ("a.__class__", 'no name has two underscores in a row: "__class__"'),
        ("1" * 29, "cannot read this number"),
        ("٣ > 2", "cannot read this number"),
        ("a " * LONGEST_TEXT, "longer than 2,000 characters"),
    ],
)
def test_signs_of_other_languages_are_explained(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        tokenize(text)
    assert refused.value.problems[0].message == message
