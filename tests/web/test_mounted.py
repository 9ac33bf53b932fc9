"""The service below a path, as with HORIZON_BASE_URL=https://example.org/horizon."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from service.errors import SettingsError
from service.settings import read_settings
from tests.web.conftest import Service, serving, settings
from tests.web.pages.signing import HTML, Forms

BASE = "https://example.org/horizon"
PAGES = (
    "/", "/?kind=regulation&q=x", "/?lang=en", "/past", "/note", "/month", "/timeline", "/docs",
    "/subscribe?kind=regulation", "/events/rules", "/events/rules?as_of=2026-04-20", "/no-such-page",
    "/sign-in", "/add?text=7%E6%9C%8815%E6%97%A5", "/import", "/alerts", "/events/rules/edit",
)  # fmt: skip


class Links(HTMLParser):
    """Where a page leads and what it loads: everything that a browser resolves."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = ("href", "src", "action", "formaction", "data-preview", "data-copy-from")
        self.found += [value or "" for name, value in attrs if name in names]


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Service]:
    for service in serving(settings(tmp_path, base_url=BASE)):
        service.client.base_url = BASE
        yield service


def sign_in(service: Service) -> None:
    key = service.key()["Authorization"].removeprefix("Bearer ")
    form = Forms(service.client.get("/sign-in?to=/add").text).found["/horizon/sign-in"]
    answer = service.client.post(
        "/sign-in", data={**form, "key": key}, headers=HTML, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/horizon/add")


def test_every_link_form_and_asset_keeps_to_the_path(mounted: Service) -> None:
    """With a path in HORIZON_BASE_URL 25 of the 26 links of the agenda led to the host's root, where
    something else is, while doctor found nothing amiss."""
    sign_in(mounted)
    for page in PAGES:
        answer = mounted.client.get(page, headers=HTML)
        assert answer.status_code in (200, 404), (page, answer.text)
        found = Links(answer.text).found
        astray = [
            link for link in found
            if link.startswith("/") and link != "/horizon" and not link.startswith("/horizon/")
        ]  # fmt: skip
        assert found
        assert astray == [], page


@pytest.mark.slow
def test_its_own_links_lead_somewhere(mounted: Service) -> None:
    sign_in(mounted)
    found = {
        link.partition("#")[0]
        for page in ("/", "/past", "/month", "/timeline", "/subscribe?kind=regulation", "/alerts")
        for link in Links(mounted.client.get(page, headers=HTML).text).found
        if link.startswith(("/", BASE))
    }
    assert len(found) > 30
    mounted.client.base_url = "https://example.org"
    for link in found - {"/horizon/sign-out", "/horizon/add/preview"}:
        assert mounted.client.get(link.removeprefix("https://example.org")).status_code == 200, link


def test_cookies_are_kept_from_what_else_the_host_has(mounted: Service) -> None:
    sign_in(mounted)
    held = {cookie.name: cookie.path for cookie in mounted.client.cookies.jar}
    assert held == {"horizon_session": "/horizon"}
    mounted.client.get("/?lang=en")
    assert {cookie.path for cookie in mounted.client.cookies.jar} == {"/horizon"}
    form = Forms(mounted.client.get("/", headers=HTML).text).found["/horizon/sign-out"]
    answer = mounted.client.post("/sign-out", data=form, headers=HTML, follow_redirects=False)
    assert answer.headers["location"] == "/horizon/"
    assert "horizon_session" not in mounted.client.cookies


def test_forms_and_the_api_lead_back_below_the_path(mounted: Service) -> None:
    sign_in(mounted)
    form = Forms(mounted.client.get("/events/rules/edit", headers=HTML).text).found
    answer = mounted.client.post(
        "/events/rules/edit",
        data=form["/horizon/events/rules/edit"],
        headers=HTML,
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/horizon/events/rules?saved=1"
    made = mounted.client.post(
        "/api/v1/events", json={"title": "Example", "when": "2026-06"}, headers=mounted.key("admin")
    )
    assert made.headers["location"].startswith("/horizon/api/v1/events/")
    assert mounted.client.get("/openapi.json").json()["servers"] == [{"url": BASE}]


def test_a_feed_names_itself_below_the_path(mounted: Service) -> None:
    text = mounted.client.get("/feeds/all.ics").text.replace("\r\n ", "")
    assert f"SOURCE;VALUE=URI:{BASE}/feeds/all.ics" in text
    assert f"URL:{BASE}/events/rules" in text


def test_a_proxy_may_take_the_path_off(mounted: Service) -> None:
    """And whoever asks the port itself, such as a container's health check, knows no path."""
    mounted.client.base_url = "https://example.org"
    assert mounted.client.get("/healthz").json()["status"] == "ok"
    page = mounted.client.get("/events/rules", headers=HTML)
    assert page.status_code == 200
    assert "/horizon/static/horizon.css" in page.text
    assert mounted.client.get("/horizon").text == mounted.client.get("/horizon/").text
    assert mounted.client.get("/horizontal").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["https://x.example//evil.example", "https://x.example/a/../b", "https://x.example/<"],
)
def test_a_path_that_would_lead_elsewhere_is_refused(tmp_path: Path, address: str) -> None:
    """A link that begins with // leads to another host."""
    with pytest.raises(SettingsError, match="HORIZON_BASE_URL"):
        read_settings({"HORIZON_BASE_URL": address}, tmp_path)
