from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.apps.importing.routes import arrival, arrived, forget
from relasi.apps.visitor import Visitor
from relasi.errors import Forbidden, NotFound
from tests.apps.importing.conftest import Send


def test_a_file_is_there_for_who_sent_it_under_its_own_name(
    visit: Callable[..., Visitor], send: Send
) -> None:
    ani = visit()
    file = arrived(ani, send(ani, b"a,b\n1,2\n", "../people.csv"))
    assert (file.path.name, file.path.read_bytes()) == ("people.csv", b"a,b\n1,2\n")


def test_nobody_else_gets_it(visit: Callable[..., Visitor], send: Send) -> None:
    key = send(visit(), b"a,b\n1,2\n")
    with pytest.raises(NotFound):
        arrived(visit(name="budi"), key)


def test_a_file_that_is_forgotten_is_gone(visit: Callable[..., Visitor], send: Send) -> None:
    ani = visit()
    key = send(ani, b"a,b\n1,2\n")
    forget(ani, arrived(ani, key))
    with pytest.raises(NotFound):
        arrived(ani, key)


def test_who_may_not_import_sends_nothing(visit: Callable[..., Visitor]) -> None:
    with pytest.raises(Forbidden), arrival(visit(), "shelf"):
        pass


@pytest.mark.parametrize("name", ["..", ".csv", "x" * 300 + ".csv", "漢" * 150 + ".csv"])
def test_a_strange_name_is_no_obstacle(visit: Callable[..., Visitor], send: Send, name: str) -> None:
    ani = visit()
    assert arrived(ani, send(ani, b"a,b\n1,2\n", name)).path.read_bytes() == b"a,b\n1,2\n"
