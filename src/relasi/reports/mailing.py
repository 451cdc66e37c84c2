"""A page as a mail: the figures of a dashboard, or the first rows of a list, as whoever subscribed may see
them at the moment when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from relasi.errors import RelasiError
from relasi.exporting.export import Exporter, Wanted, purposes_of
from relasi.exporting.files import Format
from relasi.messages.composing import Enclosure, Mailing
from relasi.messages.rendering import TABLE, as_text_and_html
from relasi.records import Record, Records, Source
from relasi.records.actor import actor_on
from relasi.records.links import references_of
from relasi.records.reading import Reader
from relasi.reports.asking import Extent, answer
from relasi.reports.looks import Look, Whose
from relasi.reports.onlooker import Onlooker
from relasi.reports.subscribing import called, listed_by
from relasi.reports.telling import Telling
from relasi.schema.expressions.operations import today
from relasi.schema.fields.notation.markup import Block, Span
from relasi.schema.model import Field
from relasi.schema.model.dashboard import Dashboard
from relasi.store import Session, Store
from relasi.store.effects import Effect
from relasi.store.subscriptions import Subscription
from relasi.store.users import User
from relasi.texts import LANGUAGES

_ROWS, _COLUMNS, _COUNTED = 20, 6, 10_000
_ACCOUNT = "/account"


@dataclass(frozen=True)
class Reporter:
    """Writes the mails of subscriptions."""

    records: Records
    store: Store
    exporter: Exporter
    clock: Callable[[], datetime]

    def written(self, effect: Effect) -> Mailing | None:
        """None where the subscription has ended, or there is nothing that its owner may see."""
        with self.store.session(write=False) as session:
            subscription = session.subscriptions.get(effect.payload["subscription"])
            user = session.users.get(subscription.user_id) if subscription else None
            if subscription is None or user is None or not user.active:
                return None
            onlooker = self._onlooker(session, user)
            title = called(onlooker, session, subscription)
        if title is None:
            return None
        try:
            found = self._content(onlooker, subscription)
        except RelasiError:
            return None
        if found is None:
            return None
        blocks, enclosed = found
        path = "dashboard-" if subscription.kind == "dashboard" else ""
        query = urlencode(subscription.query, doseq=True)
        page = f"/{subscription.department}-{path}{subscription.name}" + (f"?{query}" if query else "")
        text, html = as_text_and_html([_heading(title), *blocks, *self._links(onlooker, page)])
        return Mailing(effect.to, title, text, html, onlooker.language, enclosed=enclosed)

    def _onlooker(self, session: Session, user: User) -> Onlooker:
        model = self.records.model
        day = today(self.clock(), model.settings.zone)
        language = user.language if user.language in LANGUAGES else model.settings.languages[0]
        return Onlooker(self.records, user, actor_on(session, model, user, Source.MAIL, day), language)

    def _links(self, onlooker: Onlooker, page: str) -> Iterator[Block]:
        root = onlooker.model.settings.outside.address or ""
        for key, path in (("report_open", page), ("report_end", _ACCOUNT)):
            yield {"kind": "paragraph", "lines": [[{"text": onlooker.say(key), "href": root + path}]]}

    def _content(
        self, onlooker: Onlooker, subscription: Subscription
    ) -> tuple[list[Block], tuple[Enclosure, ...]] | None:
        if subscription.kind == "list":
            return self._list(onlooker, subscription)
        dashboard = onlooker.model.dashboards[subscription.name]
        found = self._figures(onlooker, dashboard, subscription)
        return (found, ()) if found else None

    def _figures(self, onlooker: Onlooker, dashboard: Dashboard, subscription: Subscription) -> list[Block]:
        query = {key: values[0] for key, values in subscription.query.items() if values}
        look = Look.read(query, dashboard, tuple(Whose))
        extent = Extent(*look.spans(today(self.clock(), onlooker.model.settings.zone)), look.whose)
        answers = (answer(onlooker, tile, extent) for tile in dashboard.tiles)
        tellings = [Telling.of(onlooker, each).data() for each in answers if each is not None]
        numbers = [each for each in tellings if each["number"]]
        blocks = [_paragraph(look.told(onlooker))] if tellings else []
        if numbers:
            heads = [onlooker.say(key) for key in ("report_figure", "report_value", "report_change")]
            changes = [(each["number"]["change"] or {"text": ""})["text"] for each in numbers]
            rows = [
                [each["label"], each["number"]["text"], change]
                for each, change in zip(numbers, changes, strict=True)
            ]
            blocks.append(_table(heads, rows))
        for each in tellings:
            if each["rows"]:
                rows = [[row["label"], *(cell["text"] for cell in row["cells"])] for row in each["rows"]]
                blocks += [_heading(each["label"]), _table(each["heads"], rows)]
        if empty := [each["label"] for each in tellings if not each["rows"] and not each["number"]]:
            blocks.append(_paragraph(onlooker.say("report_empty", names=", ".join(empty))))
        return blocks

    def _list(
        self, onlooker: Onlooker, subscription: Subscription
    ) -> tuple[list[Block], tuple[Enclosure, ...]] | None:
        """The first rows of what may be taken away; all of it in a file where that was wished for."""
        with self.store.session(write=False) as session:
            found = listed_by(onlooker, session, subscription)
        if found is None:
            return None
        listed, state = found
        fields = [listed.entity.fields[name] for name in listed.columns(state)]
        shown = [each for each in fields if subscription.purpose in each.purposes or not purposes_of([each])]
        request = listed.request(state)
        with self.records.reader(onlooker.actor) as reader:
            count = reader.count(request, _COUNTED)
            first = next(iter(reader.exported(request, subscription.purpose)), ())[:_ROWS]
            columns = shown[:_COLUMNS]
            rows = list(_rows(onlooker, reader, columns, first))
        number = onlooker.number(count.number) + ("+" if count.more else "")
        blocks = [_paragraph(onlooker.say("report_rows", n=number, shown=onlooker.number(len(rows))))]
        if rows and columns:
            right = [each.type.right_aligned for each in columns]
            blocks.append(_table([onlooker.field_label(each) for each in columns], rows, right))
        if not subscription.has_file:
            return blocks, ()
        asked = Wanted(request, Format.XLSX, onlooker.language, subscription.purpose)
        with self.exporter.export(onlooker.actor, asked) as made:
            name = f"{onlooker.label(listed.entity.plural)}.xlsx"
            return blocks, (Enclosure(name, Format.XLSX.media_type, made.content.read()),)


def _rows(
    onlooker: Onlooker, reader: Reader, columns: Sequence[Field], records: Sequence[Record]
) -> Iterator[list[str]]:
    wanted = {
        reference
        for record in records
        for field in columns
        if (value := record.values.get(field.name)) is not None
        for reference in references_of(field, value)
    }
    showing = onlooker.showing(reader.titles(wanted))
    for record in records:
        held = [(each, record.values.get(each.name)) for each in columns]
        yield ["–" if value is None else each.type.show(value, showing) for each, value in held]


def _heading(text: str) -> Block:
    return {"kind": "heading", "lines": [[{"text": text}]]}


def _paragraph(text: str) -> Block:
    return {"kind": "paragraph", "lines": [[{"text": text}]]}


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[bool] = ()) -> Block:
    """Figures stand at the right, unless it is said what does; short rows are filled."""
    aligned = list(right) or [False, *(True for _ in heads[1:])]
    lines: list[list[Span]] = [[{"text": each} for each in heads]]
    lines += ([{"text": each} for each in [*row, *[""] * (len(heads) - len(row))]] for row in rows)
    return {"kind": TABLE, "lines": lines, "right": aligned, "below": 0}
