"""The CRM of the Corteza platform, said in Relasi: nothing of its modules is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import yaml

from relasi.deploy import make_plan
from relasi.errors import Invalid
from relasi.records import Record
from relasi.runtime import Crm
from relasi.schema.fields.base import Value
from relasi.schema.model import Field, Model
from tests.importing.open_data import ROOT
from tests.translated.generated import IMPORT, NOW, diagnostics_of, make_all, opened

SOURCE = ROOT / "schemas" / "corteza_crm" / "1100_modules.yaml"
needs_source = pytest.mark.skipif(not SOURCE.is_file(), reason="the shared schemas are not here")

IN_PAIRS = {"Account.CampaignId", "Contact.CampaignId", "Lead.CampaignId", "Opportunity.CampaignId"}
"""Module.Field: a list of links, which here is many-to-many."""

ADDED = {"campaign_member"}
"""The entity of those pairs."""

TYPES = {
    "String": {"text", "long_text", "rich_text", "email", "phone"},
    "Number": {"number", "decimal", "money", "percent", "series"},
    "Bool": {"boolean"},
    "DateTime": {"date", "datetime"},
    "Select": {"choice", "multi_choice", "rating"},
    "Record": {"link"},
    "User": {"user"},
    "Url": {"url", "urls"},
    "File": {"files", "image"},
    "Email": {"email"},
}
"""By the kind in the source: the types that say the same, and more."""

Module = dict[str, Any]  # Any: YAML of the source


@cache
def modules() -> Mapping[str, Module]:
    with SOURCE.open(encoding="utf-8") as file:
        return dict(yaml.load(file, Loader=yaml.CSafeLoader)["modules"])


def snake(name: str) -> str:
    """`SICCode` -> "sic_code"."""
    parted = re.sub("([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub("([a-z0-9])([A-Z])", r"\1_\2", parted).lower()


def source_fields() -> Iterator[tuple[str, str, Module]]:
    """(module, field, its definition), without those that are many-to-many."""
    for module, definition in modules().items():
        for name, field in definition["fields"].items():
            if f"{module}.{name}" not in IN_PAIRS:
                yield module, name, field


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    crm = opened("corteza_crm", tmp_path_factory.mktemp("translated"))
    yield crm
    crm.close()


@pytest.fixture(scope="module")
def model(crm: Crm) -> Model:
    return crm.model


def of(model: Model, module: str, name: str) -> Field:
    return model.entities[snake(module)].fields[snake(name)]


def test_it_is_right_without_a_warning() -> None:
    assert diagnostics_of("corteza_crm") == []


def test_once_applied_there_is_nothing_left_to_apply(crm: Crm) -> None:
    assert make_plan(crm.model, crm.database, now=NOW).is_empty


def test_a_record_of_each_entity_keeps_what_was_written_into_it(crm: Crm) -> None:
    changed = make_all(crm)
    assert (len(changed), {name: each for name, each in changed.items() if each}) == (32 + len(ADDED), {})


class TestTotals:
    """What the source's pages call calculated, and leaves to scripts."""

    @pytest.fixture
    def quote(self, crm: Crm) -> Record:
        return crm.records.create(
            IMPORT,
            "quote",
            {"name": "Pumps", "discount": Decimal(50), "shipping_handling": Decimal(20), "tax": 19},
        )

    def line(self, crm: Crm, quote: Record, **values: Value) -> None:
        crm.records.create(IMPORT, "quote_line_item", {"quote_id": quote.id, **values})

    def test_a_quote_adds_up_its_lines_and_what_goes_off_and_on(self, crm: Crm, quote: Record) -> None:
        self.line(crm, quote, quantity=3, unit_price=Decimal(100))
        self.line(crm, quote, quantity=1, unit_price=Decimal(40), discount=Decimal(10))

        found = crm.records.get(IMPORT, "quote", quote.id).values
        names = ("line_item_count", "subtotal", "total_price", "grand_total")
        assert [found[name] for name in names] == [2, Decimal(330), Decimal(300), Decimal(357)]

    def test_a_line_takes_code_and_price_from_the_price_book(self, crm: Crm, quote: Record) -> None:
        create = crm.records.create
        product = create(IMPORT, "product", {"name": "Pump", "product_code": "P-1"})
        entry = create(IMPORT, "pricebook_entry", {"product_id": product.id, "unit_price": Decimal(99)})
        links = {"product_id": product.id, "pricebook_entry_id": entry.id}
        line = create(IMPORT, "quote_line_item", {"quote_id": quote.id, **links})
        assert (line.values["product_code"], line.values["list_price"]) == ("P-1", Decimal(99))

    def test_nobody_gets_a_negative_discount(self, crm: Crm) -> None:
        with pytest.raises(Invalid, match="Discount can not be a negative number"):
            crm.records.create(IMPORT, "quote", {"name": "Pumps", "discount": Decimal(-1)})

    def test_an_address_is_written_line_by_line_with_the_name_of_the_country(self, crm: Crm) -> None:
        address = {"billing_street": "Main St 1", "billing_city": "Bonn", "billing_postal_code": "53111"}
        values = {"account_name": "Acme", "billing_country": "germany", **address}
        account = crm.records.create(IMPORT, "account", values)
        lines = str(account.values["generated_billing_address"]).splitlines()
        assert [line.strip() for line in lines] == ["Main St 1", "53111 Bonn", "Germany"]


@needs_source
class TestAgainstTheSource:
    def test_every_module_is_an_entity(self, model: Model) -> None:
        names = {snake(module) for module in modules()}
        assert (len(names), names | ADDED) == (32, set(model.entities))

    def test_every_field_is_there_or_named_with_the_reason(self, model: Model) -> None:
        said = {(snake(module), snake(name)) for module, name, _ in source_fields()}
        own = {(entity.name, field.name) for entity in model.entities.values() for field in entity.own_fields}
        own = {(entity, field) for entity, field in own if entity not in ADDED}
        assert (len(said) + len(IN_PAIRS), own) == (502, said)

    def test_a_list_of_links_is_many_to_many(self, model: Model) -> None:
        pairs = {
            f"{module}.{name}": model.entities[table.entity].fields[table.other].links_to
            for module, definition in modules().items()
            for name in definition["fields"]
            if (table := model.entities[snake(module)].tables.get(snake(name))) and table.other
        }
        assert pairs == dict.fromkeys(IN_PAIRS, ("campaigns",))

    def test_every_field_has_a_type_of_its_kind(self, model: Model) -> None:
        wrong = {
            f"{module}.{name}: {field['kind']} -> {found.type.name}"
            for module, name, field in source_fields()
            if not (found := of(model, module, name)).computed and found.type.name not in _types(field)
        }
        assert wrong == set()

    def test_several_values_stay_several(self, model: Model) -> None:
        several = {
            f"{module}.{name}": of(model, module, name).type.name
            for module, name, field in source_fields()
            if field.get("multi")
        }
        assert set(several.values()) <= {"multi_choice", "files", "urls"}

    def test_links_lead_to_the_same_entity(self, model: Model) -> None:
        led = {
            (f"{module}.{name}", *of(model, module, name).links_to)
            for module, name, field in source_fields()
            if field["kind"] == "Record"
        }
        wanted = {
            (f"{module}.{name}", snake(field["options"]["module"]))
            for module, name, field in source_fields()
            if field["kind"] == "Record"
        }
        assert led == wanted

    def test_options_are_read_as_before(self, model: Model) -> None:
        wrong = {
            f"{module}.{name}"
            for module, name, field in source_fields()
            if (type_ := of(model, module, name).type).choices()
            if [option.label["en"] for option in type_.choices().values()] != _options(field)
        }
        assert wrong == set()

    def test_labels_are_read_as_before(self, model: Model) -> None:
        wrong = {
            f"{module}.{name}"
            for module, name, field in source_fields()
            if field.get("label") and of(model, module, name).label["en"] != field["label"].strip()
        }
        assert wrong == set()

    def test_what_was_refused_is_refused_in_the_same_words(self, model: Model) -> None:
        messages = {
            each["error"]
            for module, name, field in source_fields()
            for each in field.get("expressions", {}).get("validators", ())
            if not of(model, module, name).computed
        }
        said = {each.message["en"] for entity in model.entities.values() for each in entity.refusals}
        assert (len(said), said) == (3, messages)

    def test_what_was_required_is_required(self, model: Model) -> None:
        required = {f"{m}.{name}" for m, name, _ in source_fields() if of(model, m, name).type.required}
        assert required == {f"{m}.{name}" for m, name, field in source_fields() if field.get("required")}


def _types(field: Module) -> set[str]:
    """A choice of nothing is a text."""
    return {"text"} if field["kind"] == "Select" and not _options(field) else TYPES[field["kind"]]


def _options(field: Module) -> list[str]:
    """The texts that people choose from; an empty one stands for no choice."""
    written = field["options"]["options"]
    texts = [each if isinstance(each, str) else each.get("text") or each["value"] for each in written]
    return [text for text in texts if text.strip()]
