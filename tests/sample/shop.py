"""A small project of which samples are made."""

from __future__ import annotations

from pathlib import Path

from relasi.deploy import Stamp, apply, make_plan
from relasi.schema.model import Model
from tests.records.world import NOW, World, compiled, opened

SHOP = """sample:
  records:
    ware: {count: 3, grows: false, fields: {name: {template: "Ware {n}"}}}
    sale:
      count: 10
      at: {days_ago: [1, 700]}
      fields: {ware: {link: ware}, told: {days_ago: [0, 9]}}
    reply:
      count: 5
      at: came
      fields: {came: {days_ago: [0, 700]}, after: {link: reply}}
"""
ENTITIES = (
    "entity: ware\nfields: {name: text}\n",
    (
        "entity: sale\nfields:\n  number: {type: series, pattern: '{n:04}'}\n"
        "  ware: {type: link, to: ware}\n  told: date\n"
    ),
    "entity: reply\nfields: {came: datetime, after: {type: link, to: reply}}\n",
)


def shop_model(root: Path) -> Model:
    (root / "config").mkdir(parents=True, exist_ok=True)
    (root / "config/sample_data.yaml").write_text(SHOP, encoding="utf-8")
    return compiled(root, ENTITIES)


def opened_shop(root: Path) -> World:
    model = shop_model(root)
    world = opened(root, model)
    apply(make_plan(model, world.crm.database, now=NOW), model, world.crm.database, Stamp("first", NOW))
    return world
