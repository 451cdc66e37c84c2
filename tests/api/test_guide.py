"""What docs/guide/api.md tells readers to type works on a server, word for word."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from relasi.records import Source
from relasi.runtime import open_crm
from tests.serving import CHECKOUT, Server

GUIDE = CHECKOUT / "docs" / "guide" / "api.md"


def examples() -> str:
    return "\n".join(re.findall(r"```bash\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL))


def surroundings(server: Server) -> Mapping[str, str]:
    """What the guide says that readers have: a key, and the ids of records."""
    with closing(open_crm(server.root)) as crm:
        with crm.store.session(write=False) as session:
            sari = session.users.by_name("sari")
        assert sari is not None
        actor = crm.actor(sari, Source.CLI)
        _, token = crm.keys.add(sari, "guide", ["read", "write"])
        customer = crm.records.options(actor, "customer", limit=1)[0][0]
        values = {"subject": "Broken", "customer": customer, "priority": "low"}
        made = crm.records.create(actor, "complaint", values)
    return {
        "CRM": server.address,
        "KEY": token,
        "ID": made.id,
        "VERSION": str(made.version),
        "CUSTOMER": customer,
    }


@pytest.mark.skipif(not shutil.which("curl") and "CI" not in os.environ, reason="there is no curl")
def test_the_examples_work_as_they_stand(server: Server, tmp_path: Path) -> None:
    said = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", examples()],
        env=os.environ | surroundings(server),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert said.returncode == 0, f"{said.stdout}\n{said.stderr[-3000:]}"
    assert said.stdout.endswith("a note")
