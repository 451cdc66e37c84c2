from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit import config

from relasi.apps import theme


def test_every_option_is_one_that_streamlit_knows() -> None:
    unknown = [name for name in theme.options() if name not in config.get_config_options()]

    assert unknown == []


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_stands_out_from_what_it_stands_on(colors: dict[str, str]) -> None:
    """At least 4.5 to 1, as WCAG asks of text (AA)."""
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert _contrast(colors["textColor"], colors[ground]) >= 4.5
        assert _contrast(colors["linkColor"], colors[ground]) >= 4.5
    assert _contrast("#ffffff", colors["primaryColor"]) >= 4.5


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_so_does_text_that_steps_back(colors: dict[str, str]) -> None:
    mixed = re.compile(r"(?<!-)color: color-mix\(in srgb, var\(--st-text-color\) (\d+)%, transparent")
    styles = Path(theme.__file__).parent.glob("components/*.css")
    written = [style.read_text(encoding="utf-8") for style in styles]
    shares = {int(share) / 100 for each in written for share in mixed.findall(each)}

    for ground in (colors["backgroundColor"], colors["secondaryBackgroundColor"]):
        contrasts = [_contrast(_mix(colors["textColor"], ground, share), ground) for share in shares]
        assert min(contrasts) >= 4.5


def _mix(one: str, other: str, share: float) -> str:
    pairs = ((int(one[place : place + 2], 16), int(other[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
