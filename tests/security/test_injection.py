"""OWASP A03, injection: what users send is data wherever it ends up: SQL, the expression language, paths,
JSON, headers. Markup is tried in a browser, in tests/browser/test_markup.py."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.security.conftest import Make
from tests.security.tab import tab
from tests.serving import Server

SQL = [
    "' OR '1'='1",
    "'; DROP TABLE customer; --",
    "%' UNION SELECT password_hash, 1 FROM relasi_users --",
    "\\",
    "%",
    "_",
    '"',
    "\0",
    "\ud7ff\U0010ffff",
]
EXPRESSION = [
    'x" or true or "',
    "x' or subject != '",
    "1 or 1 = 1",
    "__import__('os').system('id')",
    "{{7*7}}${7*7}",
    "(" * 5_000,
    "not " * 5_000,
]
PATHS = [
    "../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "C:\\windows\\win.ini",
    "a" * 5_000,
    "%ff%fe",
]


@pytest.mark.parametrize("typed", SQL + EXPRESSION)
def test_a_search_finds_what_holds_the_text_and_nothing_else(server: Server, typed: str) -> None:
    path = f"/lookup/customer?q={quote(typed, errors='replace')}"

    status, _, found = server.ask(path, Cookie=server.cookie("sari"))

    assert status == 200
    assert all(typed.strip("\0") in each["title"] for each in json.loads(found))


@pytest.mark.parametrize("typed", SQL + EXPRESSION)
def test_the_address_of_a_list_filters_and_sorts_by_what_there_is(server: Server, typed: str) -> None:
    value = quote(typed, errors="replace")
    with tab(server, server.cookie("sari")) as sari:
        for query in (f"q={value}", f"f.subject={value}", f"f.{value}=1", f"sort={value}", f"list={value}"):
            answer = sari.run("service-task", query)
            assert sari.ids("service.task.sort"), query
            assert "Traceback" not in answer
    assert server.ask("/readyz")[0] == 200


@pytest.mark.parametrize("typed", EXPRESSION)
def test_a_value_is_no_part_of_the_expression_it_is_compared_in(
    server: Server, make: Make, typed: str
) -> None:
    make("task", "sari", subject="Never asked for")
    with tab(server, server.cookie("sari")) as sari:
        answer = sari.run("service-task", f"f.subject={quote(typed)}")
    assert "Never asked for" not in answer


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "folder", ["/files/", "/static/", "/media/", "/component/", "/lookup/", "/export/", "/"]
)
def test_no_path_leads_out_of_its_folder(server: Server, folder: str, path: str) -> None:
    address = folder + quote(path, safe="/%")
    status, _, text = server.ask(address, Cookie=server.cookie("sari"))
    assert status < 500
    assert "root:" not in text


@pytest.mark.parametrize(
    "record",
    ["[" * 9_000, '{"a":' * 1_500, "null", "1e999999999", '{"customer": {"$ne": 1}}', "\0", '"', *SQL[:2]],
)
def test_what_a_picker_tells_of_the_form_around_it_may_be_anything(server: Server, record: str) -> None:
    path = f"/lookup/contact?q=a&field=opportunity.contact&record={quote(record)}"
    assert server.ask(path, Cookie=server.cookie("maya"))[0] == 200


@pytest.mark.parametrize(
    "body", ["[" * 200_000, '{"a":' * 100_000, "1e999999999", "\0", "{", "[]", '"x"', ""]
)
def test_a_form_for_programs_takes_whatever_comes_calmly(server: Server, body: str) -> None:
    headers = {
        "Content_Type": "application/json",
        "Accept": "application/json",
        "X_Forwarded_For": "203.0.113.8",
    }

    status, _, text = server.ask("/form/enquiry", method="POST", body=body, **headers)

    assert 400 <= status < 500
    assert "message" in json.loads(text)


def test_a_file_name_breaks_out_of_no_header(server: Server, make: Make) -> None:
    sari = server.cookie("sari")
    name = quote('a"; filename="evil.html\r\nX-Evil: 1\r\n\r\n<script>.pdf')
    path = f"/files/complaint/attachments?name={name}"
    sent = server.ask(path, method="POST", body=b"%PDF-1.7", Cookie=sari, Origin=server.address)[2]
    file = json.loads(sent)["id"]
    customer = make("customer", "sari", name="PT Nama").id
    record = make("complaint", "sari", subject="Named", customer=customer, attachments=[file]).id

    status, headers, _ = server.ask(f"/files/complaint/{record}/attachments/{file}", Cookie=sari)

    assert status == 200
    assert "x-evil" not in headers
    assert headers["content-disposition"].startswith("attachment")
    assert headers["content-type"] == "application/octet-stream"
