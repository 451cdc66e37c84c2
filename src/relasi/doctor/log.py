"""The audit log: whether it is what it was when it was written."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.doctor.finding import Finding
from relasi.runtime import Crm
from relasi.store.verifying import Break, verify

_LINKS = 500
"""So many of the last ones: to look at all, which may take minutes, is for `relasi audit verify`."""

_WORDS = {
    "changed": "The entry {entry} of the audit log is not what it was when it was written (link {link}).",
    "gone": "The entry {entry} of the audit log is gone (link {link}).",
    "added": "The entry {entry} was put into the audit log past Relasi.",
    "link": "Link {link} in the chain of the audit log is not what it was, or one before it is gone.",
}


def chain(crm: Crm) -> Iterator[Finding]:
    with crm.store.session(write=False) as session:
        broken = verify(session.audit, most=_LINKS).broken
    if broken is not None:
        yield Finding(
            "audit",
            told(broken),
            "Somebody has worked on the database past Relasi; the log does not prove what happened.",
            "Compare with the newest backup for which relasi audit verify finds nothing, and ask who could"
            " reach the database since.",
        )


def told(broken: Break) -> str:
    """The first thing that is wrong, in words."""
    return _WORDS[broken.what].format(entry=broken.entry, link=broken.link)
