"""Texts of which a mask shows only a part."""

from __future__ import annotations


class Disguised(str):
    """What is left of a value: no number to call, no address to write to."""

    __slots__ = ()
