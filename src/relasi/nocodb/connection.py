"""From the settings of a platform to the server that they mean."""

from __future__ import annotations

from pathlib import Path

from relasi.errors import Refused
from relasi.nocodb.transport import Login, Patience, Token, Transport
from relasi.schema.model.platform import Nocodb
from relasi.schema.secrets import reveal


def transport_of(nocodb: Nocodb, root: Path, patience: Patience | None = None) -> Transport:
    """Nothing is asked yet. Raises Refused where a secret is not there."""
    if nocodb.login is not None:
        email, password = nocodb.login
        return Transport(nocodb.url, Login(email, reveal(password, root)), patience)
    if nocodb.token is None:
        raise Refused("secret_missing", place="token")
    return Transport(nocodb.url, Token(reveal(nocodb.token, root)), patience)
