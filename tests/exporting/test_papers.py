"""The papers of a list as one PDF."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest

from relasi.errors import Refused
from relasi.exporting.export import Wanted
from relasi.exporting.files import Format, formats_of
from relasi.records import Actor, ListRequest
from relasi.schema.model import Sort
from tests.records.world import World

ROLES = "roles: {boss: {everything: true}, agent: {}}"

PARCEL = """
entity: parcel
title: "{name}"
fields:
  name: text
  postcode: text
  letter: files
  secret: files
  photo: image
  owner: user
access:
  agent: {read: own, export: true, hide: [secret]}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, PARCEL)


def page(width: int, *, password: str = "") -> bytes:
    """A PDF of one page that is known by its width."""
    paper, content = pikepdf.new(), io.BytesIO()
    paper.add_blank_page(page_size=(width, 100))
    encryption = pikepdf.Encryption(owner=password, user=password) if password else None
    paper.save(content, encryption=encryption or False)
    return content.getvalue()


def sent(world: World, postcode: str, *letters: bytes, field: str = "letter") -> None:
    """A parcel of ana's, with its papers."""
    boss, ana = world.actor("boss", "boss"), world.user("ana", "agent")
    files = [attached(world, boss, field, each) for each in letters]
    world.crm.records.create(boss, "parcel", {"postcode": postcode, field: files, "owner": ana})


def attached(world: World, actor: Actor, field: str, content: bytes) -> str:
    with world.crm.files.arrival(actor, "parcel", field) as upload:
        upload.write(content)
        return upload.finish("letter.pdf").id


def widths(world: World, *fields: str) -> list[int]:
    """Which pages ana gets."""
    request = ListRequest("parcel", sort=(Sort("postcode"),), fields=fields or None)
    wanted = Wanted(request, Format.PDF, "en")
    with world.crm.exporter.export(world.actor("ana"), wanted) as made, pikepdf.open(made.content) as found:
        return [round(float(each.mediabox[2])) for each in found.pages]


def test_whoever_looks_on_hears_how_far_it_is_and_may_end_it(world: World) -> None:
    for postcode in "123":
        sent(world, postcode, page(100))
    heard: list[tuple[int, int]] = []
    wanted = Wanted(ListRequest("parcel"), Format.PDF, "en")
    with world.crm.exporter.export(world.actor("ana"), wanted, lambda *each: heard.append(each)):
        assert heard == [(0, 3), (3, 3)]

    def enough(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), world.crm.exporter.export(world.actor("ana"), wanted, enough):
        pass
    with world.crm.store.session(write=False) as session:
        assert len(session.audit.exports(limit=9)) == 1


def test_all_papers_are_one_file_in_the_order_of_the_list(world: World) -> None:
    sent(world, "60111", page(300))
    sent(world, "10210", page(110), page(120))
    sent(world, "40115", page(200))

    assert widths(world) == [110, 120, 200, 300]


def test_what_its_taker_may_not_see_is_not_in_it(world: World) -> None:
    sent(world, "10210", page(100))
    sent(world, "40115", page(200), field="secret")
    world.create("parcel", postcode="60111", owner=world.user("eva", "agent"))

    assert widths(world) == [100]


def test_what_is_no_pdf_stays_out(world: World) -> None:
    sent(world, "10210", b"a note", page(100))

    assert widths(world) == [100]


def test_records_without_papers_make_no_file(world: World) -> None:
    world.create("parcel", postcode="10210", owner=world.user("ana", "agent"))

    with pytest.raises(Refused) as refused:
        widths(world)
    assert refused.value.code == "no_papers"


def test_a_list_without_a_column_of_papers_has_none(world: World) -> None:
    sent(world, "10210", page(100))

    with pytest.raises(Refused) as refused:
        widths(world, "postcode", "photo")
    assert refused.value.code == "no_papers"
    assert Format.PDF not in formats_of(map(world.crm.model.entities["parcel"].fields.__getitem__, ["photo"]))


def test_one_behind_a_password_is_named(world: World) -> None:
    sent(world, "10210", page(100, password="secret"))

    with pytest.raises(Refused, match=r"letter\.pdf"):
        widths(world)
