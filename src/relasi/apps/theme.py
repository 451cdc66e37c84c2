"""How Relasi looks: the options of the Streamlit process, colours and sizes included, in one place.

The sign-in page is no Streamlit page; it takes its colours from here too.
"""

from __future__ import annotations

from typing import Any

from streamlit import config

LIGHT = {
    "primaryColor": "#0f6e62",
    "backgroundColor": "#fcfbf9",
    "secondaryBackgroundColor": "#f3f0ea",
    "textColor": "#24211d",
    "linkColor": "#0f6e62",
    "borderColor": "#e3ddd3",
}
DARK = {
    "primaryColor": "#1a8373",
    "backgroundColor": "#1a1917",
    "secondaryBackgroundColor": "#252320",
    "textColor": "#ece7df",
    "linkColor": "#74cfbe",
    "borderColor": "#3b3732",
}
_LIGHT_SIDEBAR = {**LIGHT, "backgroundColor": "#f3f0ea", "secondaryBackgroundColor": "#e8e3da"}
_DARK_SIDEBAR = {**DARK, "backgroundColor": "#211f1d", "secondaryBackgroundColor": "#2e2b28"}

_THEME: dict[str, Any] = {  # Any: an option is text, a number, a boolean or a list
    "baseFontSize": 14,
    "baseRadius": "7px",
    "headingFontSizes": ["1.65rem", "1.4rem", "1.15rem", "1rem", "0.95rem", "0.9rem"],
    "headingFontWeights": [650, 650, 650, 600, 600, 600],
    "paddingTop": "1.25rem",
    "paddingBottom": "3rem",
    "linkUnderline": False,
    "chartCategoricalColors": [
        "#0f8a7a",
        "#de7c33",
        "#3d7fd9",
        "#8a63d2",
        "#cf4b45",
        "#d3a21b",
        "#2f9461",
        "#8a8580",
    ],
    "showSidebarBorder": True,
}

_PROCESS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.showSidebarNavigation": True,
    "global.minCachedMessageSize": 1000,
    "runner.fastReruns": True,
    "runner.postScriptGC": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "logger.hideWelcomeMessage": True,
}


def options() -> dict[str, Any]:
    """Every option that Relasi sets, by its full name."""
    groups = {
        "theme": _THEME,
        "theme.light": LIGHT,
        "theme.dark": DARK,
        "theme.light.sidebar": _LIGHT_SIDEBAR,
        "theme.dark.sidebar": _DARK_SIDEBAR,
    }
    return _PROCESS | {
        f"{group}.{name}": value for group, names in groups.items() for name, value in names.items()
    }


def use() -> None:
    """Sets the options for this process; what the person who started it has set by hand stays."""
    for name, value in options().items():
        if not config.is_manually_set(name):
            config.set_option(name, value)
