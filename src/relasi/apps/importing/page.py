"""The page of an import, step by step. The address names the file, so that a reload finds it again."""

from __future__ import annotations

import streamlit as st
from babel.units import format_unit

from relasi.apps import components
from relasi.apps.importing.columns import columns_step
from relasi.apps.importing.earlier import earlier_imports
from relasi.apps.importing.fields import template
from relasi.apps.importing.look import preview_step
from relasi.apps.importing.routes import ENDINGS, TAKEN, address_for, arrived, may_import
from relasi.apps.importing.run import import_step
from relasi.apps.importing.wizard import Stage, Wizard
from relasi.apps.importing.words import told
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.errors import Forbidden, NotFound
from relasi.exporting.files import Format
from relasi.importing.tables import FileOptions
from relasi.texts import say

_FILE_WORDS = ("drop", "remove", "sending", "failed")
_STEPS = {Stage.COLUMNS: columns_step, Stage.PREVIEW: preview_step, Stage.IMPORT: import_step}


def import_button(here: Here) -> None:
    """The way to the page, for who may import such records."""
    visitor = here.visitor
    if not may_import(visitor, here.entity.name):
        return
    with st.container(key="import-here", width="content"):
        begin = st.button(
            told(visitor, "import"), icon=":material/upload:", type="tertiary", key=here.key("import_here")
        )
    if begin:
        here.go({"import": "1"})


def import_page(here: Here) -> None:
    """Raises Forbidden."""
    visitor, entity = here.visitor, here.entity
    if not may_import(visitor, entity.name):
        raise Forbidden("may_not_import")
    label = visitor.label(entity.plural)
    if st.button(label, icon=":material/arrow_back:", type="tertiary", key=here.key("import_back")):
        here.back()
    st.header(told(visitor, "title", entities=visitor.noun(entity.plural)), width="content")
    wizard = _wizard(here, st.query_params["import"])
    _show_steps(here, wizard)
    if wizard is None:
        _file_step(here)
    else:
        _STEPS[wizard.stage](here, wizard)
    if wizard is None or wizard.stage is Stage.IMPORT:
        earlier_imports(here)


def _wizard(here: Here, key: str) -> Wizard | None:
    """That of the file which the address names; None where there is none yet, or not any more."""
    name = here.key("import")
    known: Wizard | None = st.session_state.get(name)
    if known is not None and known.file.file.id == key:
        return known
    if key == "1":
        return None
    try:
        made = Wizard(here.entity, arrived(here.visitor, key))
    except NotFound:
        st.warning(told(here.visitor, "file_gone"), icon=":material/draft:")
        return None
    with st.spinner(""):
        made.read(here.visitor, FileOptions())
    st.session_state[name] = made
    return made


def _show_steps(here: Here, wizard: Wizard | None) -> None:
    now = wizard.stage.value if wizard else "file"
    names = ["file", *(stage.value for stage in Stage)]
    words = [f"{n} {told(here.visitor, f'step_{name}')}" for n, name in enumerate(names, 1)]
    marked = [
        f"**{word}**" if name == now else f":gray[{word}]" for name, word in zip(names, words, strict=True)
    ]
    st.markdown(" :gray[:material/chevron_right:] ".join(marked))


def _file_step(here: Here) -> None:
    visitor, entity = here.visitor, here.entity
    most = format_unit(TAKEN.largest // 10**6, "megabyte", "short", locale=visitor.showing().locale)
    held = components.files(
        {
            "key": here.key("import_file"),
            "label": told(visitor, "file"),
            "required": False,
            "help": told(visitor, "file_help", most=most),
            "value": [],
            "most": 1,
            "largest": TAKEN.largest,
            "pictured": False,
            "accept": ",".join(f".{ending}" for ending in ENDINGS),
            "upload": address_for(entity.name),
            "folder": "",
            "words": {
                "add": visitor.say("files_add_one"),
                **{word: visitor.say(f"files_{word}", name="{name}") for word in _FILE_WORDS},
                "too_large": say(visitor.language, "issues.file_too_large", max=TAKEN.max_size),
            },
        },
        key=here.key("import_file"),
    )
    here_now = [each["id"] for each in held or () if not each.get("arriving")]
    if here_now:
        here.go({"import": here_now[0]})
    name = told(visitor, "title", entities=visitor.noun(entity.plural))
    st.download_button(
        told(visitor, "template"),
        lambda: template(visitor, entity),
        file_name=f"{plain(name)}.xlsx",
        mime=Format.XLSX.media_type,
        icon=":material/table_view:",
        type="tertiary",
        help=told(visitor, "template_help"),
        key=here.key("import_template"),
        on_click="ignore",
    )
