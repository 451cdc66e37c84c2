"""What the editor asks for while somebody types, and who is answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from relasi.apps.routes.gate import Gate
from relasi.apps.site import SECURE_COOKIE, Site
from relasi.apps.studio import routes
from relasi.current import Current
from relasi.runtime import Crm, open_crm
from relasi.store.users import User
from tests.studio.conftest import BOSS, FILE, THING

HOST = "https://crm.example.com"
PASSWORD = "correct horse battery"
CLERK = User("u-cleo", "cleo", "Cleo", "cleo@example.com", ("clerk",), "en")


@dataclass(frozen=True, slots=True)
class Browser:
    crm: Crm
    token: str

    def post(self, path: str, text: str, origin: str = HOST) -> httpx.Response:
        site = Site(Current(self.crm.root, lambda _root: self.crm))
        app = Starlette(routes=routes.routes(site), middleware=[Middleware(Gate, site=site)])

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
                headers = {"cookie": f"{SECURE_COOKIE}={self.token}", "origin": origin}
                return await client.post(path, content=text.encode(), headers=headers)

        return asyncio.run(ask())

    def draft(self, text: str, **rest: Any) -> httpx.Response:  # Any: as in `post`
        return self.post(f"{routes.DRAFT}?file={FILE}", text, **rest)


def browser_of(crm: Crm, user: User) -> Browser:
    with crm.store.session() as session:
        if user.id != BOSS.id:
            session.users.add(user)
    crm.accounts.set_password(user.id, PASSWORD)
    return Browser(crm, crm.accounts.sign_in(user.name, PASSWORD, address="127.0.0.1"))


@pytest.fixture
def boss(crm: Crm) -> Browser:
    return browser_of(crm, BOSS)


def test_what_is_typed_is_kept_and_judged(boss: Browser) -> None:
    answer = boss.draft(THING + "  maker: {type: link, to: thng}\n").json()
    (mark,) = answer["marks"]
    assert (mark["line"], mark["suggestion"], answer["errors"]) == (5, "thing", 1)


def test_words_are_suggested_where_the_cursor_stands(boss: Browser) -> None:
    text = "entity: thing\nfields:\n  name: te"
    answer = boss.post(f"{routes.WORDS}?file={FILE}&at={len(text)}", text).json()
    assert "text" in [each["text"] for each in answer["choices"]]


def test_a_file_outside_the_project_is_refused(boss: Browser) -> None:
    answer = boss.post(f"{routes.DRAFT}?file=../crm.yaml", "a: 1\n")
    assert answer.status_code == 409


def test_there_is_nothing_for_other_roles(crm: Crm, root: Path) -> None:
    answer = browser_of(crm, CLERK).draft("entity: thing\n")
    assert answer.status_code == 404
    with crm.store.session(write=False) as session:
        assert session.authoring.drafts() == ()


def test_there_is_nothing_where_studio_is_switched_off(crm: Crm, root: Path) -> None:
    (root / "config/crm.yaml").write_text("crm: 1\nname: Shop\nstudio: false\n", encoding="utf-8")
    off = open_crm(root)
    try:
        assert browser_of(off, BOSS).draft("entity: thing\n").status_code == 404
    finally:
        off.close()


def test_another_site_writes_no_draft(boss: Browser) -> None:
    assert boss.draft("entity: thing\n", origin="https://evil.example").status_code == 403


def test_nobody_writes_a_draft_without_signing_in(crm: Crm) -> None:
    assert Browser(crm, "").draft("entity: thing\n").status_code == 401
