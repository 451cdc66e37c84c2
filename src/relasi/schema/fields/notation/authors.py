"""What the author of a definition is told about a wrong value, where a person at a form is told otherwise."""

from __future__ import annotations

from collections.abc import Mapping

WAYS_OUT: Mapping[str, str] = {
    "not_text": "put it in quotes",
    "not_a_boolean": "write true or false",
    "read_only": "take it away: Relasi gives the value",
    "no_such_record": "take it away: which records there are is not known here",
    "not_me": "write me, for whoever creates the record",
    "not_files": "take it away: people attach files, a definition cannot",
    "no_time_zone": "add the time zone: 2026-11-21T14:05:00+07:00",
}
"""By the code of the problem: what to write instead."""
