"""OWASP A01, broken access control: somebody who is signed in asks for what they may not see, at every
address and by messages that no page of ours would send."""

from __future__ import annotations

import re

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.security.conftest import Make
from tests.security.tab import tab
from tests.serving import Server

SECRET = "Kunci-4711"
STRANGE: list[object] = [None, 1, "x", [], {}, {"entity": "x", "id": "y"}, {"entity": ["task"], "id": {}}]


@pytest.fixture
def partner(make: Make) -> str:
    """A partner, of whom Sari, who serves, learns nothing."""
    return make("partner", "andi", name=SECRET).id


def test_a_record_that_one_may_not_see_is_not_there_at_any_address(server: Server, partner: str) -> None:
    with tab(server, server.cookie("andi")) as andi:
        assert SECRET in andi.run("partners-partner", f"id={partner}")
    with tab(server, server.cookie("sari")) as sari:
        answers = [
            sari.run("sales-partner", f"id={partner}"),
            sari.run("service-partner", f"id={partner}"),
            sari.run("service-task", f"id={partner}"),
            sari.run("service-task", f"id={partner}&edit=1"),
            sari.run("service-customer", f"id={partner}&privacy=1"),
            sari.run("inbox", f"id={partner}&q=Kunci"),
        ]
    assert not [answer for answer in answers if SECRET in answer]


@pytest.mark.parametrize(
    "path",
    [
        "/lookup/partner?q=Kunci",
        "/lookup/task?q=Kunci",
        "/lookup/partner?q=Kunci&field=task.about&record=%7B%7D",
        "/lookup/..%2fpartner?q=Kunci",
        "/export/partner.csv?q=Kunci",
        "/export/partner.json",
        "/files/partner/{id}/name/{id}",
    ],
)
def test_what_pages_fetch_beside_tells_no_more_than_the_pages(
    server: Server, partner: str, path: str
) -> None:
    answer = server.ask(path.replace("{id}", partner), Cookie=server.cookie("sari"))
    assert SECRET not in answer[2]


def test_a_field_that_is_hidden_is_neither_shown_nor_sorted_nor_filtered_by(
    server: Server, make: Make
) -> None:
    customer = make("customer", "andi", name="PT Nilai").id
    saved = make("opportunity", "maya", name="Seldom", customer=customer, amount=987654321)
    with tab(server, server.cookie("sari")) as sari:
        shown = sari.run("service-opportunity", f"id={saved.id}")
        plain = sari.run("service-opportunity", "q=Seldo")
        asked = sari.run("service-opportunity", "q=Seldo&sort=-amount&f.amount=1000000000..")
    for answer in (shown, plain, asked):
        assert "Seldom" in answer
        assert not re.search(r"987\D{0,2}654", answer)


@pytest.mark.parametrize("page", ["people", "automation", "outbox", "forms", "sales-complaint"])
def test_a_page_that_is_not_offered_is_not_reached_by_its_name(server: Server, page: str) -> None:
    with tab(server, server.cookie("rudi")) as rudi:
        rudi.run("")
        home = rudi.ids("")
        assert home
        rudi.run(page)
        assert rudi.ids("") == home
        assert not rudi.ids(f"{page.replace('-', '.')}.")


def test_a_click_on_a_record_that_is_not_in_the_list_opens_nothing(server: Server, partner: str) -> None:
    with tab(server, server.cookie("sari")) as sari:
        sari.run("service-task")
        seen = sari.happen(
            "service-task", "", "service.task.table", "open", {"entity": "partner", "id": partner}
        )
    assert SECRET not in seen


def test_what_an_event_holds_is_not_trusted_to_have_a_shape(server: Server) -> None:
    with tab(server, server.cookie("sari")) as sari:
        for value in STRANGE:
            sari.run("service-task")
            answer = sari.happen("service-task", "", "service.task.table", "open", value)
            assert "Traceback" not in answer
    assert server.ask("/readyz")[0] == 200


def test_the_button_of_an_administrator_does_nothing_for_others(server: Server) -> None:
    with tab(server, server.cookie("andi")) as andi:
        andi.run("people")
        buttons = andi.ids("people")
    assert buttons
    with tab(server, server.cookie("rudi")) as rudi:
        answer = rudi.run("people", "", dict.fromkeys(buttons, True))
    assert "andi@relasi.example" not in answer


@pytest.mark.parametrize("message", [BackMsg(debug_shutdown_runtime=True), BackMsg(stop_script=True)])
def test_nobody_stops_the_server_for_others(server: Server, message: BackMsg) -> None:
    with tab(server, server.cookie("sari")) as sari:
        sari.connection.send(message.SerializeToString())
    with tab(server, server.cookie("sari")) as again:
        assert "Tasks" in again.run("service-task")
