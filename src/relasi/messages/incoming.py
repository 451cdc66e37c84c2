"""Calls that come in."""

from __future__ import annotations

PATH = "/hooks"
