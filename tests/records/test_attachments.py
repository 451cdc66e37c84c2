"""Files of records: who brings them, who gets them back, and what no field takes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from relasi.errors import Forbidden, Invalid, NotFound
from relasi.records import Actor
from relasi.records.attachments import clean_name
from relasi.store.files import File
from tests.records.world import World

CASE = """
entity: case
title: "{subject}"
fields:
  subject: {type: text, required: true}
  papers: {type: files, max_size: 1 kB, max_count: 2}
  scans: {type: files, kinds: [pdf]}
  anything: {type: files, kinds: [any]}
  photo: image
  signed: signature
  owner: {type: user, default: me}
access:
  clerk: {read: own, create: true, update: own, delete: own}
  chief: {read: all, create: false, update: all, delete: false}
  guest: {read: all, create: false, update: false, delete: false, hide: [papers]}
"""
LETTER = """
entity: letter
title: "{papers}"
fields:
  case: {type: link, to: case}
  papers: files
  face: {type: copy, from: case.photo, access: {read: [clerk]}}
  has_papers: {type: formula, value: count(papers)}
refuse:
  bare: {when: papers is empty, message: A letter has a paper.}
access:
  clerk: {read: all, create: true, update: all, delete: true}
"""
ROLES = "roles:\n  clerk:\n  chief:\n  guest:\n"
TEXTS = (CASE, LETTER, ROLES)
CHECKOUT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(CHECKOUT / "src"), str(CHECKOUT)))}
RULE = """
workflow: hand_on
entity: case
when: [created]
do:
  - create: letter
    set: {case: record, papers: record.papers}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(*TEXTS)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, kind)
    return made.getvalue()


def brought(
    world: World, actor: Actor, content: bytes = b"Dear all", field: str = "papers", name: str = "letter.txt"
) -> File:
    with world.crm.files.arrival(actor, "case", field) as upload:
        upload.write(content)
        return upload.finish(name)


def refusal(world: World, content: bytes, field: str) -> str:
    with pytest.raises(Invalid) as caught:
        brought(world, world.actor("ani", "clerk"), content, field)
    (issue,) = caught.value.issues
    assert issue.text("en")
    assert issue.text("id")
    return issue.code


def test_what_was_brought_is_given_back(world: World) -> None:
    ani = world.actor("ani", "clerk")
    file = brought(world, ani)
    record = world.crm.records.create(ani, "case", {"subject": "One", "papers": [file.id]})

    found, path = world.crm.files.find(ani, "case", record.id, "papers", file.id)

    assert (found.name, found.media_type, found.size) == ("letter.txt", "text/plain", 8)
    assert path.read_bytes() == b"Dear all"


def test_the_same_content_is_kept_once(world: World) -> None:
    ani = world.actor("ani", "clerk")
    one, other = brought(world, ani), brought(world, ani, name="copy.txt")

    assert one.id != other.id
    assert world.crm.files.contents.path(one.sha256) == world.crm.files.contents.path(other.sha256)


def test_what_is_not_finished_leaves_nothing(world: World) -> None:
    with world.crm.files.arrival(world.actor("ani", "clerk"), "case", "papers") as upload:
        upload.write(b"half")

    assert [path for path in (world.crm.root / "data" / "crm.files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("content", "field", "code"),
    [
        (b"x" * 1001, "papers", "file_too_large"),
        (b"", "papers", "file_empty"),
        (b"MZ\x90\0\x03\0", "papers", "file_unknown"),
        (b"no pdf", "scans", "file_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo", "file_kind"),
        (picture()[:60], "photo", "file_broken"),
        (picture("JPEG"), "signed", "file_kind"),
    ],
)
def test_a_field_refuses_by_content(world: World, content: bytes, field: str, code: str) -> None:
    assert refusal(world, content, field) == code


def test_a_kind_that_nobody_knows_can_be_allowed(world: World) -> None:
    assert brought(world, world.actor("ani", "clerk"), b"\0\1\2", "anything").media_type.endswith(
        "octet-stream"
    )


def test_a_picture_gets_a_small_version_without_what_the_camera_noted(world: World) -> None:
    noted = Image.Exif()
    noted[0x010F] = "Camera"
    made = io.BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(made, "JPEG", exif=noted)
    file = brought(world, world.actor("ani", "clerk"), made.getvalue(), "photo", "p.jpg")

    with Image.open(world.crm.files.small(file)) as small:
        assert (small.size, dict(small.getexif())) == ((360, 240), {})


def test_nobody_attaches_the_file_of_somebody_else(world: World) -> None:
    theirs = brought(world, world.actor("budi", "clerk"))

    with pytest.raises(Invalid) as caught:
        world.crm.records.create(
            world.actor("ani", "clerk"), "case", {"subject": "One", "papers": [theirs.id]}
        )

    assert [(issue.field, issue.code) for issue in caught.value.issues] == [("papers", "no_such_file")]


def test_a_file_that_does_not_exist_is_not_attached(world: World) -> None:
    with pytest.raises(Invalid):
        world.crm.records.create(
            world.actor("ani", "clerk"), "case", {"subject": "One", "papers": ["made-up"]}
        )


def test_a_file_brought_for_one_field_does_not_pass_into_a_stricter_one(world: World) -> None:
    ani = world.actor("ani", "clerk")
    file = brought(world, ani, b"\0\1\2", "anything")

    with pytest.raises(Invalid) as caught:
        world.crm.records.create(ani, "case", {"subject": "One", "papers": [file.id]})

    assert [issue.code for issue in caught.value.issues] == ["file_unknown"]


def test_files_of_others_that_a_record_has_stay_when_more_are_added(world: World) -> None:
    ani, chief = world.actor("ani", "clerk"), world.actor("tuti", "chief")
    first, second = brought(world, ani), brought(world, chief, b"Second")
    record = world.crm.records.create(ani, "case", {"subject": "One", "papers": [first.id]})

    papers = [first.id, second.id]
    changed = world.crm.records.update(chief, "case", record.id, 1, {"papers": papers})

    assert changed.values["papers"] == tuple(papers)


def test_there_is_a_most(world: World) -> None:
    ani = world.actor("ani", "clerk")
    papers = [brought(world, ani, bytes([65 + n])).id for n in range(3)]

    with pytest.raises(Invalid) as caught:
        world.crm.records.create(ani, "case", {"subject": "One", "papers": papers})

    assert [issue.code for issue in caught.value.issues] == ["too_many"]


def test_who_may_not_read_the_record_gets_no_file_of_it(world: World) -> None:
    ani = world.actor("ani", "clerk")
    file = brought(world, ani)
    record = world.crm.records.create(ani, "case", {"subject": "One", "papers": [file.id]})

    with pytest.raises(NotFound):
        world.crm.files.find(world.actor("budi", "clerk"), "case", record.id, "papers", file.id)


def test_who_may_not_see_the_field_gets_no_file_of_it(world: World) -> None:
    ani = world.actor("ani", "clerk")
    file = brought(world, ani)
    record = world.crm.records.create(ani, "case", {"subject": "One", "papers": [file.id]})

    with pytest.raises(NotFound):
        world.crm.files.find(world.actor("gita", "guest"), "case", record.id, "papers", file.id)


def test_a_file_is_given_only_through_the_field_that_has_it(world: World) -> None:
    ani = world.actor("ani", "clerk")
    file, other = brought(world, ani), brought(world, ani, b"Other")
    record = world.crm.records.create(ani, "case", {"subject": "One", "papers": [file.id]})

    for field, key in (("papers", other.id), ("scans", file.id), ("subject", file.id), ("made_up", file.id)):
        with pytest.raises(NotFound):
            world.crm.files.find(ani, "case", record.id, field, key)


def test_a_deleted_record_gives_no_file(world: World) -> None:
    ani = world.actor("ani", "clerk")
    file = brought(world, ani)
    record = world.crm.records.create(ani, "case", {"subject": "One", "papers": [file.id]})
    world.crm.records.delete(ani, "case", record.id, 1)

    with pytest.raises(NotFound):
        world.crm.files.find(ani, "case", record.id, "papers", file.id)


@pytest.mark.parametrize("role", ["guest", "nobody"])
def test_who_never_writes_the_field_brings_nothing(world: World, role: str) -> None:
    actor = world.actor("gita", role)

    with pytest.raises((Forbidden, NotFound)), world.crm.files.arrival(actor, "case", "scans"):
        pass


@pytest.mark.parametrize("field", ["subject", "made_up"])
def test_only_fields_for_files_take_files(world: World, field: str) -> None:
    with pytest.raises(NotFound), world.crm.files.arrival(world.actor("ani", "clerk"), "case", field):
        pass


def test_the_history_keeps_the_names(world: World) -> None:
    ani = world.actor("ani", "clerk")
    file = brought(world, ani)
    record = world.crm.records.create(ani, "case", {"subject": "One"})
    world.crm.records.update(ani, "case", record.id, 1, {"papers": [file.id]})

    change = world.changes("case", record.id)[-1]

    assert change.fields["papers"] == (None, [file.id])
    assert world.crm.records.titles(ani, [("relasi_file", file.id)]) == {
        ("relasi_file", file.id): "letter.txt"
    }


def test_a_rule_hands_files_on_that_somebody_else_brought(build: Callable[..., World]) -> None:
    world = build(*TEXTS, RULE)
    file = brought(world, world.actor("ani", "clerk"))
    world.crm.records.create(world.actor("ani"), "case", {"subject": "One", "papers": [file.id]})

    (letter,) = world.rows("letter")

    assert (letter["papers"], letter["has_papers"]) == ((file.id,), 1)


def test_a_copied_picture_is_given_through_the_copy(world: World) -> None:
    ani = world.actor("ani", "clerk")
    face, paper = brought(world, ani, picture(), "photo", "face.png"), brought(world, ani)
    case = world.crm.records.create(ani, "case", {"subject": "One", "photo": [face.id]})
    budi = world.actor("budi", "clerk")
    letter = world.crm.records.create(ani, "letter", {"case": case.id, "papers": [paper.id]})

    found, _ = world.crm.files.find(budi, "letter", letter.id, "face", face.id)

    assert found.name == "face.png"


def test_a_title_names_files(world: World) -> None:
    ani = world.actor("ani", "clerk")
    letter = world.crm.records.create(ani, "letter", {"papers": [brought(world, ani).id]})

    assert letter.title == "letter.txt"


def test_conditions_ask_whether_there_are_files(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        world.create("letter")

    assert [issue.code for issue in caught.value.issues] == ["refused"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.pdf", "a.pdf"),
        ("C:\\Users\\ani\\a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\u202e.pdf", "ab.pdf"),
        ("", "file"),
        ("x" * 300 + ".docx", "x" * 195 + ".docx"),
        ("." + "x" * 300, "." + "x" * 199),
    ],
)
def test_a_name_is_a_name_and_nothing_else(given: str, kept: str) -> None:
    assert clean_name(given) == kept


WRITER = """
import sys
from pathlib import Path

from tests.records.test_attachments import TEXTS, brought
from tests.records.world import compiled, opened

root, name = Path(sys.argv[1]), sys.argv[2]
world = opened(root, compiled(root, TEXTS), prefix=name)
ani = world.actor(f"ani{name}", "clerk")
print("ready", flush=True)
n = 0
while True:
    n += 1
    file = brought(world, ani, f"{name} {n}".encode() * 40)
    world.crm.records.create(ani, "case", {"subject": "One", "papers": [file.id]})
"""


def test_whoever_is_killed_leaves_no_file_without_content(build: Callable[..., World]) -> None:
    world = build(*TEXTS)
    for n in range(2):
        command = [sys.executable, "-c", WRITER, str(world.crm.root), f"k{n}"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=CHECKOUT, env=ENVIRONMENT)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.1 + n * 0.17)
        process.kill()
        process.communicate()

    with world.crm.store.session(write=False) as session:
        files = {each.id: each for each in session.files.all()}
    contents = {key: world.crm.files.contents.path(each.sha256).read_bytes() for key, each in files.items()}
    assert files
    assert {key for key, each in files.items() if sha256(contents[key]).hexdigest() != each.sha256} == set()
    assert {key for case in world.rows("case") for key in case["papers"]} <= files.keys()
