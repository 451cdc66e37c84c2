"""What became of rows, or would: those with the same reason together, each group with its rows, and the
refused ones as a file to correct."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping

import streamlit as st

from relasi.apps import components
from relasi.apps.importing.findings import Findings, Group
from relasi.apps.importing.rows import rows_data
from relasi.apps.importing.wizard import Wizard
from relasi.apps.importing.words import COLORS, reasons, told, unlinked
from relasi.apps.places import Here
from relasi.exporting.files import Format
from relasi.importing.cells import as_text
from relasi.importing.formulas import disarmed
from relasi.importing.preview import Previewed
from relasi.importing.report import Action, RowOutcome
from relasi.importing.tables import Row

_GROUPS = 12
_ROWS = 20
"""So many rows of a group are shown; a file has all that were refused."""


def show_groups(here: Here, wizard: Wizard, findings: Findings) -> None:
    visitor, found = here.visitor, findings.groups()
    shown = found[:_GROUPS]
    rows = _rows(wizard, {line for each in shown for line in each.lines[:_ROWS]})
    for place, group in enumerate(shown):
        with st.expander(_title(here, group), key=here.key("import_why", str(place))):
            data = rows_data(here, wizard, _previewed(group, findings, rows))
            components.table(data, key=here.key("import_why_rows", str(place)), on_open=here.open)
            if (rest := len(group.lines) - _ROWS) > 0:
                st.caption(told(visitor, "refused_more", count=visitor.number(rest)))
    if rest := sum(len(each.lines) for each in found[_GROUPS:]):
        st.caption(told(visitor, "refused_more", count=visitor.number(rest)))


def offer_refused(here: Here, wizard: Wizard, refused: Mapping[int, RowOutcome], key: str) -> None:
    """The rows as a file, with a column that says why each was refused."""
    visitor = here.visitor
    name = wizard.file.file.name.rpartition(".")[0] or wizard.file.file.name
    st.download_button(
        told(visitor, "refused_rows"),
        lambda: "".join(refused_rows(here, wizard, refused)).encode("utf-8-sig"),
        file_name=f"{name} - {told(visitor, 'refused')}.csv",
        mime=Format.CSV.media_type,
        icon=":material/download:",
        help=told(visitor, "refused_rows_help"),
        key=here.key(key),
        on_click="ignore",
    )


def refused_rows(here: Here, wizard: Wizard, refused: Mapping[int, RowOutcome]) -> Iterator[str]:
    """The rows as they stand in the file, each with the reason."""
    visitor, table = here.visitor, wizard.table
    line = io.StringIO()
    writer = csv.writer(line)

    def written(cells: list[str]) -> str:
        line.seek(0)
        line.truncate()
        writer.writerow([disarmed(cell) for cell in cells])
        return line.getvalue()

    assert table is not None
    yield written([*table.columns, told(visitor, "reason")])
    for row in table.rows():
        if outcome := refused.get(row.line):
            yield written([*map(as_text, row.cells), reasons(visitor, here.entity, outcome.reasons)])


def _title(here: Here, group: Group) -> str:
    """How many rows, and why; where each has a reason of its own, that of the first."""
    visitor, color = here.visitor, COLORS[group.action]
    count = told(visitor, "rows", count=visitor.number(len(group.lines)))
    if group.action in (Action.CREATED, Action.UPDATED):
        color = "orange"
    said = unlinked(reasons(visitor, here.entity, [group.first]))
    return f":{color}-badge[{count}] {said if group.is_same else told(visitor, 'such_as', reason=said)}"


def _previewed(group: Group, findings: Findings, rows: Mapping[int, Row]) -> list[Previewed]:
    """The first rows of a group, as they stand in the file."""
    why = (group.first,) if group.is_same else ()
    return [
        Previewed(rows[line], findings.refused.get(line) or RowOutcome(line, group.action, None, why), None)
        for line in group.lines[:_ROWS]
        if line in rows
    ]


def _rows(wizard: Wizard, lines: Collection[int]) -> Mapping[int, Row]:
    """Those of the file that begin at these lines."""
    missing = set(lines) - wizard.rows.keys()
    if missing and wizard.table is not None:
        wizard.rows |= {row.line: row for row in wizard.table.rows() if row.line in missing}
    return wizard.rows
