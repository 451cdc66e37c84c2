"""The server as a process: what it gives to whom, and what it says when it cannot serve."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from relasi.current import LOOK_SECONDS
from relasi.deploy import Stamp, apply, make_plan
from relasi.runtime import open_crm
from tests.serving import Server, copy_content, relasi_run, streamlit_run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with relasi_run(copy_content(tmp_path_factory.mktemp("crm"))) as started:
        yield started


def sign_in(
    server: Server, *, origin: str | None = None, password: str = "relasi-sari"
) -> tuple[int, dict[str, str], str]:
    headers = {"Content_Type": "application/x-www-form-urlencoded", "Origin": origin or server.address}
    return server.ask("/sign-in", method="POST", body=f"name=sari&password={password}&next=/x", **headers)


def test_a_server_that_is_ready_says_so(server: Server) -> None:
    assert server.ask("/readyz")[::2] == (200, '{"ready":true}')


def test_a_stranger_gets_the_sign_in_page_instead_of_any_other(server: Server) -> None:
    status, headers, _ = server.ask("/service-task?id=7", Accept="text/html")

    assert (status, headers["location"]) == (303, "/sign-in?next=/service-task%3Fid%3D7")


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/upload_file/a/b", "/media/x.png", "/lookup/task?q=a"]
)
def test_a_stranger_gets_nothing_else(server: Server, path: str) -> None:
    assert server.ask(path)[0] == 401


def test_a_cookie_that_somebody_made_up_opens_nothing(server: Server) -> None:
    assert server.ask("/lookup/task?q=a", Cookie="relasi_session=made-up")[0] == 401


def test_the_right_password_gives_a_cookie_that_scripts_cannot_read(server: Server) -> None:
    status, headers, _ = sign_in(server)

    assert (status, headers["location"]) == (303, "/x")
    cookie = headers["set-cookie"].lower()
    assert cookie.startswith("relasi_session=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_form_of_another_site_is_refused(server: Server) -> None:
    assert sign_in(server, origin="http://evil.example")[0] == 403


def test_a_wrong_password_gives_no_cookie(server: Server) -> None:
    status, headers, page = sign_in(server, password="wrong")

    assert status == 401
    assert "set-cookie" not in headers
    assert 'value="sari"' in page
    assert "wrong" not in page


@pytest.mark.parametrize(("address", "kept"), [("/sign-in?language=id", "id"), ("/sign-in", "")])
def test_only_a_language_that_was_clicked_goes_in_with_the_user(
    server: Server, address: str, kept: str
) -> None:
    page = server.ask(address, Accept_Language="id")[2]

    assert '<html lang="id">' in page
    assert f'name="language" value="{kept}"' in page


def test_signing_out_ends_the_session_for_good(server: Server) -> None:
    cookie = sign_in(server)[1]["set-cookie"].partition(";")[0]
    assert server.ask("/lookup/task?q=a", Cookie=cookie)[0] == 200

    server.ask("/sign-out", method="POST", Cookie=cookie, Origin=server.address)

    assert server.ask("/lookup/task?q=a", Cookie=cookie)[0] == 401


def test_no_other_site_may_put_the_pages_into_a_frame(server: Server) -> None:
    _, headers, _ = server.ask("/sign-in")

    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_what_is_applied_shows_on_the_next_page(server: Server) -> None:
    file = server.root / "config" / "crm.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("name: Relasi", "name: Astra"), encoding="utf-8")
    assert "Astra" not in server.ask("/sign-in")[2]

    with closing(open_crm(server.root)) as crm:
        plan = make_plan(crm.model, crm.database, now=crm.clock())
        apply(plan, crm.model, crm.database, Stamp(crm.new_id(), crm.clock()))
    time.sleep(LOOK_SECONDS)

    assert "Astra" in server.ask("/sign-in")[2]


def test_a_broken_project_is_told_calmly_and_opens_once_it_is_mended(tmp_path: Path) -> None:
    root = copy_content(tmp_path / "crm")
    broken = root / "schema" / "task.yaml"
    right = broken.read_text(encoding="utf-8")
    broken.write_text(right.replace("type: text", "type: txt", 1), encoding="utf-8")
    with streamlit_run(root, "apps/service.py", cwd=tmp_path) as server:
        status, _, page = server.ask("/sign-in")
        assert status == 503
        assert "relasi check" in page
        assert "Traceback" not in page
        assert "txt" in server.log.read_text(encoding="utf-8")

        broken.write_text(right, encoding="utf-8")

        assert "relasi apply" in _after_a_while(server)


def _after_a_while(server: Server) -> str:
    """The page once the server looks at the project again: it does so every other second at most."""
    for _ in range(50):
        page = server.ask("/sign-in")[2]
        if "relasi check" not in page:
            return page
        time.sleep(0.2)
    raise AssertionError("the server still says that the project is broken")
