"""What comes in by a web form, from a page or from a program of the company's own site, as plain answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from relasi.errors import FormRefused
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import Widget
from relasi.schema.model import Entity
from relasi.schema.model.webform import WebForm

TICKET, TRAP, LANGUAGE, FOR = "form.ticket", "form.website", "form.language", "for"
AGREED, KEPT = "consents.", "kept."
"""What stands before a purpose, and before the field of a file that arrived by an earlier sending."""

_LARGEST_TEXT = 256 * 1024
_LARGEST = 64 * 1024 * 1024
_MOST_PARTS = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """`written` is what was typed and chosen, by field: text, texts, or what JSON holds. `kept` are the seals
    of files that arrived before."""

    written: Mapping[str, Any]  # Any: JSON
    agreed: frozenset[str] = frozenset()
    ticket: str = ""
    trap: str = ""
    language: str = ""
    about: str = ""
    """What the link said of the record that is filled in."""
    uploads: Mapping[str, Sequence[UploadFile]] = field(default_factory=dict)
    kept: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def close(self) -> None:
        """What has arrived is kept elsewhere by then."""
        for uploads in self.uploads.values():
            for upload in uploads:
                upload.file.close()


async def taken(request: Request, form: WebForm, entity: Entity) -> Sent:
    """Raises FormRefused."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _of_json(await _body(request), form, entity)
    if kind == "multipart/form-data":
        return _of_page(await _parts(request, form, entity), form, entity)
    texts = parse_qs((await _body(request)).decode("utf-8", "replace"), keep_blank_values=True)
    return _of_page(list(_pairs(texts)), form, entity)


def file_fields(form: WebForm, entity: Entity) -> Mapping[str, Attached]:
    found = {each.name: entity.fields[each.name].type for each in form.fields}
    return {name: type_ for name, type_ in found.items() if isinstance(type_, Attached)}


def _pairs(texts: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str | UploadFile]]:
    return ((name, text) for name, values in texts.items() for text in values)


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_TEXT:
            raise FormRefused("form_too_large")
    return body


async def _parts(request: Request, form: WebForm, entity: Entity) -> list[tuple[str, str | UploadFile]]:
    files = file_fields(form, entity).values()
    largest = min(_LARGEST, _LARGEST_TEXT + sum(each.most * each.largest for each in files))
    parser = MultiPartParser(
        request.headers,
        _measured(request, largest),
        max_files=sum(each.most for each in files) + len(files),
        max_fields=_MOST_PARTS,
        max_part_size=_LARGEST_TEXT,
    )
    try:
        return (await parser.parse()).multi_items()
    except (MultiPartException, KeyError) as error:
        raise FormRefused("form_unreadable") from error


async def _measured(request: Request, largest: int) -> Any:  # Any: an asynchronous generator of bytes
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > largest:
            raise FormRefused("form_too_large")
        yield piece


def _of_page(parts: Sequence[tuple[str, str | UploadFile]], form: WebForm, entity: Entity) -> Sent:
    texts: dict[str, list[str]] = {}
    uploads: dict[str, list[UploadFile]] = {}
    for name, value in parts:
        if isinstance(value, UploadFile):
            if value.filename:
                uploads.setdefault(name, []).append(value)
        else:
            texts.setdefault(name, []).append(value.replace("\r\n", "\n"))

    def first(name: str) -> str:
        return texts.get(name, [""])[0]

    return Sent(
        written={each.name: _one(entity, each.name, texts.get(each.name, [])) for each in form.fields},
        agreed=frozenset(name.removeprefix(AGREED) for name in texts if name.startswith(AGREED)),
        ticket=first(TICKET),
        trap=first(TRAP),
        language=first(LANGUAGE),
        about=first(FOR),
        uploads={name: found for name, found in uploads.items() if name in file_fields(form, entity)},
        kept={name.removeprefix(KEPT): found for name, found in texts.items() if name.startswith(KEPT)},
    )


def _one(entity: Entity, name: str, texts: Sequence[str]) -> Any:  # Any: what JSON would hold
    """A page sends nothing for a box that is not ticked."""
    type_ = entity.fields[name].type
    match type_.widget:
        case Widget.MULTISELECT:
            return list(texts)
        case Widget.CHECKBOX if type_.default is not None:
            return bool(texts and texts[0])
    return texts[0] if texts else ""


def _of_json(body: bytes, form: WebForm, entity: Entity) -> Sent:
    """Files do not come as JSON: whoever has some sends the parts of a form."""
    try:
        content = json.loads(body)
        written, agreed = content.get("fields", {}), content.get("consents", [])
        known = {name: value for name, value in written.items() if name not in file_fields(form, entity)}
        texts = {name: str(content.get(name, "")) for name in ("ticket", "website", "language", FOR)}
        purposes = frozenset(str(each) for each in agreed)
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        raise FormRefused("form_unreadable") from error
    return Sent(known, purposes, texts["ticket"], texts["website"], texts["language"], texts[FOR])
