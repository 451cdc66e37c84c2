from __future__ import annotations

import pytest

from relasi.accounts.devices import device, shortened


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent: str, said: str) -> None:
    assert device(agent) == said


@pytest.mark.parametrize(
    ("address", "kept"),
    [("203.0.113.77", "203.0.113.x"), ("2001:db8:1:2:3::4", "2001:0db8:0001:0002/64"), ("testclient", "")],
)
def test_of_an_address_its_network_is_kept(address: str, kept: str) -> None:
    assert shortened(address) == kept
