from __future__ import annotations

import logging

from relasi.cli.logs import OneLine


def written(message: str, *values: object, error: BaseException | None = None) -> str:
    known = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("relasi.apps", logging.WARNING, __file__, 1, message, values, known)
    record.created = 0
    return OneLine().format(record)


def test_an_event_is_a_line_with_its_moment() -> None:
    assert written("refused: %s", "no") == "1970-01-01T00:00:00Z WARNING relasi.apps: refused: no"


def test_what_users_send_cannot_pass_for_another_event() -> None:
    line = written(
        "refused: %s", "x\n1970-01-01T00:00:00Z WARNING relasi.apps: signed in\r\x1b[2J\u2028y\ud800"
    )
    assert line.splitlines() == [line]
    assert "x\\n1970" in line
    assert "\x1b" not in line


def test_words_in_any_script_stay_as_they_are() -> None:
    assert written("refused: %s", "Béatrice 田").endswith("refused: Béatrice 田")


def test_a_traceback_is_indented_so_that_no_line_of_it_passes_for_an_event() -> None:
    try:
        raise ValueError("a\n1970-01-01T00:00:00Z WARNING relasi.apps: signed in")
    except ValueError as error:
        first, *rest = written("mishap", error=error).splitlines()
    assert first.endswith("mishap")
    assert rest
    assert all(line.startswith("    ") for line in rest)
