"""Secrets stand in the environment or in files, and nothing that Relasi prints or keeps ever shows one."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import BaseModel

from relasi.definitions import compile_project
from relasi.runtime import open_crm
from relasi.schema import spec
from relasi.schema.spec.mail import SecretSpec
from tests.cli.conftest import Relasi

_SECRET = re.compile("secret|password|token|credential|data_keys")
MAIL = """
address: https://crm.example.com
mail:
  from: "Desk <desk@example.com>"
  smtp: {host: 127.0.0.1, port: 9, tls: none, user: crm, password: {env: SMTP_PASSWORD}}
"""
HOOK = """
hook: booking
entity: task
secret: {env: HOOK_SECRET}
set: {subject: body.subject}
"""
POSTGRESQL = """
platform: team
kind: postgresql
host: 127.0.0.1
port: 9
database: crm
user: crm
password: {env: DATABASE_PASSWORD}
tls: none
nocodb:
  url: http://127.0.0.1:9
  login: {email: relasi@example.com, password: {env: NOCODB_PASSWORD}}
  grid: {user: crm_grid, password: {file: grid.password}}
"""
COPY = """
platform: team
kind: nocodb
nocodb: {url: "http://127.0.0.1:9", token: {env: NOCODB_TOKEN}}
"""
VARIABLES = ("SMTP_PASSWORD", "HOOK_SECRET", "DATABASE_PASSWORD", "NOCODB_PASSWORD", "NOCODB_TOKEN")
COMMANDS = (
    ("check",),
    ("check", "--json"),
    ("show", "config"),
    ("plan", "--json"),
    ("doctor",),
    ("doctor", "--json"),
    ("user", "list", "--json"),
)


def specs() -> set[type[BaseModel]]:
    modules = [import_module(f"{spec.__name__}.{each.name}") for each in pkgutil.iter_modules(spec.__path__)]
    values = [value for module in modules for value in vars(module).values()]
    return {value for value in values if isinstance(value, type) and issubclass(value, BaseModel)}


def test_no_key_of_the_yaml_takes_a_secret_itself() -> None:
    """But for the sample people, whose passwords stand on the page at the door."""
    plain = {
        f"{each.__name__}.{name}"
        for each in specs()
        for name, field in each.model_fields.items()
        if _SECRET.search(name) and field.annotation not in (SecretSpec, SecretSpec | None)
    }
    assert plain == {"SampleUserSpec.password"}


@pytest.fixture(params=[None, POSTGRESQL, COPY], ids=["sqlite", "postgresql", "nocodb"])
def secrets(request: pytest.FixtureRequest, project: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What must not be seen of a project that has a secret wherever it can have one."""
    values = {name: f"sesame-{number}-{name}" for number, name in enumerate(VARIABLES)}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    (project / "grid.password").write_text("sesame-grid", encoding="utf-8")
    settings = project / "config" / "crm.yaml"
    where = "platform: team\n" if request.param else ""
    settings.write_text(settings.read_text(encoding="utf-8") + MAIL + where, encoding="utf-8")
    hooks = project / "config" / "hooks"
    hooks.mkdir()
    (hooks / "booking.yaml").write_text(HOOK, encoding="utf-8")
    if request.param is not None:
        platforms = project / "config" / "platforms"
        platforms.mkdir(exist_ok=True)
        (platforms / "team.yaml").write_text(request.param, encoding="utf-8")
    return {*values.values(), "sesame-grid"}


def test_no_command_shows_one(relasi: Relasi, project: Path, secrets: set[str]) -> None:
    assert relasi("check").code == 0
    for words in COMMANDS:
        answer = relasi(*words)
        keys = [file.read_text(encoding="utf-8") for file in project.glob("keys/*")]
        said = answer.out + answer.err
        assert not [each for each in {*secrets, *keys} if each in said], words


def test_no_object_of_the_settings_shows_one(project: Path, secrets: set[str]) -> None:
    model, *_ = compile_project(project)
    assert model is not None
    assert not [each for each in secrets if each in repr(model)]


@pytest.mark.parametrize("secrets", [None], indirect=True)
def test_what_is_open_shows_none_and_the_database_holds_none(
    relasi: Relasi, project: Path, secrets: set[str]
) -> None:
    relasi("apply", "--yes")
    crm = open_crm(project)
    said = repr(crm) + repr(crm.model) + str(vars(crm) if hasattr(crm, "__dict__") else "")
    file = crm.database.file
    crm.close()
    assert file is not None
    assert not [each for each in secrets if each in said or each.encode() in file.read_bytes()]
