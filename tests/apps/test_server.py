"""The server as a process: what it gives to whom, and what it says when it cannot serve."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from relasi.deploy import Stamp, apply, make_plan
from relasi.runtime import open_crm
from tests.patience import until
from tests.serving import Server, copy_content, streamlit_run


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


@pytest.mark.parametrize("path", ["/_stcore/upload_file/a/b", "/media/x.png", "/lookup/task?q=a"])
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
    cookie = server.cookie("sari")
    assert server.ask("/lookup/task?q=a", Cookie=cookie)[0] == 200

    server.ask("/sign-out", method="POST", Cookie=cookie, Origin=server.address)

    assert server.ask("/lookup/task?q=a", Cookie=cookie)[0] == 401


def test_a_broken_project_is_told_calmly_and_opens_once_it_is_mended_and_applied(tmp_path: Path) -> None:
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

        assert "relasi apply" in _once_not(server, "relasi check")

        with closing(open_crm(root)) as crm:
            plan = make_plan(crm.model, crm.database, now=crm.clock())
            apply(plan, crm.model, crm.database, Stamp(crm.new_id(), crm.clock()))

        assert "Sign in" in _once_not(server, "relasi apply")


def _once_not(server: Server, said: str) -> str:
    """The page once it no longer says that: the server looks at the project every other second at most."""
    until(lambda: said not in server.ask("/sign-in")[2])
    return server.ask("/sign-in")[2]
