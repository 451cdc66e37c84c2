"""Reading a project again with what is known from before gives what reading it afresh gives."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from relasi.config.parsed import ParsedFiles
from relasi.config.project import Project, load
from relasi.diagnostics import Diagnostic, Diagnostics

FILES = ("config/crm.yaml", "schema/visit.yaml", "schema/call.yaml")
CONTENTS = (
    "crm: 1\nname: Mine\n",
    "entity: visit\nfields: {a: text}\n",
    "entity: visit\nfields: {a: number}\n",
    "entity: call\nfields: {a: text}\n",
    "entity: [\n",
    "entity: call\nfields: {a: text, a: text}\n",
    "",
)
Edit = tuple[str, str | None]
"""A file and its new content; None takes it away."""
edits = st.lists(
    st.tuples(st.sampled_from(FILES), st.sampled_from(CONTENTS) | st.none()), min_size=1, max_size=8
)


def loaded(root: Path, parsed: ParsedFiles | None) -> tuple[Project, list[Diagnostic]]:
    diagnostics = Diagnostics()
    return load(root, diagnostics, parsed=parsed), list(diagnostics)


@given(edits)
def test_after_every_edit_both_say_the_same(changes: list[Edit]) -> None:
    parsed = ParsedFiles()
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "config").mkdir()
        (root / "schema").mkdir()
        for name, content in changes:
            if content is None:
                (root / name).unlink(missing_ok=True)
            else:
                (root / name).write_text(content, encoding="utf-8")
            assert loaded(root, parsed) == loaded(root, None)


def test_a_file_that_stays_the_same_is_not_parsed_again(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "crm.yaml").write_text("crm: 1\nname: Mine\n", encoding="utf-8")
    parsed = ParsedFiles()
    first, second = (loaded(tmp_path, parsed)[0].documents[0] for _ in range(2))

    assert first.root is second.root
