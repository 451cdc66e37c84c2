"""Drafts, publishing and taking back: files and database change together, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from relasi.errors import EditRefused, PlanRefused, ProjectInvalid
from relasi.runtime import Crm, open_crm
from relasi.studio.publishing import propose, publish, take_back
from relasi.studio.workshop import Workshop
from tests.studio.conftest import BOSS, EVERYTHING, FILE, THING

WITH_NOTE = THING + "  note: text\n"


def published(workshop: Workshop, text: str, file: str = FILE) -> str:
    workshop.keep(file, text)
    return publish(workshop, propose(workshop).digest).id


def on_disk(root: Path, file: str = FILE) -> str:
    return (root / file).read_text(encoding="utf-8")


def fields(root: Path) -> set[str]:
    opened = open_crm(root)
    try:
        record = opened.records.create(EVERYTHING, "thing", {"name": "Drill"})
        return set(record.values)
    finally:
        opened.close()


def test_a_draft_leaves_the_file_alone(ani: Workshop, root: Path) -> None:
    ani.keep(FILE, WITH_NOTE)
    assert (ani.open(FILE).text, on_disk(root)) == (WITH_NOTE, THING)


def test_a_draft_that_says_what_the_file_says_is_none(ani: Workshop) -> None:
    ani.keep(FILE, WITH_NOTE)
    ani.keep(FILE, THING)
    assert ani.drafts() == ()


def test_a_draft_is_checked_within_the_project(ani: Workshop) -> None:
    ani.keep(FILE, THING + "  owner: {type: link, to: thng}\n")
    (found,) = ani.checked().diagnostics
    assert (found.span.file, found.span.line, found.suggestion) == (FILE, 5, "thing")


def test_drafts_of_several_files_are_checked_together(ani: Workshop) -> None:
    ani.keep(FILE, THING + "  maker: {type: link, to: firm}\n")
    ani.keep("schema/firm.yaml", "entity: firm\nfields:\n  name: text\n")
    assert not ani.checked().diagnostics.has_errors


def test_the_second_on_a_file_sees_the_draft_of_the_first(ani: Workshop, budi: Workshop) -> None:
    ani.keep(FILE, WITH_NOTE)
    opened = budi.open(FILE)
    assert (opened.text, [each.text for each in opened.others]) == (THING, [WITH_NOTE])


def test_publishing_changes_the_file_and_the_database(ani: Workshop, root: Path) -> None:
    published(ani, WITH_NOTE)
    assert on_disk(root) == WITH_NOTE
    assert "note" in fields(root)
    assert ani.drafts() == ()


def test_what_is_published_is_what_was_looked_at(ani: Workshop, root: Path) -> None:
    ani.keep(FILE, WITH_NOTE)
    seen = propose(ani).digest
    ani.keep(FILE, WITH_NOTE + "  more: text\n")
    with pytest.raises(EditRefused) as refused:
        publish(ani, seen)
    assert (refused.value.code, on_disk(root)) == ("drafts_changed", THING)


def test_errors_are_not_published(ani: Workshop, root: Path) -> None:
    with pytest.raises(ProjectInvalid):
        published(ani, THING + "  note: txt\n")
    assert on_disk(root) == THING


def test_a_file_that_others_have_changed_is_not_overwritten(
    ani: Workshop, budi: Workshop, root: Path
) -> None:
    ani.keep(FILE, WITH_NOTE)
    published(budi, THING + "  color: text\n")
    assert ani.open(FILE).moved
    with pytest.raises(EditRefused) as refused:
        publish(ani, propose(ani).digest)
    assert refused.value.code == "file_changed"
    assert on_disk(root) == THING + "  color: text\n"


def test_whoever_has_seen_the_other_version_may_go_on_with_theirs(
    ani: Workshop, budi: Workshop, root: Path
) -> None:
    ani.keep(FILE, THING + "  color: text\n  note: text\n")
    published(budi, THING + "  color: text\n")
    ani.rebase(FILE)
    publish(ani, propose(ani).digest)
    assert on_disk(root) == THING + "  color: text\n  note: text\n"


def test_what_the_data_forbid_leaves_the_files_alone(ani: Workshop, crm: Crm, root: Path) -> None:
    for _ in range(2):
        crm.records.create(EVERYTHING, "thing", {"name": "Drill"})
    with pytest.raises(PlanRefused):
        published(ani, THING + "unique: [[name]]\n")
    assert on_disk(root) == THING


def test_nobody_shuts_themselves_out(ani: Workshop, root: Path) -> None:
    with pytest.raises(EditRefused) as refused:
        published(ani, "roles:\n  clerk: {everything: true}\n", "config/roles.yaml")
    assert refused.value.code == "locks_you_out"


def test_taking_back_brings_files_and_values_back(ani: Workshop, root: Path) -> None:
    published(ani, WITH_NOTE)
    opened = open_crm(root)
    key = opened.records.create(EVERYTHING, "thing", {"name": "Drill", "note": "red"}).id
    opened.close()
    later = open_crm(root)
    again = Workshop(later, BOSS)
    gone = published(again, THING)
    later.close()
    last = open_crm(root)
    take_back(Workshop(last, BOSS), gone)
    last.close()
    assert on_disk(root) == WITH_NOTE
    opened = open_crm(root)
    assert opened.records.get(EVERYTHING, "thing", key).values["note"] == "red"
    opened.close()


def test_links_that_are_derived_do_not_stand_in_the_way_of_taking_back(ani: Workshop, root: Path) -> None:
    ani.keep("schema/firm.yaml", "entity: firm\nfields:\n  name: text\n")
    ani.keep("schema/deal.yaml", "entity: deal\nfields:\n  name: text\n  firm: {type: link, to: firm}\n")
    part = "entity: part\nfields:\n  name: text\n  deal: {type: link, to: deal}\n"
    ani.keep("schema/part.yaml", f"{part}  firm: {{type: copy, from: deal.firm}}\n")
    publish(ani, propose(ani).digest)
    opened = open_crm(root)
    again = Workshop(opened, BOSS)
    take_back(again, published(again, WITH_NOTE))
    opened.close()
    assert on_disk(root) == THING


def test_a_change_of_words_can_be_taken_back_too(ani: Workshop, root: Path) -> None:
    first = published(ani, THING + "label: Tool\n")
    take_back(ani, first)
    assert on_disk(root) == THING
    assert not propose(ani).is_due


def test_a_new_file_is_gone_after_it_is_taken_back(ani: Workshop, root: Path) -> None:
    new = published(ani, "entity: firm\nfields:\n  name: text\n", "schema/firm.yaml")
    opened = open_crm(root)
    take_back(Workshop(opened, BOSS), new)
    opened.close()
    assert not (root / "schema/firm.yaml").exists()


def test_only_the_last_publication_is_taken_back(ani: Workshop) -> None:
    first = published(ani, THING + "label: Tool\n")
    published(ani, THING + "label: Machine\n")
    with pytest.raises(EditRefused) as refused:
        take_back(ani, first)
    assert refused.value.code == "not_the_last"


def test_the_right_to_read_a_file_stays(ani: Workshop, root: Path) -> None:
    (root / FILE).chmod(0o640)
    published(ani, WITH_NOTE)
    assert (root / FILE).stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "file",
    [
        "../outside.yaml",
        "/etc/passwd",
        "schema/../config/crm.yaml",
        "schema/.hidden.yaml",
        "schema/thing.txt",
        "data/shop.db",
        "relasi:schema/customer.yaml",
    ],
)
def test_nothing_but_files_of_the_project_is_opened(ani: Workshop, file: str) -> None:
    with pytest.raises(EditRefused):
        ani.open(file)


def test_a_link_that_leads_out_of_the_project_is_not_followed(
    ani: Workshop, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.yaml"
    outside.write_text("secret", encoding="utf-8")
    (root / "schema/out.yaml").symlink_to(outside)
    with pytest.raises(EditRefused):
        ani.open("schema/out.yaml")


def test_where_the_data_live_is_changed_on_the_server(ani: Workshop) -> None:
    with pytest.raises(EditRefused) as refused:
        ani.open("config/platforms/local.yaml")
    assert refused.value.code == "edit_closed"


def test_files_tell_whose_drafts_there_are_and_what_is_not_applied(
    ani: Workshop, budi: Workshop, root: Path
) -> None:
    ani.keep(FILE, WITH_NOTE)
    budi.keep("schema/firm.yaml", "entity: firm\nfields:\n  name: text\n")
    later = (root / FILE).stat().st_mtime + 60
    os.utime(root / "config/roles.yaml", (later, later))
    found = {each.file: each for each in ani.files(ani.compiled().project)}
    assert found[FILE].drafted_by == ("u-ani",)
    assert found["schema/firm.yaml"].drafted_by == ("u-budi",)
    assert [each.file for each in found.values() if each.changed] == ["config/roles.yaml"]
