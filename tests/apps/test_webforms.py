from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from relasi.store.consents import Consent
from tests.apps.doors import Client, client_of
from tests.records.world import World, make_world

SETTINGS = """
crm: 1
name: Desk
languages: [en, id]
currency: EUR
time_zone: Asia/Jakarta
address: https://crm.example.com/
purposes:
  news: {label: {en: News, id: Kabar}, consent: required}
  club: {label: {en: Club, id: Klub}, consent: required, confirm: true}
"""
SHELF = """
entity: shelf
label: {en: Shelf, id: Rak}
title: "{name}"
fields:
  name: {type: text, required: true}
  public: boolean
  price: {type: money}
"""
LETTER = """
entity: letter
label: {en: Letter, id: Surat}
title: "{subject}"
fields:
  subject: {type: text, required: true, label: {en: Subject, id: Perihal}, max_length: 20}
  said: {type: long_text, label: {en: Message, id: Pesan}}
  email: {type: email, required: true, label: {en: E-mail, id: Email}}
  urgency:
    type: choice
    label: {en: Urgency, id: Urgensi}
    options: {low: {label: {en: Low, id: Rendah}}, high: {label: {en: High, id: Tinggi}}}
    default: low
  reason: {type: text, visible_when: urgency = high, label: {en: Reason, id: Alasan}}
  pages: {type: number, label: {en: Pages, id: Halaman}}
  price: {type: money, label: {en: Price, id: Harga}}
  due: {type: date, label: {en: Due, id: Tenggat}}
  at: {type: datetime, label: {en: At, id: Pada}}
  tags: {type: multi_choice, options: [new, lost], label: {en: Tags, id: Tanda}}
  sealed: {type: boolean, default: false, label: {en: Sealed, id: Tersegel}}
  known: {type: boolean, label: {en: Known, id: Dikenal}}
  stars: {type: rating, default: 3, label: {en: Stars, id: Bintang}}
  shelf: {type: link, to: shelf, on_delete: clear, label: {en: Shelf, id: Rak}}
  scans: {type: files, max_size: 1 MB, label: {en: Scans, id: Pindaian}}
  language: {type: choice, options: [en, id], label: {en: Answer in, id: Jawab dalam}}
  channel: text
  secret: text
  owner: user
refuse:
  no_short:
    when: said = "no"
    message: {en: Say more., id: Ceritakan lebih banyak.}
access:
  clerk: {read: all}
"""
ROLES = """
roles:
  clerk: {label: {en: Clerk, id: Juru tulis}}
"""
FORM = """
form: write
label: {en: Write to us, id: Hubungi kami}
text: {en: "We **answer** soon.", id: Kami segera menjawab.}
entity: letter
fields:
  subject:
  said: {required: true, label: {en: What is it about?, id: Tentang apa?}}
  email:
  urgency:
  reason:
  pages:
  price:
  due:
  at:
  tags:
  sealed:
  known:
  stars:
  shelf: {choose: public}
  scans:
  language:
set: {channel: web}
consents:
  news: {text: {en: Send me news., id: Kirimi saya kabar.}, address: email}
  club: {text: {en: I join the club., id: Saya ikut klub.}, address: email}
thanks: {en: We will write back., id: Kami akan membalas.}
embed: ["https://www.example.com"]
"""
RULE = """
workflow: take_in
label: {en: Take in, id: Terima}
entity: letter
when: {incoming: form.write}
do:
  - set: {secret: "came in"}
"""
TEXTS = (SETTINGS, SHELF, LETTER, ROLES, FORM, RULE)

ANSWERS = {"subject": "Key", "said": "It is lost", "email": "ani@example.com"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, *TEXTS)
    yield made
    made.crm.close()


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world)


def ticket(client: Client, world: World, *, seconds: float = 30) -> str:
    """That of a page which has been open for a while."""
    found = re.search(r'name="form.ticket" value="([^"]+)"', client.get("/form/write").text)
    assert found
    world.clock.advance(seconds=seconds)
    return found[1]


def send(client: Client, world: World, /, **answers: Any) -> httpx.Response:
    data = {**ANSWERS, "form.ticket": ticket(client, world), **answers}
    return client.post("/form/write", data=data)


def field(page: str, name: str) -> str:
    """What is drawn of a field."""
    found = re.search(rf'<(\w+)[^>]* name="{name}"[^>]*>', page)
    assert found, page
    return found[0]


def consents(world: World, address: str = "ani@example.com") -> list[tuple[str, bool, str, str]]:
    with world.crm.store.session(write=False) as session:
        return [
            (each.purpose, each.given, each.source, each.wording) for each in session.consents.of(address)
        ]


def mails(world: World) -> list[Any]:
    with world.crm.store.session(write=False) as session:
        return list(session.effects.list())


def test_the_page_asks_in_the_language_of_the_browser(client: Client) -> None:
    english, indonesian = (
        client.get("/form/write", headers={"accept-language": each}).text for each in ("en", "id")
    )
    assert "What is it about?" in english
    assert "Tentang apa?" in indonesian
    assert "Rendah" in indonesian
    assert "Kirim</button>" in indonesian


def test_what_people_send_becomes_a_record(client: Client, world: World) -> None:
    shelf = world.create("shelf", name="Left", public=True).id
    answer = send(
        client,
        world,
        urgency="high",
        pages="12",
        price="1,250.50",
        due="2026-12-01",
        at="2026-12-01T09:30",
        tags=["new", "lost"],
        sealed="yes",
        known="no",
        stars="4",
        shelf=shelf,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/form/write/thanks?language=en")
    (letter,) = world.rows("letter")
    assert (letter["subject"], letter["urgency"], letter["pages"]) == ("Key", "high", 12)
    assert (str(letter["price"]), str(letter["due"]), letter["tags"]) == (
        "1250.50",
        "2026-12-01",
        ("new", "lost"),
    )
    assert (letter["at"].isoformat(), letter["sealed"]) == ("2026-12-01T02:30:00+00:00", True)
    assert (letter["known"], letter["stars"]) == (False, 4)
    assert (letter["shelf"], letter["channel"]) == (shelf, "web")


def test_a_page_begins_with_what_a_new_record_begins_with(client: Client) -> None:
    page = client.get("/form/write").text
    assert 'name="urgency" value="low" checked' in page
    assert 'name="stars" value="3" checked' in page


def test_rules_hear_that_it_came_by_the_form(client: Client, world: World) -> None:
    send(client, world)
    assert [each["secret"] for each in world.rows("letter")] == ["came in"]
    world.create("letter", subject="Other", email="x@example.com")
    assert world.rows("letter")[1]["secret"] is None


def test_the_audit_says_through_which_channel_it_came(client: Client, world: World) -> None:
    send(client, world)
    assert world.changes("letter", world.rows("letter")[0]["id"])[0].source == "form"


def test_how_much_came_in_is_counted(client: Client, world: World) -> None:
    since = world.clock()
    for subject in ("One", "Two"):
        send(client, world, subject=subject)
    with world.crm.store.session(write=False) as session:
        came = session.correspondence.came("form.write", since=since)
    assert (came.count, came.latest) == (2, world.clock())


def test_the_page_says_thanks_in_the_words_of_the_form(client: Client, world: World) -> None:
    thanks = client.get(send(client, world, **{"form.language": "id"}).headers["location"])
    assert "Kami akan membalas." in thanks.text


def test_a_field_may_be_called_like_what_the_page_says_of_itself(client: Client, world: World) -> None:
    answer = send(client, world, **{"form.language": "en"}, language="id")
    assert answer.headers["location"].endswith("?language=en")
    assert world.rows("letter")[0]["language"] == "id"


def test_all_that_is_wrong_is_told_beside_the_fields_and_nothing_typed_is_lost(
    client: Client, world: World
) -> None:
    answer = send(client, world, subject="x" * 21, email="ani", said='<b>"&', pages="many", tags=["lost"])
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert 'id="f-subject-issue"' in page
    assert "ani is not an e-mail address" in page
    assert "many is not a number" in page
    assert field(page, "pages").startswith('<input type="text" value="many"')
    assert "&lt;b&gt;&quot;&amp;</textarea>" in answer.text
    assert 'value="lost" checked' in page
    assert world.rows("letter") == []


def test_what_the_entity_refuses_is_told_in_its_words(client: Client, world: World) -> None:
    assert "Say more." in send(client, world, said="no").text


def test_a_field_that_only_the_form_needs_is_needed(client: Client, world: World) -> None:
    answer = send(client, world, said=" ")
    assert "Please fill this in." in answer.text
    assert world.rows("letter") == []


def test_what_does_not_apply_is_told_of_and_what_does_is_taken(client: Client, world: World) -> None:
    assert "does not apply" in send(client, world, reason="Hurry").text
    assert send(client, world, reason="Hurry", urgency="high").status_code == 303
    assert [each["reason"] for each in world.rows("letter")] == ["Hurry"]


def test_fields_that_are_not_asked_for_do_not_exist(client: Client, world: World) -> None:
    owner = world.user("ani", "clerk")
    send(client, world, secret="stolen", owner=owner, channel="mine", created_by=owner)
    (letter,) = world.rows("letter")
    assert (letter["owner"], letter["channel"], letter["created_by"]) == (None, "web", None)


def test_only_what_may_be_chosen_is_shown(client: Client, world: World) -> None:
    world.create("shelf", name="Left", public=True)
    world.create("shelf", name="Behind the safe", public=False)
    page = client.get("/form/write").text
    assert "Left" in page
    assert "Behind" not in page


def test_what_may_not_be_chosen_answers_like_what_does_not_exist(client: Client, world: World) -> None:
    hidden = world.create("shelf", name="Behind the safe", public=False).id
    answers = [send(client, world, shelf=each) for each in (hidden, "0198c6f0-0000-7000-8000-000000000000")]
    told = [re.search(r'id="f-shelf-issue">([^<]+)', answer.text) for answer in answers]
    assert told[0]
    assert told[1]
    assert told[0][1] == told[1][1]
    assert world.rows("letter") == []


def test_sending_twice_makes_one_record(client: Client, world: World) -> None:
    data = {**ANSWERS, "form.ticket": ticket(client, world)}
    answers = [client.post("/form/write", data=data).status_code for _ in range(2)]
    assert (answers, len(world.rows("letter"))) == ([303, 303], 1)


def test_impatient_clicks_at_the_same_moment_make_one_record(client: Client, world: World) -> None:
    data = {**ANSWERS, "form.ticket": ticket(client, world)}
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda _: client.post("/form/write", data=data).status_code, range(4))
    assert (list(answers), len(world.rows("letter"))) == ([303] * 4, 1)


def test_another_text_under_the_same_ticket_is_asked_about(client: Client, world: World) -> None:
    data = {**ANSWERS, "form.ticket": ticket(client, world)}
    client.post("/form/write", data=data)
    answer = client.post("/form/write", data={**data, "subject": "Other"})
    assert (answer.status_code, len(world.rows("letter"))) == (409, 1)
    assert "sent already" in answer.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"form.ticket": ""}, "can no longer be sent"),
        ({"form.ticket": "made.up"}, "can no longer be sent"),
        ({"form.website": "https://spam.example"}, "has to stay empty"),
    ],
)
def test_what_programs_do_is_not_taken_and_people_may_send_again(
    client: Client, world: World, change: dict[str, str], said: str
) -> None:
    answer = send(client, world, **change)
    assert (answer.status_code, said in answer.text, world.rows("letter")) == (409, True, [])
    assert field(answer.text, "subject").startswith('<input type="text" value="Key"')


@pytest.mark.parametrize(("seconds", "said"), [(1, "very fast"), (13 * 3600, "for a long time")])
def test_a_page_is_sent_neither_at_once_nor_for_ever(
    client: Client, world: World, seconds: float, said: str
) -> None:
    data = {**ANSWERS, "form.ticket": ticket(client, world, seconds=seconds)}
    answer = client.post("/form/write", data=data)
    assert (said in answer.text, world.rows("letter")) == (True, [])


def test_who_sends_without_end_has_to_wait(client: Client, world: World) -> None:
    answers = [client.post("/form/write", data={}).status_code for _ in range(31)]
    assert (answers[29], answers[30]) == (409, 429)
    world.clock.advance(minutes=16)
    assert send(client, world).status_code == 303


def test_more_than_a_form_holds_is_not_read(client: Client, world: World) -> None:
    assert send(client, world, said="x" * 300_000).status_code == 413


def test_another_site_cannot_send_it(client: Client, world: World) -> None:
    headers = {"origin": "https://elsewhere.example"}
    data = {**ANSWERS, "form.ticket": ticket(client, world)}
    assert client.post("/form/write", data=data, headers=headers).status_code == 403


def test_only_the_sites_that_are_named_may_show_it(client: Client) -> None:
    headers = client.get("/form/write").headers
    assert "frame-ancestors 'self' https://www.example.com" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


def test_what_was_agreed_to_is_kept_in_the_words_of_the_page(client: Client, world: World) -> None:
    send(client, world, **{"form.language": "id", "consents.news": "yes"})
    assert consents(world) == [("news", True, "form.write", "Kirimi saya kabar.")]


def test_a_box_that_is_not_ticked_says_nothing(client: Client, world: World) -> None:
    send(client, world)
    assert consents(world) == []


def test_where_that_is_wanted_the_reader_of_the_address_confirms(client: Client, world: World) -> None:
    send(client, world, **{"consents.club": "yes"})
    (mail,) = mails(world)
    assert (mail.to, consents(world)) == ("ani@example.com", [])
    link = re.search(r"https://crm.example.com(/form/confirm/\S+)", mail.payload["text"])
    assert link
    assert "I join the club." in client.get(link[1]).text
    assert consents(world) == []
    client.post(link[1])
    client.post(link[1])
    assert consents(world) == [("club", True, "form.write", "I join the club.")]


def test_nobody_is_brought_back_by_somebody_else(client: Client, world: World) -> None:
    said = Consent("c1", "ani@example.com", "news", False, world.clock(), "opt-out link", "No")
    with world.crm.store.session() as session:
        session.consents.add(said)
    send(client, world, **{"consents.news": "yes"})
    assert [given for _, given, _, _ in consents(world)] == [False]
    assert len(mails(world)) == 1


def test_one_address_gets_one_question_a_day(client: Client, world: World) -> None:
    for _ in range(3):
        send(client, world, **{"consents.club": "yes"})
    assert len(mails(world)) == 1


@pytest.mark.parametrize("token", ["x", "x.y", "é.é"])
def test_a_link_that_was_made_up_confirms_nothing(client: Client, token: str) -> None:
    assert client.post(f"/form/confirm/{token}").status_code == 404


def test_files_come_along(client: Client, world: World) -> None:
    data = {**ANSWERS, "form.ticket": ticket(client, world)}
    answer = client.post("/form/write", data=data, files={"scans": ("a.png", PNG, "image/png")})
    assert answer.status_code == 303
    (file,) = world.rows("letter")[0]["scans"]
    assert world.crm.records.files(world.engine, [file])[file].name == "a.png"


def test_a_mistake_elsewhere_costs_no_second_upload(client: Client, world: World) -> None:
    data = {**ANSWERS, "email": "", "form.ticket": ticket(client, world)}
    page = client.post("/form/write", data=data, files={"scans": ("a.png", PNG, "image/png")}).text
    seal = re.search(r'name="kept.scans" value="([^"]+)"', page)
    assert seal
    again = {**data, "email": "ani@example.com", "kept.scans": seal[1]}
    assert client.post("/form/write", data=again).status_code == 303
    assert len(world.rows("letter")[0]["scans"]) == 1


def test_a_file_of_somebody_else_is_not_attached_by_its_id(client: Client, world: World) -> None:
    data = {**ANSWERS, "form.ticket": ticket(client, world)}
    client.post("/form/write", data=data, files={"scans": ("a.png", PNG, "image/png")})
    (known,) = world.rows("letter")[0]["scans"]
    send(client, world, subject="Thief", scans=known, **{"kept.scans": known})
    assert world.rows("letter")[1]["scans"] is None


def test_a_file_that_is_too_large_is_told_of(client: Client, world: World) -> None:
    data = {**ANSWERS, "form.ticket": ticket(client, world)}
    answer = client.post("/form/write", data=data, files={"scans": ("a.png", PNG + b"0" * 1_000_001)})
    assert (answer.status_code, "file is too large" in answer.text) == (422, True)


def test_a_page_of_the_company_sends_data(client: Client, world: World) -> None:
    headers = {"accept": "application/json", "origin": "https://www.example.com"}
    asked = client.get("/form/write", headers=headers)
    assert [each["name"] for each in asked.json()["fields"]][:3] == ["subject", "said", "email"]
    assert asked.headers["access-control-allow-origin"] == "https://www.example.com"
    world.clock.advance(seconds=30)
    body = {"ticket": asked.json()["ticket"], "fields": {**ANSWERS, "pages": 3}, "consents": ["news"]}
    wrong = client.post("/form/write", json={**body, "fields": {}}, headers=headers)
    assert (wrong.status_code, wrong.json()["issues"][0]["field"]) == (422, "subject")
    done = client.post("/form/write", json=body, headers=headers)
    assert (done.status_code, done.json()) == (201, {"message": "We will write back."})
    (letter,) = world.rows("letter")
    assert (letter["pages"], letter["urgency"], len(consents(world))) == (3, "low", 1)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"fields": 1}', b'{"fields": {"subject": {"a": 1}}}'])
def test_data_that_make_no_sense_are_refused(client: Client, world: World, body: bytes) -> None:
    headers = {"content-type": "application/json", "accept": "application/json"}
    answer = client.post("/form/write", content=body, headers=headers)
    assert (400 <= answer.status_code < 500, world.rows("letter")) == (True, [])


def test_there_is_no_other_form(client: Client) -> None:
    assert client.get("/form/other").status_code == 404


def test_a_form_that_is_closed_takes_nothing(tmp_path: Path) -> None:
    made = make_world(tmp_path, *TEXTS[:4], FORM + "open: false\n", RULE)
    client = client_of(made)
    assert "This form is closed" in client.get("/form/write").text
    assert client.post("/form/write", data=ANSWERS).status_code == 410
    assert made.rows("letter") == []
    made.crm.close()


def test_afterwards_people_may_be_sent_elsewhere(tmp_path: Path) -> None:
    made = make_world(tmp_path, *TEXTS[:4], FORM + "then: https://www.example.com/thanks\n", RULE)
    client = client_of(made)
    assert (
        "form-action 'self' https://www.example.com"
        in client.get("/form/write").headers["content-security-policy"]
    )
    assert send(client, made).headers["location"] == "https://www.example.com/thanks"
    made.crm.close()
