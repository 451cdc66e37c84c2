from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.visit import Visit
from tests.serving import Server

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=60_000)  # a machine that runs other tests too answers late

_MUST_RUN = ("CI", "RELASI_REQUIRE_SERVICES")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "CI" in os.environ:  # a second try shows in the summary, as a test to be mended
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        message = "no Chromium here; install it (Debian: apt-get install chromium) to run the browser tests"
        if any(os.environ.get(name) for name in _MUST_RUN):
            pytest.fail(message)
        pytest.skip(message)
    browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def machine(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A browser that has never been here, for each who asks: `width` pixels wide, in English unless `locale`
    says otherwise."""
    contexts = []

    def started(*, width: int = 1440, locale: str = "en-GB", scripts: bool = True) -> Page:
        context = chromium.new_context(
            locale=locale, viewport={"width": width, "height": 900}, java_script_enabled=scripts
        )
        context.set_default_timeout(45_000)
        contexts.append(context)
        return context.new_page()

    yield started
    for context in contexts:
        context.close()


@pytest.fixture
def page(machine: Callable[..., Page]) -> Page:
    return machine()


@pytest.fixture
def other(machine: Callable[..., Page], server: Server) -> Visit:
    """Somebody else, at a phone."""
    return Visit(machine(width=390), server.address)


@pytest.fixture
def visit(page: Page, server: Server) -> Visit:
    return Visit(page, server.address)
