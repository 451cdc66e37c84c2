"""A file is tried as a whole beside the data, in a thread of its own."""

from __future__ import annotations

from relasi.apps.importing.trying import Trial
from relasi.apps.places import Here
from relasi.importing import run
from relasi.records import ListRequest
from tests.apps.importing.conftest import Begin

_PATIENCE = 300
"""Seconds: more than any machine needs."""


def tried(here: Here, content: str, begin: Begin, *, stopped: bool = False) -> Trial:
    wizard, trial = begin(content), Trial()
    if stopped:
        trial.stop()
    trial.start(here.visitor.crm, wizard.actor(here.visitor), wizard.prepare(here.visitor), again=False)
    assert trial.wait(_PATIENCE)
    return trial


def test_every_row_is_tried_and_nothing_kept(here: Here, begin: Begin) -> None:
    rows = "".join(f"Letter {n},{'many' if n % 100 == 99 else n}\n" for n in range(run.BATCH + 100))
    trial = tried(here, f"Subject,Pages\n{rows}", begin)
    assert (trial.done, trial.total, trial.refusal) == (600, 600, None)
    assert trial.findings.counts == {"created": 594, "refused": 6}
    assert [len(each.lines) for each in trial.findings.groups()] == [6]
    visitor = here.visitor
    assert visitor.crm.records.list(visitor.actor, ListRequest("letter")).records == ()


def test_nobody_waits_for_what_nobody_wants_any_more(here: Here, begin: Begin) -> None:
    trial = tried(here, "Subject\nOne\n", begin, stopped=True)
    assert (trial.done, trial.findings.counts, trial.refusal) == (0, {}, None)


def test_what_cannot_be_tried_says_why(here: Here, begin: Begin) -> None:
    wizard, trial = begin("Subject\nOne\n"), Trial()
    wanted = wizard.prepare(here.visitor)
    wizard.file.path.write_text('Subject\n"never closed\n')
    trial.start(here.visitor.crm, wizard.actor(here.visitor), wanted, again=False)
    assert trial.wait(_PATIENCE)
    assert trial.refusal is not None
    assert "quote" in trial.refusal.text("en")
