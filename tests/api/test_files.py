"""Files by the API: in for a field, out through a record."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.program import Program
from tests.records.world import World

CONTENT = b"%PDF-1.4 a scan"


def upload(
    program: Program, field: str = "scans", query: str = "?name=scan.pdf"
) -> tuple[int, dict[str, str]]:
    answer = program.ask("POST", f"/files/invoice/{field}{query}", CONTENT, content_type="application/pdf")
    return answer.status_code, answer.json()


def test_a_file_comes_in_is_named_by_a_record_and_comes_out_of_it(clerk: Program) -> None:
    status, file = upload(clerk)
    body = {"fields": {"subject": "Paper", "scans": [file["id"]]}}
    key = clerk.ask("POST", "/records/invoice", body).json()["id"]
    (shown,) = clerk.get(f"/records/invoice/{key}")["links"]["scans"]
    given = clerk.ask("GET", shown["href"].removeprefix("/api"))

    assert (status, file["name"], file["media_type"]) == (201, "scan.pdf", "application/pdf")
    assert shown["size"] == len(CONTENT)
    assert given.content == CONTENT
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["content-disposition"] == 'attachment; filename="scan.pdf"'


def test_a_file_of_a_record_that_may_not_be_read_is_not_there(
    clerk: Program, program: Callable[..., Program]
) -> None:
    chief = program("chief", name="rina")
    _, file = upload(chief)
    body = {"fields": {"subject": "Machine", "amount": 5000, "scans": [file["id"]]}}
    key = chief.ask("POST", "/records/invoice", body).json()["id"]

    assert clerk.ask("GET", f"/files/invoice/{key}/scans/{file['id']}").status_code == 404


def test_only_fields_for_files_take_files(clerk: Program) -> None:
    assert [upload(clerk, field)[0] for field in ("subject", "nothing")] == [404, 404]


def test_a_file_has_a_name(clerk: Program) -> None:
    assert upload(clerk, query="")[1]["code"] == "bad_parameter"


def test_a_key_that_only_reads_brings_no_files(program: Callable[..., Program], world: World) -> None:
    assert upload(program("clerk", "read"))[0] == 403
