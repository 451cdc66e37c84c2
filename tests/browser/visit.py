"""What a person does in the browser, in words of the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the CRM at `address`."""

    page: Page
    address: str

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, name: str, path: str = "/") -> None:
        """As one of the sample people, whose form fills itself in with a click."""
        self.open(path)
        self.page.locator(f"button[data-name={name}]").click()
        self.page.get_by_role("button", name="Sign in", exact=True).or_(
            self.page.get_by_role("button", name="Masuk", exact=True)
        ).click()
        expect(self.page.get_by_test_id("stSidebar")).to_be_attached()

    def heading(self, text: str | re.Pattern[str]) -> None:
        """Waits until the page says what it is."""
        expect(self.page.get_by_role("heading", name=text).first).to_be_visible()

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}\b"))

    def pick(self, label: str, typed: str, *, row: int = 0) -> str:
        """Finds a record by typing and takes the first one; gives its title. `row` is one of a table."""
        box = self.page.get_by_role("combobox", name=label, exact=True).nth(row)
        box.click()
        box.press_sequentially(typed, delay=15)
        first = self.page.get_by_role("option", selected=True)
        first.wait_for()
        title = first.inner_text()
        box.press("Enter")
        expect(box).to_have_value(title)
        return title

    def choose(self, label: str) -> None:
        """Takes an option that is shown as a button."""
        self.page.get_by_role("radio", name=label, exact=True).or_(
            self.page.get_by_role("button", name=label, exact=True)
        ).first.click()

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label).first.click()

    def save(self) -> None:
        expect(self.page.get_by_role("button", name=re.compile("^(Save|Simpan)")).first).to_be_visible()
        self.page.keyboard.press("Control+s")

    def new(self, path: str, heading: str) -> None:
        """Opens an empty form."""
        self.open(f"{path}?new=1")
        self.heading(heading)
