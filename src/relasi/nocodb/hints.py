"""NocoDB says when somebody edits: a webhook of each table calls us, and the worker looks sooner. What gets
lost on the way is found a little later all the same."""

from __future__ import annotations

from relasi.nocodb.layout import Sheet
from relasi.nocodb.transport import Transport

PATH = "/nocodb/edited"
"""Behind it, the name of the entity."""
HEADER = "x-relasi-word"

_TITLE = "Relasi"


def ask(transport: Transport, sheet: Sheet, address: str, password: str) -> None:
    """Makes the webhook of a table, in place of the one that it had. Raises PlatformUnavailable and
    NocodbError."""
    hooks = f"/api/v2/meta/tables/{sheet.id}/hooks"
    for known in transport.get(hooks)["list"]:
        if known["title"] == _TITLE:
            transport.delete(f"/api/v2/meta/hooks/{known['id']}")
    payload = {
        "method": "POST",
        "path": address,
        "body": "{}",
        "headers": [{"name": HEADER, "value": password, "enabled": True}],
        "parameters": [],
        "auth": "",
    }
    transport.post(
        hooks,
        {
            "title": _TITLE,
            "event": "after",
            "operation": ["insert", "update", "delete"],
            "active": True,
            "version": "v3",
            "notification": {"type": "URL", "payload": payload},
        },
    )
