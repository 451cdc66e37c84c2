from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visit import Visit
from tests.serving import Server, streamlit_run


@pytest.fixture
def alone(server: Server, tmp_path: Path) -> Iterator[Server]:
    """One department, started with Streamlit's own command from a folder that has nothing to do with it."""
    with streamlit_run(server.root, "apps/service.py", cwd=tmp_path) as started:
        yield started


def test_a_department_is_served_alone_with_sign_in(page: Page, alone: Server) -> None:
    visit = Visit(page, alone.address)

    visit.sign_in("andi")

    visit.heading("Service at a glance")
    menu = page.get_by_test_id("stSidebarNav")
    expect(menu).to_contain_text("Service")
    expect(menu).not_to_contain_text("Sales")
