"""Everything about a person as one file: data for machines, a page for people, and the attached files."""

from __future__ import annotations

import json
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from relasi.privacy.dossier import Dossier
from relasi.privacy.pages import page_of
from relasi.schema.holes import showing_in
from relasi.schema.model import Model
from relasi.store.contents import Contents


def write(target: BinaryIO, dossier: Dossier, model: Model, contents: Contents, language: str) -> None:
    """Files whose content is lost are left out."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(dossier.to_json(), ensure_ascii=False, indent=2))
        archive.writestr("index.html", page_of(dossier, model, showing_in(model.settings, language)))
        for name, file in dossier.files.items():
            path = contents.path(file.sha256)
            if path.is_file():
                archive.write(path, name)
