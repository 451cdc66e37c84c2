"""All files of the project: where each comes from, whose drafts there are, what is not applied yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import streamlit as st

from relasi.apps import components
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.studio.desk import Data, name_of_layer, names_of, told, workshop_of
from relasi.apps.visitor import Visitor
from relasi.config.documents import FOLDERS, Home, folder_of
from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import Node, lookup
from relasi.config.project import Project
from relasi.errors import EditRefused
from relasi.schema.labels import label_of
from relasi.schema.labels import text as label_text
from relasi.studio.workshop import File, place_of


def tree_part(here: Here) -> None:
    visitor, workshop = here.visitor, workshop_of(here.visitor)
    project = workshop.compiled().project
    files = workshop.files(project)
    kinds = list(dict.fromkeys(each.home.kind for each in files))
    with st.container(horizontal=True, vertical_alignment="center", key="studio-tools"):
        words = st.text_input(
            told(visitor, "search_files"),
            placeholder=told(visitor, "search_files"),
            label_visibility="collapsed",
            icon=":material/search:",
            width=300,
            key="studio-search",
        )
        kind = st.selectbox(
            told(visitor, "kind"),
            kinds,
            index=None,
            format_func=lambda each: told(visitor, f"kind_{each}"),
            placeholder=told(visitor, "all_kinds"),
            label_visibility="collapsed",
            width=200,
            key="studio-kind",
            persist_state="session",
        )
        with st.popover(told(visitor, "new_file"), icon=":material/note_add:"):
            _new_file(here)
    labels = _labels(visitor, project)
    shown = [each for each in files if kind in (None, each.home.kind) and _holds(each, labels, words or "")]
    if not shown:
        st.markdown(f":gray[{told(visitor, 'no_files')}]")
        return
    components.table(
        _table(visitor, shown, labels),
        key="studio-files",
        on_open=lambda link: st.query_params.from_dict({"file": link["id"]}),
    )


def _holds(file: File, labels: Mapping[Home, str], words: str) -> bool:
    text = f"{file.file} {labels.get(file.home, '')}".casefold()
    return all(word in text for word in words.casefold().split())


def _labels(visitor: Visitor, project: Project) -> dict[Home, str]:
    """What people call what the documents define."""
    found = {}
    for document in project.documents:
        node = lookup(document.root, ["label"]) if document.kind in FOLDERS else None
        written = _plain_label(node)
        if written is not None:
            found[document.home] = label_text(
                label_of(written, document.name, ("en", "id")), visitor.language
            )
    return found


def _plain_label(node: Node | None) -> str | dict[str, str] | None:
    if isinstance(node, MappingNode):
        return {key: getattr(each.value, "text", "") for key, each in node.entries.items()}
    return getattr(node, "text", None)


def _table(visitor: Visitor, files: Sequence[File], labels: Mapping[Home, str]) -> Data:
    def column(name: str, *, leading: bool = False) -> Data:
        label = told(visitor, f"column_{name}")
        return {"name": name, "label": label, "right": False, "short": name == "file", "leading": leading}

    return {
        "label": told(visitor, "part_files"),
        "untitled": "",
        "columns": [
            column("file", leading=True),
            column("label", leading=True),
            column("kind"),
            column("origin"),
            column("state"),
        ],
        "rows": [
            {
                "link": {
                    "entity": "file",
                    "id": each.file,
                    "href": f"/studio?file={each.file}",
                },
                "cells": [
                    {"text": place_of(each.file)},
                    {"text": labels.get(each.home, "")},
                    {"text": told(visitor, f"kind_{each.home.kind}"), "soft": True},
                    {"text": _origin(visitor, each), "soft": each.layer != "project"},
                    _state(visitor, each),
                ],
            }
            for each in files
        ],
        "totals": None,
    }


def _origin(visitor: Visitor, file: File) -> str:
    name = name_of_layer(visitor, file.layer)
    module = folder_of(PurePosixPath(place_of(file.file)), file.home)
    parts = [name, *([module] if module else [])]
    return " · ".join([*parts, *([told(visitor, "overlay")] if file.is_overlay else [])])


def _state(visitor: Visitor, file: File) -> Data:
    mine = visitor.user.id in file.drafted_by
    others = [each for each in file.drafted_by if each != visitor.user.id]
    badges = [{"text": told(visitor, "my_draft"), "color": "blue"}] if mine else []
    if others:
        badges.append(
            {"text": told(visitor, "draft_of", people=names_of(visitor, others)), "color": "orange"}
        )
    if file.changed:
        badges.append({"text": told(visitor, "not_applied"), "color": "yellow"})
    return {"text": "", "badges": badges} if badges else {"text": ""}


def _new_file(here: Here) -> None:
    visitor = here.visitor
    with st.form("studio-new", border=False, clear_on_submit=True):
        kind = st.selectbox(
            told(visitor, "kind"),
            [each for each in FOLDERS if each != "platform"],
            format_func=lambda each: told(visitor, f"kind_{each}"),
        )
        name = st.text_input(told(visitor, "file_name"), max_chars=50, help=told(visitor, "file_name_help"))
        sure = st.form_submit_button(told(visitor, "begin"), type="primary")
    if not sure:
        return
    home, workshop = Home(kind, name.strip()), workshop_of(visitor)
    file = f"{FOLDERS[kind]}/{home.name}.yaml"
    try:
        if workshop.open(file).text:
            raise EditRefused("file_there", file=file)
        workshop.keep(file, f"{home.opening}\n")
    except EditRefused as refused:
        st.error(plain(refused.text(visitor.language)), icon=":material/error:")
        return
    st.query_params.from_dict({"file": file})
    st.rerun()
