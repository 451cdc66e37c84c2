from __future__ import annotations

from dataclasses import replace

import pytest

from relasi.apps.places import Here
from relasi.apps.values import Display
from relasi.records import Record
from tests.records.world import World
from tests.schema.fields.making import made


def test_a_choice_is_a_badge_in_its_color(world: World, here: Here) -> None:
    record = world.create("letter", subject="One", urgency="high")

    cell = Display.of(here, [record], []).cell(here.entity.fields["urgency"], record)

    assert cell["badges"] == [{"text": "High", "color": "red"}]


def test_a_link_leads_to_a_page_that_the_visitor_has(world: World, here: Here) -> None:
    first = world.create("letter", subject="First")
    record = world.create("letter", subject="Second", answer_to=first.id)

    cell = Display.of(here, [record], ["answer_to"]).cell(here.entity.fields["answer_to"], record)

    assert cell == {
        "text": "First",
        "link": {"entity": "letter", "id": first.id, "href": f"/office-letter?id={first.id}"},
    }


def test_a_link_to_an_entity_without_a_page_is_only_its_title(world: World, here: Here) -> None:
    shelf = world.create("shelf", name="Top")
    record = world.create("letter", subject="One", about=f"shelf/{shelf.id}")

    cell = Display.of(here, [record], ["about"]).cell(here.entity.fields["about"], record)

    assert cell == {"text": "Top"}


@pytest.mark.parametrize(
    ("type_", "value", "leads_to"),
    [
        ("email", "sari@example.com", "mailto:sari@example.com"),
        ("phone", "+62812345678", "tel:+62812345678"),
        ("url", "https://example.com/1", "https://example.com/1"),
    ],
)
def test_an_address_is_a_link_out(here: Here, type_: str, value: str, leads_to: str) -> None:
    record = Record("letter", "1", 1, {"subject": value}, "")
    field = replace(here.entity.fields["subject"], type=made(type_))

    assert Display.of(here, [record], []).cell(field, record)["href"] == leads_to


def test_a_long_text_is_cut_in_a_table(world: World, here: Here) -> None:
    record = world.create("letter", subject="word " * 50)

    cell = Display.of(here, [], []).cell(here.entity.fields["subject"], record, short=True)

    assert len(cell["text"]) < 150
    assert cell["text"].endswith("…")


def test_what_a_mail_program_added_is_folded_away(world: World, here: Here) -> None:
    record = world.create("letter", subject="One", said="It hums.\n\n--\nBudi")

    display = Display.of(here, [record], [])

    field = here.entity.fields["said"]
    assert display.cell(field, record, short=True) == {"text": "It hums."}
    rest = {"label": "Quoted text and signature", "text": "--\nBudi"}
    assert display.cell(field, record) == {"text": "It hums.", "rest": rest}


def test_files_lead_to_themselves_through_their_record(world: World, here: Here) -> None:
    with world.crm.files.arrival(world.engine, "letter", "scans") as upload:
        upload.write(b"%PDF-1.7 " + b"x" * 1_200)
        file = upload.finish("scan.pdf")
    record = world.create("letter", subject="One", scans=[file.id])

    cell = Display.of(here, [record], ["scans"]).cell(here.entity.fields["scans"], record)

    assert cell == {
        "text": "scan.pdf",
        "files": [
            {
                "id": file.id,
                "name": "scan.pdf",
                "note": "1.2 kB",
                "shown": False,
                "href": f"/files/letter/{record.id}/scans/{file.id}",
                "pictured": False,
            }
        ],
    }
