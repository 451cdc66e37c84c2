from __future__ import annotations

from tests.messages.conftest import build, certificates, mail_server, sender_of

__all__ = ["build", "certificates", "mail_server", "sender_of"]
