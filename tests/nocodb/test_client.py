from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import httpx
import pytest

from relasi.errors import PlatformUnavailable
from relasi.nocodb.client import Cell, Client, Where, same
from relasi.nocodb.failures import AccessRefused, Missing, NocodbError, ValueRefused
from relasi.nocodb.transport import Login, Token, Transport
from tests.nocodb.conftest import QUICK
from tests.nocodb_server import EMAIL, PASSWORD, Server

COLUMNS = [
    {"title": "Id", "column_name": "id", "uidt": "ID", "pk": True, "ai": True},
    {"title": "Name", "column_name": "name", "uidt": "SingleLineText"},
    {"title": "Amount", "column_name": "amount", "uidt": "Number"},
    {"title": "Day", "column_name": "day", "uidt": "Date"},
    {
        "title": "State",
        "column_name": "state",
        "uidt": "SingleSelect",
        "colOptions": {"options": [{"title": "Open"}, {"title": "Done"}]},
    },
]


@dataclass(frozen=True)
class Things:
    """A table with those columns; `columns` are the ids by title."""

    id: str
    columns: dict[str, str]


@pytest.fixture
def things(transport: Transport, base: str) -> Things:
    wanted = {"title": "Things", "table_name": "things", "columns": COLUMNS}
    made = transport.post(f"/api/v2/meta/bases/{base}/tables", wanted)
    return Things(made["id"], {each["title"]: each["id"] for each in made["columns"]})


def test_rows_come_back_in_pages_by_their_number(client: Client, things: Things) -> None:
    keys = client.insert(things.id, [{"Name": f"n{each}"} for each in range(250)])

    assert len(keys) == 250
    first = client.page(things.id, ("Name",), limit=200)
    rest = client.page(things.id, ("Name",), after=first[-1]["Id"], limit=200)
    assert [row["Name"] for row in (*first, *rest)] == [f"n{each}" for each in range(250)]


def test_a_row_that_is_refused_does_not_keep_its_neighbours_out(client: Client, things: Things) -> None:
    outcome = client.insert(things.id, [{"State": "Open"}, {"State": "Nowhere"}, {"State": "Done"}])

    assert [isinstance(each, int) for each in outcome] == [True, False, True]
    assert client.count(things.id) == 2


def test_a_value_that_nocodb_would_change_on_its_way_in_is_no_success(client: Client, things: Things) -> None:
    (outcome,) = client.insert(things.id, [{"Day": "2020-13-45"}])

    assert isinstance(outcome, ValueRefused)
    assert client.count(things.id) == 0


def test_an_update_says_which_rows_did_not_take_it(client: Client, things: Things) -> None:
    one, two = client.insert(things.id, [{"Name": "one"}, {"Name": "two"}])

    refused = client.update(
        things.id, [{"Id": one, "Name": "uno"}, {"Id": two, "State": "Nowhere"}, {"Id": 999, "Name": "x"}]
    )

    assert {key: type(error) for key, error in refused.items()} == {two: ValueRefused, 999: Missing}
    assert client.get(things.id, [1, 2], ("Name",))[1]["Name"] == "uno"


@pytest.mark.parametrize("name", ["a, b", "x~and(Id,gt,0)", '(it\'s) "quoted"', "100%", "null", "ünï"])
def test_a_row_is_found_by_any_text(client: Client, things: Things, name: str) -> None:
    (key,) = client.insert(things.id, [{"Name": name}])
    client.insert(things.id, [{"Name": "another"}])

    found = client.page(things.id, ("Name",), where=(Where(things.columns["Name"], "eq", name),))

    assert [row["Id"] for row in found] == [key]


def test_rows_are_found_by_many_values_at_once(client: Client, things: Things) -> None:
    client.insert(things.id, [{"Name": f"n{each}"} for each in range(300)])

    found = client.find(things.id, things.columns["Name"], [f"n{each}" for each in range(0, 300, 2)], ())

    assert len(found) == 150


def test_deleting_what_is_gone_is_no_failure(client: Client, things: Things) -> None:
    (key,) = client.insert(things.id, [{"Name": "short"}])
    assert isinstance(key, int)

    client.delete(things.id, [key])
    client.delete(things.id, [key])

    assert client.count(things.id) == 0


def test_a_column_that_somebody_removed_is_missed_and_not_read_as_empty(
    client: Client, transport: Transport, things: Things
) -> None:
    client.insert(things.id, [{"Name": "one", "Amount": 1}])
    transport.delete(f"/api/v2/meta/columns/{things.columns['Amount']}")

    with pytest.raises(Missing):
        client.page(things.id, ("Name", "Amount"))
    with pytest.raises(Missing):
        client.insert(things.id, [{"Name": "two", "Amount": 2}])


def test_a_wrong_token_is_refused_without_being_told(nocodb: Server, base: str, things: Things) -> None:
    secret = "not-the-token"

    with (
        closing(Transport(nocodb.url, Token(secret), QUICK)) as transport,
        pytest.raises(AccessRefused) as refused,
    ):
        Client(transport, base).count(things.id)
    assert secret not in repr(refused.value) + str(refused.value) + repr(Token(secret))


def test_a_session_that_has_run_out_is_renewed(nocodb: Server, base: str, things: Things) -> None:
    with closing(Transport(nocodb.url, Login(EMAIL, PASSWORD), QUICK)) as transport:
        transport._header = {"xc-auth": "run out"}

        assert Client(transport, base).count(things.id) == 0


def test_a_wrong_password_is_refused(nocodb: Server) -> None:
    with (
        closing(Transport(nocodb.url, Login(EMAIL, "wrong"), QUICK)) as transport,
        pytest.raises(AccessRefused),
    ):
        transport.get("/api/v2/meta/bases")


def test_a_server_that_is_gone_is_asked_again_and_then_called_unavailable() -> None:
    pauses: list[float] = []
    transport = Transport("http://127.0.0.1:1", Token("x"), QUICK, sleep=pauses.append)

    with pytest.raises(PlatformUnavailable):
        Client(transport, "any").count("any")
    assert pauses == list(QUICK.pauses)


class Moody(httpx.BaseTransport):
    """A proxy in front of NocoDB that gives these answers first."""

    def __init__(self, *answers: httpx.Response) -> None:
        self._answers = list(answers)
        self._real = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._answers.pop(0) if self._answers else self._real.handle_request(request)

    def close(self) -> None:
        self._real.close()


@contextmanager
def behind(
    nocodb: Server, *answers: httpx.Response, pauses: list[float] | None = None
) -> Iterator[Transport]:
    noted: list[float] = [] if pauses is None else pauses
    with closing(Transport(nocodb.url, Token(nocodb.token), QUICK, sleep=noted.append)) as transport:
        transport._http.close()
        transport._http = httpx.Client(base_url=nocodb.url, transport=Moody(*answers))
        yield transport


def test_a_busy_server_is_left_alone_for_as_long_as_it_wants(
    nocodb: Server, base: str, things: Things
) -> None:
    pauses: list[float] = []
    busy = httpx.Response(429, headers={"retry-after": "7"})
    with behind(nocodb, busy, pauses=pauses) as transport:
        outcome = Client(transport, base).insert(things.id, [{"Name": "one"}])

    assert pauses == [7.0]
    assert [type(each) for each in outcome] == [int]


def test_a_server_that_wants_to_be_left_alone_for_too_long_is_called_unavailable(nocodb: Server) -> None:
    busy = httpx.Response(429, headers={"retry-after": "600"})
    with behind(nocodb, busy) as transport, pytest.raises(PlatformUnavailable):
        transport.get("/api/v2/meta/bases")


def test_rows_are_never_added_twice_because_nobody_heard_the_answer(
    nocodb: Server, base: str, things: Things
) -> None:
    with behind(nocodb, httpx.Response(502)) as transport, pytest.raises(PlatformUnavailable):
        Client(transport, base).insert(things.id, [{"Name": "one"}])


def test_what_nocodb_stumbles_over_is_refused_and_not_tried_for_ever(
    nocodb: Server, base: str, things: Things
) -> None:
    trace = {"msg": "Something didn't work", "innerError": {"msg": "e.match is not a function"}}
    with behind(nocodb, httpx.Response(500, json=trace)) as transport:
        (outcome,) = Client(transport, base).insert(things.id, [{"Name": "one"}])

    assert isinstance(outcome, ValueRefused)


def test_a_page_of_somebody_else_is_no_answer(nocodb: Server) -> None:
    page = httpx.Response(200, html="<h1>Sign in to the hotel's network</h1>")
    with behind(nocodb, page) as transport, pytest.raises(NocodbError) as refused:
        transport.get("/api/v2/meta/bases")
    assert refused.value.code == "nocodb_unreadable"


@pytest.mark.parametrize(
    ("written", "held"),
    [(None, ""), (True, 1), (False, "false"), (12.5, "12.50"), (7, 7), ("a", "a")],
)
def test_the_same_value_in_other_clothes_is_the_same(written: Cell, held: Cell) -> None:
    assert same(written, held)


@pytest.mark.parametrize(
    ("written", "held"),
    [(None, 0), (True, 0), (12.5, 12.51), ("a", "b"), (1, None), (1, "abc"), ("1", 1.5), (False, None)],
)
def test_another_value_is_not(written: Cell, held: Cell) -> None:
    assert not same(written, held)
