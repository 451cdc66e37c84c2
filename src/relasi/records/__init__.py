"""Every read and write of records: one recipe for pages, imports, rules and the command line alike.

`Records` is what callers use, one verb one transaction; `Work` is the same inside a transaction and holds
the recipe.
What rules do after a write is not known here: they are plugged in as `Rules`.
"""

from relasi.records.access.rights import Rights
from relasi.records.actor import Actor, Source
from relasi.records.draft import Accepted, Past
from relasi.records.events import Event, Rules
from relasi.records.forms import FormState
from relasi.records.record import Choosing, ListRequest, Record, RecordPage, RowResult
from relasi.records.service import Allowed, Records
from relasi.records.singly import written
from relasi.records.tables import RowEdit, TableRow, TableRows
from relasi.records.timeline import TimelineEntry
from relasi.records.work import Work

__all__ = [
    "Accepted",
    "Actor",
    "Allowed",
    "Choosing",
    "Event",
    "FormState",
    "ListRequest",
    "Past",
    "Record",
    "RecordPage",
    "Records",
    "Rights",
    "RowEdit",
    "RowResult",
    "Rules",
    "Source",
    "TableRow",
    "TableRows",
    "TimelineEntry",
    "Work",
    "written",
]
