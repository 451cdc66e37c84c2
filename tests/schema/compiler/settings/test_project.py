from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from relasi.schema.model import Entity, MenuItem
from tests.schema.compiler.examples import PROJECTS, Example, model_of

ROLES = """\
# config/roles.yaml
roles:
  boss: {everything: true}
  agent:
  manager: {includes: [agent]}
  chief: {includes: [manager]}
  owner: {includes: [boss]}
"""


def test_a_role_has_the_roles_that_it_includes_directly_and_through_others(tmp_path: Path) -> None:
    roles = model_of(tmp_path, ROLES).roles
    assert roles["chief"].includes == {"chief", "manager", "agent"}


def test_a_role_may_do_everything_if_one_that_it_includes_may(tmp_path: Path) -> None:
    roles = model_of(tmp_path, ROLES).roles
    assert [name for name, role in roles.items() if role.everything] == ["boss", "owner"]


def test_a_role_demands_a_second_factor_if_one_that_it_includes_does(tmp_path: Path) -> None:
    roles = model_of(tmp_path, ROLES.replace("  agent:\n", "  agent: {second_factor: required}\n")).roles
    assert [name for name, role in roles.items() if role.second_factor] == ["agent", "manager", "chief"]


def test_roles_that_include_each_other_have_the_same_rights(tmp_path: Path) -> None:
    roles = model_of(tmp_path, ROLES.replace("  agent:\n", "  agent: {includes: [chief]}\n")).roles
    assert roles["agent"].includes == roles["chief"].includes == {"agent", "manager", "chief"}


def test_the_settings_are_those_of_the_file_and_the_rest_have_defaults(tmp_path: Path) -> None:
    settings = model_of(tmp_path, "").settings
    assert (settings.languages, settings.currency, settings.zone, settings.platform) == (
        ("en", "id"),
        "IDR",
        ZoneInfo("Asia/Jakarta"),
        "local",
    )


def test_a_menu_without_lists_shows_all_of_them(tmp_path: Path) -> None:
    menu = model_of(tmp_path, "").departments["desk"].menu
    assert menu == (MenuItem("visit", ("open",)), MenuItem("guest", ("all",)))


def test_sample_users_speak_the_first_language_unless_they_say_otherwise(tmp_path: Path) -> None:
    source = """\
# config/sample_data.yaml
sample:
  users:
    budi: {full_name: Budi, email: budi@example.com, roles: [agent], password: demo, language: id}
    ann: {full_name: Ann, email: ann@example.com, roles: [agent, boss], password: demo}
"""
    users = model_of(tmp_path, source).sample.users
    assert [(user.name, user.language, user.roles) for user in users] == [
        ("budi", "id", ("agent",)),
        ("ann", "en", ("agent", "boss")),
    ]


class TestLayers:
    def test_an_overlay_changes_one_property_and_leaves_the_others(self, tmp_path: Path) -> None:
        name = self.guest(tmp_path).fields["name"].type
        assert (name.storage().length, name.required) == (40, True)

    def test_an_overlay_adds_and_takes_away_fields(self, tmp_path: Path) -> None:
        names = [field.name for field in self.guest(tmp_path).own_fields]
        assert names == ["name", "level", "budget", "owner", "phone"]

    def test_an_overlay_adds_a_grant(self, tmp_path: Path) -> None:
        assert list(self.guest(tmp_path).access) == ["agent", "clerk"]

    def test_an_overlay_changes_the_options_of_a_value_list(self, tmp_path: Path) -> None:
        options = self.guest(tmp_path).fields["level"].type.choices()
        assert [(key, option.color) for key, option in options.items()] == [("high", "red"), ("top", None)]

    def test_a_layer_adds_roles_that_include_those_below(self, tmp_path: Path) -> None:
        model, _, _ = Example.read(PROJECTS / "valid" / "layers.yaml").compile(tmp_path)
        assert model is not None
        assert model.roles["clerk"].includes == {"clerk", "agent"}

    @staticmethod
    def guest(root: Path) -> Entity:
        model, _, _ = Example.read(PROJECTS / "valid" / "layers.yaml").compile(root)
        assert model is not None
        return model.entities["guest"]
