"""The engine store: audit, users, numbers, traces and whatever else Relasi keeps for itself, beside the
records."""

from __future__ import annotations

from relasi.store.session import Session
from relasi.store.store import Store

__all__ = ["Session", "Store"]
