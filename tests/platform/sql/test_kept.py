from __future__ import annotations

from itertools import count

from relasi.platform.sql.kept import Kept


def test_the_statement_of_a_shape_is_built_once() -> None:
    kept, numbers = Kept(), count()
    assert [kept.get(shape, lambda: next(numbers)) for shape in ("a", "b", "a")] == [0, 1, 0]


def test_what_has_no_shape_is_built_each_time() -> None:
    kept, numbers = Kept(), count()
    assert [kept.get(None, lambda: next(numbers)) for _ in range(2)] == [0, 1]


def test_however_many_shapes_there_are_the_memory_stays_bounded() -> None:
    kept, numbers = Kept(), count()
    for shape in range(5000):
        kept.get(shape, lambda: next(numbers))
    assert kept.get(4999, lambda: -1) == 4999
    assert kept.get(0, lambda: -1) == -1
