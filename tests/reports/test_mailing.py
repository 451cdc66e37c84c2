"""What people subscribe to comes by mail when it is due, once, with what they may see then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from relasi.apps.lists.views import made, save
from relasi.apps.subscribing import Wish, subscribe, subscriptions_of, unsubscribe
from relasi.apps.visitor import Visitor, visitor_of
from relasi.reports.listed import Listed
from relasi.reports.subscribing import RHYTHMS, SubscriptionSweep
from relasi.runtime import worker_of
from relasi.store.effects import Effect
from tests.messages.mail_server import MailServer
from tests.records.world import World, make_world

LETTER = """
entity: letter
label: {en: Letter, id: Surat}
plural: {en: Letters, id: Surat}
title: "{subject}"
fields:
  subject: {type: text, label: {en: Subject, id: Perihal}}
  amount: {type: money, label: {en: Amount, id: Nilai}}
  owner: user
  secret: {type: text, label: {en: Secret, id: Rahasia}}
lists:
  all: {label: {en: All, id: Semua}, sort: [subject], columns: [subject, amount, secret]}
access:
  clerk: {read: all, export: all, hide: [secret]}
  novice: {read: own, export: own}
"""
ROLES = """
roles:
  clerk: {label: {en: Clerk, id: Juru tulis}}
  novice: {label: {en: Novice, id: Pemula}}
"""
DESK = """
department: desk
label: {en: Desk, id: Meja}
roles: [clerk, novice]
menu: {letter: }
"""
POST = """
dashboard: post
label: {en: The post, id: Pos}
departments: [desk]
period: this_month
tiles:
  money: {label: {en: Money, id: Uang}, of: letter, sum: amount, period: created_at}
  by_subject: {label: {en: By subject, id: Per perihal}, of: letter, by: subject, sum: amount}
"""
BOARD = Wish("dashboard", "post", "desk", {"period": ["all"], "whose": ["all"]})
LIST = Wish("list", "letter", "desk", {}, has_file=True)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer.started() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, mail_server: MailServer) -> Iterator[World]:
    settings = f"""
crm: 1
name: Desk
languages: [en, id]
currency: EUR
time_zone: Asia/Jakarta
address: https://crm.example.com/
mail: {{from: desk@example.com, smtp: {{host: 127.0.0.1, port: {mail_server.port}, tls: none, patience: 1}}}}
"""
    world = make_world(tmp_path, settings, LETTER, ROLES, DESK, POST)
    world.create("letter", subject="Order", amount=100, secret="hush", owner=world.user("ani", "clerk"))
    world.create("letter", subject="<b>Bill</b>", amount=50, secret="hush")
    yield world
    world.crm.close()


def at(world: World, name: str, role: str = "clerk", language: str = "en") -> Visitor:
    key = world.user(name, role)
    with world.crm.store.session() as session:
        session.users.set_language(key, language)
        user = session.users.get(key)
    assert user is not None
    return visitor_of(world.crm, user)


def work(world: World, **later: float) -> None:
    world.clock.advance(**later)
    worker_of(world.crm).drain()


def content(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


def outbox(world: World) -> tuple[Effect, ...]:
    with world.crm.store.session(write=False) as session:
        return session.effects.list()


def test_a_dashboard_comes_as_tables_with_the_way_to_its_page(desk: World, mail_server: MailServer) -> None:
    subscribe(at(desk, "ani"), BOARD, "daily", "07:00")

    work(desk, days=1)

    (mail,) = mail_server.taken
    text = content(mail, "plain")
    assert (mail["To"], mail["Subject"]) == ("ani@example.com", "The post")
    assert "Money | €150.00 |" in text
    assert "Order | €100.00" in text
    assert "https://crm.example.com/desk-dashboard-post?period=all&whose=all" in text
    html = content(mail, "html")
    assert "&lt;b&gt;Bill&lt;/b&gt;" in html
    assert "<b>Bill" not in html


def test_it_comes_in_the_language_of_its_reader(desk: World, mail_server: MailServer) -> None:
    subscribe(at(desk, "ani", language="id"), BOARD, "daily", "07:00")
    work(desk, days=1)
    assert mail_server.taken[0]["Subject"] == "Pos"


def test_a_list_tells_only_what_its_reader_may_see_and_brings_all_of_it_as_a_file(
    desk: World, mail_server: MailServer
) -> None:
    subscribe(at(desk, "ani"), LIST, "daily", "07:00")

    work(desk, days=1)

    (mail,) = mail_server.taken
    text = content(mail, "plain")
    assert "Subject | Amount\n" in text
    assert "Order | €100.00" in text
    assert "hush" not in mail.as_string()
    assert [each.get_filename() for each in mail.iter_attachments()] == ["Letters.xlsx"]


def test_everybody_gets_the_records_that_they_may_read_then(desk: World, mail_server: MailServer) -> None:
    budi = at(desk, "budi", "novice")
    subscribe(budi, LIST, "daily", "07:00")
    desk.create("letter", subject="Mine", owner=budi.user.id)

    work(desk, days=1)

    text = content(mail_server.taken[0], "plain")
    assert "Mine" in text
    assert "Order" not in text


def test_a_view_is_sent_as_it_is_by_then(desk: World, mail_server: MailServer) -> None:
    me = at(desk, "ani")
    listed = Listed.of(me, me.entity("letter"))
    view = made(me, "letter", "Orders", "own", listed.state({"q": ["Nothing"]}))
    save(me, view)
    subscribe(me, Wish("list", "letter", "desk", {"view": [view.id]}), "daily", "07:00")
    save(me, replace(view, query={"q": ["Order"]}))

    work(desk, days=1)

    assert mail_server.taken[0]["Subject"] == "Letters: Orders"
    assert "1 in all" in content(mail_server.taken[0], "plain")


def test_one_mail_comes_for_each_turn_and_a_late_one_once(desk: World, mail_server: MailServer) -> None:
    subscribe(at(desk, "ani"), BOARD, "daily", "07:00")
    work(desk, hours=1)
    work(desk, days=5)
    work(desk, minutes=1)
    work(desk, days=1)
    assert len(mail_server.taken) == 2


def test_a_turn_that_breaks_off_has_neither_sent_nor_counted(desk: World) -> None:
    subscribe(at(desk, "ani"), BOARD, "daily", "07:00")
    desk.clock.advance(days=1)

    def killed() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SubscriptionSweep(desk.crm.model, desk.crm.store, killed)(desk.clock())
    assert outbox(desk) == ()
    sweep = SubscriptionSweep(desk.crm.model, desk.crm.store, desk.crm.new_id)
    assert (sweep(desk.clock()), sweep(desk.clock()), len(outbox(desk))) == (True, False, 1)


def test_a_server_that_refuses_is_tried_again(desk: World, mail_server: MailServer) -> None:
    subscribe(at(desk, "ani"), BOARD, "monthly", "07:00")
    mail_server.refused["ani@example.com"] = "451 later"
    work(desk, days=31)
    assert (len(mail_server.taken), outbox(desk)[0].status) == (0, "waiting")
    mail_server.refused.clear()
    work(desk, hours=1)
    assert (len(mail_server.taken), outbox(desk)[0].status) == (1, "sent")


def ended(desk: World) -> None:
    me = at(desk, "ani")
    unsubscribe(me, subscriptions_of(me)[0][0].id)


def gone(desk: World) -> None:
    with desk.crm.store.session() as session:
        session.users.set_roles("u-ani", ())


def closed(desk: World) -> None:
    with desk.crm.store.session() as session:
        session.users.disable("u-ani")


@pytest.mark.parametrize("end", [ended, gone, closed])
def test_whoever_has_unsubscribed_or_may_see_nothing_more_gets_nothing(
    desk: World, mail_server: MailServer, end: Callable[[World], None]
) -> None:
    """Also where the mail is in the outbox already."""
    subscribe(at(desk, "ani"), BOARD, "daily", "07:00")
    desk.clock.advance(days=1)
    SubscriptionSweep(desk.crm.model, desk.crm.store, desk.crm.new_id)(desk.clock())
    end(desk)
    work(desk)
    assert (mail_server.taken, outbox(desk)[0].status) == ([], "withheld")


def test_nobody_ends_what_another_gets(desk: World) -> None:
    me = at(desk, "ani")
    subscribe(me, BOARD, "daily", "07:00")
    unsubscribe(at(desk, "budi", "novice"), subscriptions_of(me)[0][0].id)
    assert [name for _, name in subscriptions_of(me)] == ["The post"]


def test_turns_go_by_the_clocks_of_the_company(desk: World) -> None:
    """It is Monday 2 March 2026, and seven in Jakarta is midnight in London."""
    desk.clock.now = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    due = {rhythm: subscribe(at(desk, "ani"), BOARD, rhythm, "07:00") for rhythm in RHYTHMS}
    assert due["daily"] == datetime(2026, 3, 3, tzinfo=UTC)
    assert due["monday"] == datetime(2026, 3, 9, tzinfo=UTC)
    assert due["monthly"] == datetime(2026, 4, 1, tzinfo=UTC)
