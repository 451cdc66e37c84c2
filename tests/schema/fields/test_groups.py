"""Types that stand for several fields."""

from __future__ import annotations

from pathlib import Path

from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.model import Entity
from relasi.texts import LANGUAGES
from tests.schema.compiler.examples import model_of

PERSON = """# schema/person.yaml
entity: person
fields:
  name: {type: person_name, label: {en: Name, id: Nama}}
  home: {type: address, label: {en: Home, id: Rumah}}
  place: {type: geo, visible_when: home_city is not empty, was: point}
search: [name]
lists: {all: {columns: [name, home, place], sort: [-name]}}
access: {agent: {read: all, hide: [place]}}
"""


def person(tmp_path: Path, source: str = PERSON) -> Entity:
    return model_of(tmp_path, source).entities["person"]


def shown(entity: Entity, group: str, **values: str) -> list[str]:
    """The block of a group, where texts look like their values."""
    found = next(each for each in entity.groups if each.name == group)
    full = {f"{group}_{part}": value for part, value in values.items()}
    return found.lines(full, full)


def test_every_part_is_an_ordinary_field(tmp_path: Path) -> None:
    fields = person(tmp_path).fields
    assert {name: fields[name].type.name for name in ("home_street", "home_country", "place_latitude")} == {
        "home_street": "text",
        "home_country": "choice",
        "place_latitude": "decimal",
    }
    assert all(type(fields[name].type) is FIELD_TYPES[fields[name].type.name] for name in fields)


def test_the_name_of_the_group_is_no_field(tmp_path: Path) -> None:
    assert "home" not in person(tmp_path).fields


def test_a_part_carries_the_name_of_its_group(tmp_path: Path) -> None:
    assert dict(person(tmp_path).fields["home_city"].label) == {
        "en": "City or regency (Home)",
        "id": "Kota/kabupaten (Rumah)",
    }


def test_a_group_called_like_its_type_needs_no_name_in_its_parts(tmp_path: Path) -> None:
    entity = person(tmp_path, "# schema/person.yaml\nentity: person\nfields: {address: address}\n")
    assert entity.fields["address_street"].label["en"] == "Street"


def test_on_a_form_the_group_stands_for_its_rows(tmp_path: Path) -> None:
    rows = [row for section in person(tmp_path).form for row in section.rows]
    assert ("home_city", "home_postcode") in rows


def test_beside_other_fields_the_group_is_one_row(tmp_path: Path) -> None:
    form = "form: {main: {fields: [[place, name_given]]}}\n"
    (section,) = person(tmp_path, PERSON + form).form
    assert section.rows == (("place_latitude", "place_longitude", "name_given"),)


def test_in_lists_and_orders_the_group_stands_for_what_is_telling(tmp_path: Path) -> None:
    saved = person(tmp_path).lists["all"]
    assert saved.columns == ("name_full", "home_city", "place_latitude", "place_longitude")
    assert [(sort.field, sort.descending) for sort in saved.sort] == [("name_full", True)]


def test_a_search_looks_into_every_text_of_the_group(tmp_path: Path) -> None:
    assert {"name_full", "name_given", "name_family"} <= set(person(tmp_path).search)


def test_who_may_not_see_the_group_sees_no_part_of_it(tmp_path: Path) -> None:
    assert person(tmp_path).access["agent"].hidden.keys() == {"place_latitude", "place_longitude"}


def test_a_condition_of_the_group_counts_for_each_part(tmp_path: Path) -> None:
    conditions = [person(tmp_path).fields[f"place_{part}"].visible_when for part in ("latitude", "longitude")]
    assert [each and each.text for each in conditions] == ["home_city is not empty"] * 2


def test_a_renamed_group_keeps_the_values_of_its_parts(tmp_path: Path) -> None:
    assert person(tmp_path).fields["place_latitude"].type.was == ("point_latitude",)


def test_a_group_has_the_parts_that_its_author_wants(tmp_path: Path) -> None:
    source = "# schema/person.yaml\nentity: person\nfields: {home: {type: address, parts: [city, street]}}\n"
    assert [each.name for each in person(tmp_path, source).own_fields] == ["home_street", "home_city"]


def test_parts_take_the_keys_of_their_fields(tmp_path: Path) -> None:
    parts = "{street: {required: true, label: Road}, country: {default: sg}}"
    source = f"# schema/person.yaml\nentity: person\nfields: {{home: {{type: address, parts: {parts}}}}}\n"
    fields = person(tmp_path, source).fields
    assert (fields["home_street"].type.required, fields["home_country"].type.default) == (True, "sg")
    assert fields["home_street"].label["en"] == "Road"


def test_one_name_is_enough_for_a_person(tmp_path: Path) -> None:
    required = [each.name for each in person(tmp_path).own_fields if each.type.required]
    assert required == ["name_given"]


def test_an_address_is_written_as_its_country_does(tmp_path: Path) -> None:
    parts = {"street": "Main Street 5", "city": "Springfield", "postcode": "12345", "province": "Ohio"}
    assert shown(person(tmp_path), "home", **parts, country="us") == [
        "Main Street 5",
        "Springfield, Ohio 12345",
        "us",
    ]
    assert shown(person(tmp_path), "home", **parts, country="id") == [
        "Main Street 5",
        "Springfield 12345",
        "Ohio",
        "id",
    ]


def test_what_an_address_lacks_leaves_no_trace(tmp_path: Path) -> None:
    assert shown(person(tmp_path), "home", district="Menteng", postcode="10310") == ["Menteng", "10310"]


def test_countries_are_told_in_every_language(tmp_path: Path) -> None:
    options = person(tmp_path).fields["home_country"].type.choices()
    assert {language: options["de"].label[language] for language in LANGUAGES} == {
        "en": "Germany",
        "id": "Jerman",
    }
