from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.expressions import Expression, ExpressionError, Problem, ScopeField
from relasi.schema.expressions.types import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    Link,
    Number,
    Text,
    Type,
    User,
)
from tests.schema.expressions.desk import FIELDS, PRIORITIES, Desk, parsed


class _WithWhen(Desk):
    """A choice whose options are called like fields and like words of the language."""

    def field(self, entity: str, name: str) -> ScopeField | None:
        options = (*PRIORITIES, "before", "id", "user")
        return ScopeField(Choice(options)) if name == "when" else super().field(entity, name)


def _problems(text: str, expected: Type | None = None, scope: Desk | None = None) -> list[str]:
    with pytest.raises(ExpressionError) as refused:
        Expression.parse(text, scope or Desk(), expected)
    return [problem.message for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        ("prioritty = high", 'ticket has no field "prioritty"', "priority"),
        ("customer.teir = gold", 'customer has no field "teir"', "tier"),
        ("priority = hgih", '"hgih" is not an option of priority', "high"),
        ("hgih = priority", '"hgih" is not an option of priority', "high"),
        ("priority in [low, urgnet]", '"urgnet" is not an option of priority', "urgent"),
        ("status.kind = opne", '"opne" is not an option of kind', "open"),
        ('channels contains "phnoe"', '"phnoe" is not an option of channels', "phone"),
        ("lowr(subject) = note", 'there is no function "lowr"', "lower"),
    ],
)
def test_a_misspelt_word_gets_the_nearest_legal_one(text: str, message: str, suggestion: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parsed(text)
    (problem,) = refused.value.problems
    assert (problem.message, problem.suggestion) == (message, suggestion)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("amount > due", "cannot compare money with date"),
        ("limit > 3", "cannot compare duration with number"),
        ("amount = discount", "cannot compare money with percent"),
        ("due = opened", "cannot compare date with date and time"),
        ("replies = subject", "cannot compare number with text"),
        ("priority = status", "cannot compare choice with choice"),
        ("parent = customer", "cannot compare link to ticket with link to customer"),
        ("about = parent", "cannot compare link to customer or product with link to ticket"),
        ("owner = subject", "cannot compare user with text"),
        ("channels = channels", "cannot compare list of choices with list of choices"),
        ("owner > user", "user has no order"),
        ("done > vip", "true or false has no order"),
        ("amount * paid > 3", "cannot multiply money by money"),
        ("amount + discount > 3", "cannot add percent to money"),
        ("opened + 3 > now()", "cannot add number to date and time"),
        ("subject + note = subject", "cannot add text to text"),
        ("due - opened > 1 day", "cannot subtract date and time from date"),
        ("due + 36 hours = due", "a date moves by whole days only"),
        ("-subject = note", "cannot negate text"),
        ('amount contains "1"', '"contains" does not go with money and text'),
        ("channels starts with email", 'ticket has no field "email"'),
        ('due > "yesterday"', '"yesterday" is not a date'),
        ('opened > "2025-01-01"', '"2025-01-01" is not a date and time'),
        ('from_time < "25:00"', '"25:00" is not a time'),
        ('subject = ""', "empty text is stored as null, never as text"),
        ("subject and done", "expected a condition (true or false), found text"),
        ("not replies", "expected a condition (true or false), found number"),
        ("status.foo = 1", "status is no link, it has no fields"),
        ("about.name = subject", "about may link to customer or product, so it has no fields here"),
        ("customer.boss.boss.boss.name = subject", "a path goes through 3 links at most"),
        ("user.name = subject", 'user has no field "name"'),
        ("now > opened", "now is a function"),
        ("now(1) > opened", "now is written now()"),
        ("lower(replies) = subject", "lower(text) does not take number"),
        ("round(amount, replies) = 1", "places is a whole number from 0 to 10"),
        ("min(due, opened) = due", "min cannot mix date with date and time"),
        ("max(subject, note) = note", "max(a, b, ...) does not take text"),
        ("changed(customer.tier)", "changed() takes a field of this record"),
        ("customer in [about]", "cannot look for link to customer here"),
        ("if(done, 1, subject) = 1", "if cannot mix number with text"),
        ("distance(spot, home) < 3", '"home" is no point on the map'),
        ("distance(spot, 3) < 3", "distance() takes points"),
        ("distance(spot, point(due, 3)) < 3", "a point has numbers of degrees, not date"),
        ("point(1, 2) = 3", "a point is no value of its own"),
        ("answers = 1", "a table holds records and has no value"),
        ("answers", "a table holds records and has no value"),
        ("answers in [subject]", "a table holds records and has no value"),
        ("changed(answers)", "a table holds records and has no value"),
        ("old.answers is empty", "what a table held before is not known"),
        ("answers.subject = note", "answers is no link, it has no fields"),
        ("answers contains subject", '"contains" does not go with table of records and text'),
        ("answers contains customer", '"contains" does not go with table of records and link to customer'),
        ('answers starts with "a"', "a table holds records and has no value"),
        ("under(record, customer)", "cannot look for link to ticket under link to customer"),
        ("under(about, customer)", "link to customer or product: only records of one entity form a tree"),
        ("under(subject, parent)", "under() does not take text here"),
    ],
)
def test_what_does_not_go_together_is_refused(text: str, message: str) -> None:
    assert _problems(text) == [message]


def test_every_mistake_is_reported_in_the_order_of_the_text() -> None:
    assert _problems("foo = 1 and (limit > 3 or priority = hgih)") == [
        'ticket has no field "foo"',
        "cannot compare duration with number",
        '"hgih" is not an option of priority',
    ]


def test_a_word_that_is_option_and_field_must_be_quoted() -> None:
    message = '"before" is an option here, and a field with such options too'
    assert _problems("when = before", scope=_WithWhen()) == [message]
    assert Expression.parse('when = "before"', _WithWhen()).fields == {"when"}
    assert Expression.parse("when = record.before", _WithWhen()).fields == {"when", "before"}


def test_a_word_opposite_a_choice_is_its_option_where_no_field_could_stand_there() -> None:
    assert parsed("priority = normal").fields == {"priority"}
    assert parsed("subject = normal").fields == {"subject", "normal"}
    assert Expression.parse("when in [id, user]", _WithWhen()).fields == {"when"}


@pytest.mark.parametrize("text", ["old.priority = low", "changed(priority)"])
def test_the_old_record_exists_only_where_the_scope_says_so(text: str) -> None:
    assert parsed(text).uses_old
    assert len(_problems(text, scope=Desk(has_old=False))) == 1


def test_the_user_exists_only_where_the_scope_says_so() -> None:
    assert _problems("owner = user", scope=Desk(has_user=False)) == ["there is no user here"]


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("priority = high", Boolean()),
        ("amount + 1", Number("money")),
        ("amount * replies", Number("money")),
        ("amount / paid", Number("number")),
        ("discount * replies", Number("percent")),
        ("opened - closed_at", Duration()),
        ("due - started", Duration()),
        ("due + 3 days", Date()),
        ("3 days + opened", DateTime()),
        ("limit / effort", Number()),
        ("limit * 2", Duration()),
        ("lower(subject)", Text()),
        ("record", Link(("ticket",))),
        ("user.id", User()),
        ("customer.boss.tier", Choice(("gold", "silver"), "customer.tier")),
    ],
)
def test_everything_has_a_type(text: str, type_: Type) -> None:
    assert parsed(text).type == type_


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("urgent", Choice(PRIORITIES)),
        ("if(done, high, low)", Choice(PRIORITIES)),
        ("customer", Link(("customer", "product"))),
        ("record", Link(("customer", "ticket"))),
        ("user", User()),
        ("null", Date()),
        ('"2025-12-31"', Date()),
        ("replies", Number("money", 2)),
        ("replies > 3", Boolean()),
    ],
)
def test_a_value_fits_where_it_is_expected(text: str, expected: Type) -> None:
    assert parsed(text, expected).text == text


@pytest.mark.parametrize(
    ("text", "expected", "message"),
    [
        ("subject", Boolean(), "expected a condition (true or false), found text"),
        ("amount", Number("percent"), "expected percent, found money"),
        ("status", Choice(PRIORITIES), "expected choice, found choice"),
        ("about", Link(("customer",)), "expected link to customer, found link to customer or product"),
        ("hihg", Choice(PRIORITIES), '"hihg" is not an option of the choice'),
    ],
)
def test_a_value_that_does_not_fit_is_refused(text: str, expected: Type, message: str) -> None:
    assert _problems(text, expected) == [message]


def test_an_expression_names_all_that_it_reads() -> None:
    expression = parsed("customer.boss.tier = gold and old.priority != priority and status.kind = open")
    assert expression.fields == {"customer", "customer.boss", "customer.boss.tier", "priority", "status"}
    assert expression.reads == {
        ("ticket", "customer"),
        ("customer", "boss"),
        ("customer", "tier"),
        ("ticket", "priority"),
        ("ticket", "status"),
    }


_WORDS = [
    *FIELDS["ticket"],
    "customer.tier",
    "old.status",
    "high",
    "open",
    "user",
    "record",
    "null",
    "true",
    "3 days",
]
_SIGNS = [
    "and",
    "or",
    "not",
    "=",
    "!=",
    "<",
    "+",
    "-",
    "*",
    "/",
    "in",
    "[",
    "]",
    "(",
    ")",
    ",",
    "is empty",
    "contains",
]
_CALLS = ["now()", "today()", "changed(", "if(", "coalesce(", "min(", "round(", "lower(", "date(", "length("]


@given(
    st.lists(st.sampled_from([*_WORDS, *_SIGNS, *_CALLS, "1", "2.5", '"x"', ")"]), max_size=12).map(" ".join)
)
def test_any_words_compile_or_are_refused_within_the_text(text: str) -> None:
    assert all(0 <= problem.start <= problem.end <= len(text) for problem in _refusals(text))


def _refusals(text: str) -> tuple[Problem, ...]:
    try:
        parsed(text)
    except ExpressionError as error:
        return error.problems
    return ()


@pytest.mark.parametrize("innermost", ["null", "subject", '"x"', "done"])
def test_deep_nesting_is_checked_in_one_pass(innermost: str) -> None:
    text = innermost
    for _ in range(20):
        text = f"coalesce({text}, null)"
    assert parsed(f"{text} is empty").type == Boolean()
