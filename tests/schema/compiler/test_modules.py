"""What the Model knows of modules: whom the roles of one that is off are offered to."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.definitions import compile_project

FILES = {
    "config/modules.yaml": "modules:\n  selling:\n  repair:\n",
    "config/platforms/local.yaml": "platform: local\nkind: sqlite\n",
    "config/roles.yaml": "roles:\n  seller: {module: selling}\n  mender: {module: repair}\n  boss:\n",
}


@pytest.mark.parametrize(
    ("modules", "offered"),
    [("", {"seller", "mender", "boss"}), ("modules: [repair]\n", {"mender", "boss"})],
)
def test_nobody_is_offered_a_role_whose_module_is_off(
    modules: str, offered: set[str], tmp_path: Path
) -> None:
    for name, text in {"config/crm.yaml": f"crm: 1\nname: Ours\n{modules}", **FILES}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    model, diagnostics, _ = compile_project(tmp_path)

    assert list(diagnostics) == []
    assert model is not None
    assert {name for name, role in model.roles.items() if role.is_offered} == offered
