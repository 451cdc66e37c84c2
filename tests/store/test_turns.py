from __future__ import annotations

from relasi.store import Session


def test_turns_go_round_in_the_order_given(session: Session) -> None:
    assert [session.turns.take("rule", ["a", "b", "c"]) for _ in range(5)] == ["a", "b", "c", "a", "b"]


def test_each_key_has_its_own_round(session: Session) -> None:
    session.turns.take("rule", ["a", "b"])
    assert session.turns.take("other", ["a", "b"]) == "a"


def test_it_starts_again_where_the_last_one_has_left(session: Session) -> None:
    session.turns.take("rule", ["a", "b"])
    assert session.turns.take("rule", ["b", "c"]) == "b"
