from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.expressions.operations import ALL
from relasi.texts import LANGUAGES, say
from tests.platform.sql import expression_texts
from tests.schema.expressions.desk import Words, parsed


@pytest.mark.parametrize(
    ("text", "english", "indonesian"),
    [
        (
            "priority in [high, urgent] and status.kind = open",
            "Priority is one of High, Urgent and the stage of Status is open",
            "Priority adalah salah satu dari High, Urgent dan tahap Status adalah terbuka",
        ),
        ("customer.tier != gold", "Tier of Customer is not Gold", "Tier dari Customer bukan Gold"),
        ("amount >= 1234567.5", "Amount is at least 1,234,567.5", "Amount paling sedikit 1.234.567,5"),
        ("priority >= high", "Priority is at least High", "Priority paling sedikit High"),
        ("answers is empty", "Answers is empty", "Answers kosong"),
        (
            "customer.tickets contains parent",
            "Tickets of Customer contains Parent",
            "Tickets dari Customer memuat Parent",
        ),
        ('under(parent, "7")', 'Parent is "7" or below it', 'Parent adalah "7" atau di bawahnya'),
        ("due < today()", "Due is before today", "Due sebelum hari ini"),
        ('due = "2025-12-31"', "Due is December 31, 2025", "Due adalah 31 Desember 2025"),
        (
            "now() - opened > 36 hours",
            "the time from Opened to now is more than 1 day 12 hours",
            "waktu dari Opened sampai sekarang lebih dari 1 hari 12 jam",
        ),
        ("owner = user", "Owner is the current user", "Owner adalah pengguna saat ini"),
        ("not done", "it is not so that Done is yes", "tidak benar bahwa Done adalah ya"),
        (
            "(done or vip) and changed(status)",
            "(Done is yes or Vip is yes) and Status changed",
            "(Done adalah ya atau Vip adalah ya) dan Status berubah",
        ),
        ("old.status != status", "the previous Status is not Status", "Status sebelumnya bukan Status"),
        ("subject is not empty", "Subject is filled in", "Subject terisi"),
        ("note = null", "Note is empty", "Note kosong"),
        ("(amount + 1) * 2 > paid", "(Amount + 1) × 2 is more than Paid", "(Amount + 1) × 2 lebih dari Paid"),
        (
            "coalesce(amount, 0) <= if(vip, 5, 3)",
            "the first filled of Amount, 0 is at most 5 if Vip is yes, otherwise 3",
            "yang pertama terisi dari Amount, 0 paling banyak 5 jika Vip adalah ya, selain itu 3",
        ),
    ],
)
def test_a_condition_reads_as_a_sentence(text: str, english: str, indonesian: str) -> None:
    expression = parsed(text)
    assert expression.describe("en", Words()) == english
    assert expression.describe("id", Words()) == indonesian


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("operation", [operation.name for operation in ALL])
def test_every_operation_has_its_words(language: str, operation: str) -> None:
    assert say(language, f"expressions.{operation}", a="a", b="b", all="a, b")


@given(expression_texts.conditions(2), st.sampled_from(LANGUAGES))
def test_every_expression_can_be_described(text: str, language: str) -> None:
    assert parsed(text).describe(language, Words())
