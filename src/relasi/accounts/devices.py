"""What a list of sessions says of each: the kind of browser and machine, and roughly from where."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_MACHINES = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}
"""By words in what a browser calls itself; the first one that is there counts."""


def device(agent: str) -> str:
    """Such as "Firefox, Android"; empty where nothing is known."""
    found = (
        next((name for word, name in known.items() if word in agent), "") for known in (_BROWSERS, _MACHINES)
    )
    return ", ".join(filter(None, found))


def shortened(address: str) -> str:
    """The network of an address: who sat where is nobody's business."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv4Address):
        return f"{address.rpartition('.')[0]}.x"
    return f"{found.exploded[:19]}/64"
