"""What a person does in the browser, in words of the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

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
        exact = isinstance(text, str)
        expect(self.page.get_by_role("heading", name=text, exact=exact).first).to_be_visible()

    def find(self, typed: str, title: str) -> None:
        """Opens a record by the finder, from wherever the person is."""
        expect(self.page.get_by_role("button", name=re.compile("^(Search|Cari)"))).to_be_visible()
        self.page.keyboard.press("Control+k")
        self.page.get_by_role("dialog").get_by_role("combobox").press_sequentially(typed)
        expect(self.page.get_by_role("option", selected=True)).to_contain_text(title)
        self.page.keyboard.press("Enter")
        self.heading(title)

    def button(self, label: str) -> Locator:
        """One of the page itself, not of what lies above it."""
        return self.page.get_by_test_id("stMain").get_by_role("button", name=label, exact=True)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}\b"))

    def pick(self, label: str, typed: str, *, row: int = 0) -> str:
        """Finds a record by typing and takes the first one; gives its title. `row` is one of a table.

        Enter means the first one of those that are found in the end, however late they come.
        """
        box = self.page.get_by_role("combobox", name=label, exact=True).nth(row)
        box.click()
        box.press_sequentially(typed, delay=15)
        self.page.get_by_role("option", selected=True).wait_for()
        box.press("Enter")
        expect(box).to_have_attribute("aria-expanded", "false")
        return box.input_value()

    def enter_date(self, label: str, day: date) -> None:
        """Types it, day first, as both languages do."""
        self.page.get_by_role("group", name=label).get_by_role("spinbutton").first.click()
        self.page.keyboard.type(f"{day:%d%m%Y}")

    def choose(self, label: str) -> None:
        """Takes an option that is shown as a button."""
        self.page.get_by_role("radio", name=label, exact=True).or_(
            self.page.get_by_role("button", name=label, exact=True)
        ).first.click()

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label).first.click()

    def card(self, kind: str, text: str) -> Locator:
        """One of the boxes of a page that look alike, by what stands in it."""
        return self.page.locator(f"[class*='st-key-{kind}-']").filter(has_text=text)

    def follow(self, link: str | re.Pattern[str]) -> None:
        """Clicks the first link of the page itself, not one beside it to what was opened last."""
        exact = isinstance(link, str)
        self.page.get_by_test_id("stMain").get_by_role("link", name=link, exact=exact).first.click()

    def save(self) -> None:
        expect(self.page.get_by_role("button", name=re.compile("^(Save|Simpan)")).first).to_be_visible()
        self.page.keyboard.press("Control+s")

    def new(self, path: str, heading: str) -> None:
        """Opens an empty form."""
        self.open(f"{path}?new=1")
        self.heading(heading)
