"""What a test can say: who there is, what they do, what time it is, and what must come of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.definitions import documents_of
from relasi.diagnostics import Diagnostics, render
from relasi.schema.compiler.trial.trials import compile_trials
from relasi.trial import Outcome, Stage, perform, stage_of
from tests.records.world import compiled

ROLES = """
roles:
  clerk: {label: {en: Clerk, id: Juru}}
  chief: {label: {en: Chief, id: Kepala}, includes: [clerk]}
"""
CASE = """
entity: case
label: {en: Case, id: Kasus}
fields:
  subject: {type: text, required: true}
  file: {type: link, to: folder, required: true}
  owner: user
  due: date
  price: {type: money, min: 0}
  pages: {type: rows, of: page.case}
process:
  field: status
  states: {open: {kind: open}, done: {kind: done}}
  moves:
    finish: {from: [open], to: done, who: [chief], needs: [price]}
access:
  clerk: {read: all, create: true, update: all}
"""
FOLDER = """
entity: folder
label: {en: Folder, id: Map}
fields:
  name: {type: text, required: true}
  email: email
access:
  clerk: {read: all}
"""
PAGE = """
entity: page
label: {en: Page, id: Halaman}
fields:
  case: {type: link, to: case, required: true, on_delete: cascade}
  heading: {type: text, required: true}
  number: number
access:
  clerk: {read: all, create: true, update: all}
"""
REMIND = """
workflow: remind
label: {en: Remind, id: Ingatkan}
entity: case
when: {time: 2 days before due at 09:00}
if: status = open
do:
  - notify: {to: owner, message: soon}
"""
LETTER = """
workflow: letter
label: {en: Letter, id: Surat}
entity: case
when: {enters: done}
do:
  - email: {to: file.email, message: soon}
  - consent: {of: file.email, purpose: service, given: price > 0, wording: "About {subject}", source: a visit}
"""
SOON = """
message: soon
entity: case
subject: {en: "{subject} is due", id: "{subject} jatuh tempo"}
body: {en: "Look after {subject}.", id: "Urus {subject}."}
"""
POST = """
hook: post
label: {en: Post, id: Pos}
entity: case
secret: {env: POST_KEY}
set: {subject: title, price: money, file: {at: folder, find: name}}
"""
NIGHTLY = """
workflow: nightly
label: {en: Nightly, id: Malam}
entity: case
when: every day at 01:00
do:
  - create: folder
    set: {name: "{subject}"}
"""


class Play:
    """Performs tests that are written as the steps of one."""

    def __init__(self, stage: Stage, root: Path) -> None:
        self.stage = stage
        self.root = root

    def __call__(self, text: str) -> Outcome:
        file = self.root / "schema" / "case.yaml"
        file.write_text(CASE + "tests:\n  it:\n" + text)
        diagnostics = Diagnostics()
        (trial,) = compile_trials(self.stage.model, documents_of(self.root), diagnostics)
        assert not list(diagnostics), [render(each, lambda _: ()) for each in diagnostics]
        return perform(self.stage, trial)

    def passes(self, text: str) -> None:
        assert [each.message for each in self(text).failures] == []

    def fails(self, text: str) -> str:
        """What it says."""
        (failure,) = self(text).failures
        return failure.message


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    root = tmp_path_factory.mktemp("play")
    model = compiled(root, (ROLES, CASE, FOLDER, PAGE, REMIND, LETTER, SOON, NIGHTLY, POST))
    documents = documents_of(root)
    with stage_of(model, lambda: documents) as stage:
        yield Play(stage, root)


def test_what_must_be_filled_is_made_up_the_same_each_time(play: Play) -> None:
    text = """
    given: {case: {}}
    steps:
      - expect: {case: {subject: x}}
"""
    said = play.fails(text)
    assert said == "expected case.subject: x; found: Subject 1"
    assert said == play.fails(text)


def test_a_link_that_must_be_filled_leads_to_the_first_record_that_was_given(play: Play) -> None:
    play.passes("""
    given: {folder: {}, case: {}}
    steps:
      - expect: {case: {file: folder}, 1 folder: {}}
""")


def test_a_record_is_made_with_the_rows_of_its_tables_and_has_them(play: Play) -> None:
    play.passes("""
    given: {case: {pages: [{number: 1}, {number: 2, heading: Sums}]}}
    steps:
      - create: {case second: {pages: [{number: 3}]}}
        as: clerk
      - expect: {3 page: {}, case: {pages: [{number: 1}, {heading: "S*"}]}, second: {pages: [{}]}}
""")


def test_rows_that_are_not_as_expected_are_told(play: Play) -> None:
    given = "given: {case: {pages: [{number: 1}, {number: 2}]}}"
    assert (
        play.fails(f"""
    {given}
    steps:
      - expect: {{case: {{pages: [{{number: 1}}, {{number: 3}}]}}}}
""")
        == "expected case.pages: [{number: 1}, {number: 3}]; found: number: 2 in row 2"
    )
    assert (
        play.fails(f"""
    {given}
    steps:
      - expect: {{case: {{pages: [{{number: 1}}]}}}}
""")
        == "expected case.pages: [{number: 1}]; found: 2 rows"
    )


def test_an_empty_value_is_left_empty(play: Play) -> None:
    play.passes("""
    steps:
      - create: {case: {subject: null}}
        fails: required
      - expect: {no case: {}}
""")


def test_every_role_has_somebody_who_may_do_what_the_role_may(play: Play) -> None:
    play.passes("""
    given: {case: {price: 5}}
    steps:
      - move: {case: finish}
        as: clerk
        fails: move_by_roles
      - move: {case: finish}
        as: chief
      - expect: {case: {status: done}}
""")


def test_a_refusal_that_nobody_expected_is_a_failure_with_its_code(play: Play) -> None:
    said = play.fails("""
    given: {case: {}}
    steps:
      - delete: case
        as: clerk
""")
    assert said.startswith("was refused: ")
    assert said.endswith("(may_not_delete)")


def test_a_refusal_that_does_not_come_is_a_failure(play: Play) -> None:
    assert "expected to be refused with required; it was done" in play.fails("""
    given: {case: {}}
    steps:
      - update: {case: {subject: Other}}
        fails: required
""")


def test_things_happen_at_their_own_moment_while_time_passes(play: Play) -> None:
    play.passes("""
    at: "2026-01-05 10:00"
    users: {ann: clerk}
    given: {case: {subject: Rent, owner: ann, due: "2026-01-10"}}
    steps:
      - advance: 70 hours
      - expect: {notified: nobody, 3 folder: {name: Rent}}
      - advance: 1 hour
      - expect: {notified: {to: ann, title: Rent is due*}, ran: remind}
      - advance: 10 days
      - expect: {notified: nobody}
""")


def test_what_was_over_when_the_record_came_is_not_made_up_for(play: Play) -> None:
    play.passes("""
    at: "2026-01-05 10:00"
    users: {ann: clerk}
    steps:
      - advance: 3 days
      - create: {case: {subject: Rent, owner: ann, due: "2026-01-09"}}
      - advance: 3 days
      - expect: {notified: nobody}
""")


def test_what_happened_counts_from_the_first_step_after_something_was_expected(play: Play) -> None:
    play.passes("""
    given:
      folder: {email: ann@example.com}
      case: {file: folder, price: 1}
    as: chief
    steps:
      - move: {case: finish}
      - advance: 1 hour
      - expect: {mailed: "ann@*"}
      - expect: {mailed: {to: folder.email, message: soon}}
      - advance: 1 hour
      - expect: {mailed: nobody}
""")


def test_what_people_agree_to_is_expected_like_a_mail(play: Play) -> None:
    play.passes("""
    given:
      folder: {email: ann@example.com}
      case: {file: folder, price: 1, subject: Rent}
    as: chief
    steps:
      - expect: {consented: nobody}
      - move: {case: finish}
      - expect:
          consented: {to: folder.email, purpose: service, given: true, wording: "*Rent", source: a visit}
""")


def test_a_record_that_is_expected_is_known_from_then_on(play: Play) -> None:
    play.passes("""
    given: {case: {}}
    steps:
      - expect: {folder made: {}}
      - update: {made: {name: Other}}
      - expect: {made: {name: O*r}}
""")


def test_a_record_that_never_came_to_be_fails_what_is_expected_of_it_and_not_the_run(play: Play) -> None:
    outcome = play("""
    given: {case: {subject: Rent}}
    steps:
      - expect: {folder made: {name: Nowhere}, case: {file: made}}
""")
    assert [each.message.partition(";")[0] for each in outcome.failures] == [
        "expected a folder with name: Nowhere",
        "expected case.file: made",
    ]


def test_records_are_counted(play: Play) -> None:
    assert (
        play.fails("""
    given: {folder a: {name: A}, folder b: {name: B}}
    steps:
      - expect: {3 folder: {}}
""")
        == "expected 3 folder; found 2, of these: a; b"
    )


def test_a_rule_that_did_not_run_says_what_it_did_instead(play: Play) -> None:
    assert (
        play.fails("""
    given: {case: {status: done}}
    steps:
      - expect: {ran: remind}
""")
        == "expected remind: ran; found: not triggered"
    )


def test_dates_are_reckoned_from_the_clock_of_the_test(play: Play) -> None:
    play.passes("""
    given: {case: {due: today() + 30 days}}
    steps:
      - expect: {case: {due: "2026-02-04"}}
      - advance: 2 days
      - expect: {case: {due: today() + 28 days}}
""")


def test_two_performances_share_nothing(play: Play) -> None:
    text = """
    given: {folder: {}}
    steps:
      - expect: {1 folder: {}}
"""
    play.passes(text)
    play.passes(text)


def test_other_systems_send_records(play: Play) -> None:
    play.passes("""
    given: {folder: {name: Home}}
    steps:
      - receive: post
        body: {title: Rent, money: 2.5, folder: Home}
      - expect: {case: {subject: Rent, price: 2.5, file: folder}}
      - receive: post
        body: {title: Rent, money: -1, folder: Home}
        fails: too_small
""")


def test_a_time_that_never_comes_is_a_failure(play: Play) -> None:
    assert (
        play.fails("""
    at: "9999-12-30 10:00"
    steps:
      - advance: 9 days
""")
        == "there is no such time"
    )
