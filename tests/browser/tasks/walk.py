"""A task done by its people, each at a machine of their own and all in one language; what it costs them is
counted, and the last page is kept as a picture."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.visit import Visit
from tests.serving import Server

LOCALES = {"en": "en-GB", "id": "id-ID"}

# What the test fills in at one go has no keys: it counts as many as it has letters; a choice in a list of the
# browser's own counts as opening it and taking one. They listen at the document: a press that missed what
# moved away and is made again is stopped at the window above it.
_LISTENERS = """
let held = false
document.addEventListener("pointerdown", (event) => { if (event.isTrusted) walked("clicks", 1) }, true)
document.addEventListener("keydown", (event) => {
  if (!event.isTrusted || ["Control", "Shift", "Alt", "Meta"].includes(event.key)) return
  held = true
  walked("keys", 1)
}, true)
document.addEventListener("keyup", () => { held = false }, true)
document.addEventListener("input", (event) => {
  const typed = event.composedPath()[0]
  if (held || typed.type === "radio" || typed.type === "checkbox") return
  if (typed.tagName === "SELECT") walked("clicks", 2)
  else walked("keys", String(typed.value ?? "").length)
}, true)
"""


def today() -> date:
    """Where the company is."""
    return datetime.now(ZoneInfo("Asia/Jakarta")).date()


@dataclass(slots=True)
class Walk:
    """`own` is the language of each of the sample people, which they get back when the walk is over."""

    chromium: Browser
    server: Server
    language: str
    own: dict[str, str]
    artefacts: Path
    clicks: int = 0
    keys: int = 0
    begun: float = field(default_factory=time.monotonic)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def says(self, english: str, indonesian: str) -> str:
        """What stands on the page in the language of this walk."""
        return indonesian if self.language == "id" else english

    def stranger(self, path: str, *, width: int = 1440, height: int = 900) -> Visit:
        """Somebody who has never been here, at a page that anybody may see."""
        visit = Visit(self._machine(width, height).new_page(), self.server.address)
        visit.open(path)
        return visit

    def person(self, name: str, path: str = "/", *, width: int = 1440, height: int = 900) -> Visit:
        """One of the sample people, signed in as on any morning: the walk counts from here."""
        cookie, _, token = self.server.cookie(name, self.language).partition("=")
        self._names.add(name)
        machine = self._machine(width, height)
        machine.add_cookies([{"name": cookie, "value": token, "url": self.server.address}])
        visit = Visit(machine.new_page(), self.server.address)
        visit.open(path)
        visit.page.get_by_test_id("stSidebar").wait_for(state="attached")
        return visit

    def done(self, task: str, last: Visit, *, clicks: int) -> None:
        """Keeps the picture and the figures. `clicks` are the most that the task may take: it fails once a
        page has become clumsier."""
        self.artefacts.mkdir(parents=True, exist_ok=True)
        name = f"{task}-{self.language}"
        expect(last.page.locator("[data-test-script-state=running]")).to_have_count(0)
        last.page.screenshot(path=self.artefacts / f"{name}.png", full_page=True)
        seconds = round(time.monotonic() - self.begun, 1)
        figures = {"task": task, "language": self.language, "clicks": self.clicks, "keys": self.keys}
        (self.artefacts / f"{name}.json").write_text(json.dumps(figures | {"seconds": seconds}) + "\n")
        assert self.clicks <= clicks

    def over(self) -> None:
        for context in self._contexts:
            context.close()
        for name in self._names:
            self.server.cookie(name, self.own[name])

    def _machine(self, width: int, height: int) -> BrowserContext:
        context = self.chromium.new_context(
            locale=LOCALES[self.language], viewport={"width": width, "height": height}
        )
        context.set_default_timeout(45_000)
        context.expose_function("walked", lambda what, count: self._walked(what, count))
        context.add_init_script(_LISTENERS)
        self._contexts.append(context)
        return context

    def _walked(self, what: str, count: int) -> None:
        if what == "clicks":
            self.clicks += count
        else:
            self.keys += count
