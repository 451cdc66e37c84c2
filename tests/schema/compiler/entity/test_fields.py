from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.fields.base import Moment
from tests.schema.compiler.examples import model_of

MOMENT = Moment(datetime(2026, 11, 21, 14, 5, tzinfo=UTC), ZoneInfo("Asia/Jakarta"), "u1")


def test_fields_keep_their_order_and_the_engines_own_come_last(tmp_path: Path) -> None:
    model = model_of(tmp_path, "# schema/room.yaml\nentity: room\nfields: {b: text, a: number}\n")
    assert list(model.entities["room"].fields) == ["b", "a", *SYSTEM_TYPES]


def test_the_state_is_a_choice_between_the_states_and_starts_with_the_first(tmp_path: Path) -> None:
    status = model_of(tmp_path, "").entities["visit"].fields["status"].type
    assert (list(status.choices()), status.default_value(MOMENT)) == (["planned", "held"], "planned")


def test_a_label_is_made_from_the_key_where_there_is_none(tmp_path: Path) -> None:
    model = model_of(tmp_path, "# schema/room.yaml\nentity: room\nfields: {free_from: date}\n")
    assert model.entities["room"].fields["free_from"].label == {"en": "Free from", "id": "Free from"}


def test_one_label_serves_all_languages(tmp_path: Path) -> None:
    source = "# schema/room.yaml\nentity: room\nfields: {no: {type: text, label: Number}}\n"
    assert model_of(tmp_path, source).entities["room"].fields["no"].label == {"en": "Number", "id": "Number"}


def test_a_label_that_lacks_a_language_borrows_the_other(tmp_path: Path) -> None:
    source = "# schema/room.yaml\nentity: room\nfields: {no: {type: text, label: {id: Nomor}}}\n"
    assert model_of(tmp_path, source).entities["room"].fields["no"].label == {"en": "Nomor", "id": "Nomor"}


def test_a_value_list_gives_its_options_to_a_field(tmp_path: Path) -> None:
    level = model_of(tmp_path, "").entities["guest"].fields["level"].type
    assert list(level.choices()) == ["low", "high"]


def test_money_is_kept_to_the_places_of_the_projects_currency(tmp_path: Path) -> None:
    settings = "# config/crm.yaml\ncrm: 1\nname: Small\nlanguages: [en, id]\ncurrency: {}\n"
    places = {
        currency: model_of(tmp_path / currency, settings.format(currency))
        .entities["guest"].fields["budget"].type.storage().places
        for currency in ("EUR", "JPY", "KWD")
    }  # fmt: skip
    assert places == {"EUR": 2, "JPY": 0, "KWD": 3}


def test_conditions_are_compiled_with_what_they_read(tmp_path: Path) -> None:
    source = "# schema/room.yaml\nentity: room\nfields: {a: {type: text, required_when: b > 3}, b: number}\n"
    condition = model_of(tmp_path, source).entities["room"].fields["a"].required_when
    assert condition is not None
    assert condition.fields == {"b"}
