"""The office of the apps' tests."""

from __future__ import annotations

from tests.apps.conftest import visit, world

__all__ = ["visit", "world"]
