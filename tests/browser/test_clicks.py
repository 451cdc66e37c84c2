"""What a click sends to the server and gets back, without a screen: by this the benchmarks measure."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from benchmarks.browsing import open_tab
from tests.serving import Server

LIST = "sales.customer"


def test_a_click_on_a_row_opens_the_record_and_another_leads_back(server: Server) -> None:
    async def clicked() -> tuple[bool, bool]:
        tab = await open_tab(server.address, server.cookie("bayu"))
        await tab.open("sales-customer")
        link = tab.data(f"{LIST}.table")["rows"][0]["link"]
        await tab.tell(f"{LIST}.table", "open", {"entity": link["entity"], "id": link["id"]})
        is_open = f"{LIST}.back" in tab.widgets and f"{LIST}.table" not in tab.widgets
        await tab.press(f"{LIST}.back")
        is_back = f"{LIST}.table" in tab.widgets
        await tab.socket.close()
        return is_open, is_back

    with ThreadPoolExecutor() as threads:  # the browser of other tests keeps a loop in this one
        assert threads.submit(asyncio.run, clicked()).result() == (True, True)
