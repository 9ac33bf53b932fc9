"""The page of subscriptions: each client's link, private feeds for members alone, honest warnings."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import segno

from service.web.pages import subscribe
from tests.web.conftest import Service, serving, settings
from tests.web.pages.signing import signed_in
from tests.web.pages.test_agenda import shown


def test_each_client_gets_the_address_in_its_own_form(tmp_path: Path) -> None:
    base = "https://calendar.example.org"
    for service in serving(settings(tmp_path, base_url=base)):
        links = shown(service, "/subscribe").links
        assert "webcal://calendar.example.org/feeds/all.ics" in links
        (google,) = {link for link in links if "google" in link}
        assert parse_qs(urlsplit(google).query) == {
            "cid": ["webcal://calendar.example.org/feeds/all.ics"]
        }
        for host in ("outlook.office.com", "outlook.live.com"):
            (link,) = (link for link in links if host in link)
            assert parse_qs(urlsplit(link).query) == {
                "url": [f"{base}/feeds/all.ics"],
                "name": ["AI 事件日历"],
            }


@pytest.mark.parametrize(
    ("base", "warning"),
    [
        ("http://localhost:8000", "只在本机有效"),
        ("http://10.1.2.3", "只在内部网络有效"),
        ("http://calendar", "只在内部网络有效"),
        ("https://calendar.example.org", ""),
    ],
)
def test_an_address_that_others_cannot_reach_is_warned_of(
    tmp_path: Path, base: str, warning: str
) -> None:
    for service in serving(settings(tmp_path, base_url=base)):
        page = shown(service, "/subscribe").text
        assert (warning or "AI 事件日历") in page
        if not warning:
            assert "有效" not in page


def test_a_private_feed_is_shown_to_members_alone(service: Service) -> None:
    page = service.client.get("/subscribe").text
    assert "持仓相关" not in page
    assert service.secret not in page
    signed_in(service, "read")
    page = service.client.get("/subscribe").text
    assert f"/feeds/portfolio/{service.secret}.ics" in page
    assert f"/feeds/portfolio/{service.secret}/changes.xml" in page
    assert service.secret not in service.client.get("/").text


def test_a_qr_code_says_what_segno_says() -> None:
    text = "webcal://calendar.example.org/feeds/all.ics"
    drawn = str(subscribe.qr(text))
    matrix = segno.make(text, error="m", micro=False).matrix
    found = {
        (x + n, y)
        for x, y, width in (
            map(int, run) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawn)
        )
        for n in range(width)
    }
    assert found == {
        (x + 4, y + 4) for y, line in enumerate(matrix) for x, cell in enumerate(line) if cell
    }
    assert subscribe.qr("x" * 500) == ""


def test_what_clients_do_with_changes_is_said(service: Service) -> None:
    page = shown(service, "/subscribe?lang=en").text
    assert "after 8 to 24 hours" in page
    assert "after about three hours" in page
    assert "Apple strikes it through, Google removes it" in page
