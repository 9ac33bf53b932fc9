"""One browser for a module of tests, a service for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.acceptance.browser.chromium import installed, launched
from tests.acceptance.browser.demo import Demo, serving

WITHOUT = (
    "no Chromium or Chrome is installed (Debian: apt install chromium), or CHROMIUM names none"
)


# Not for the session: while it is open, Playwright's event loop runs in this thread, and no other test
# could run one.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if installed() is None:
        if os.environ.get("BROWSER") == "required":
            pytest.fail(WITHOUT)
        pytest.skip(WITHOUT)
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """A Chinese visitor's page; whatever goes wrong in it fails the test."""
    context = chromium.new_context(
        base_url=demo.address, locale="zh-CN", viewport={"width": 1280, "height": 900}
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.address)
    context.set_default_timeout(10_000)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(f"script: {error}"))
    # Among others what the Content-Security-Policy refused.
    opened.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    opened.on("requestfailed", lambda r: faults.append(f"{r.url}: {r.failure}"))
    elsewhere: list[str] = []
    opened.on(
        "request", lambda r: None if r.url.startswith(demo.address) else elsewhere.append(r.url)
    )
    yield opened
    context.close()
    faults = [text for text in faults if "status of 40" not in text and "ERR_ABORTED" not in text]
    assert not faults
    assert not elsewhere
