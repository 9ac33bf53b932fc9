"""`make screenshots`: every page in build/screenshots, wide, on a phone and in the dark."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.acceptance.browser.chromium import launched
from tests.acceptance.browser.demo import Demo, serving

PAGES = {
    "agenda": "/",
    "agenda-filtered": "/?kind=regulation&kind=consultation",
    "agenda-empty": "/?q=nothing+like+it",
    "past": "/past",
    "note": "/note",
    "month": "/month?month=2026-05",
    "timeline": "/timeline",
    "event": "/events/superai-2026",
    "event-open": "/events/google-io-2026",
    "event-timed": "/events/keynote",
    "subscribe": "/subscribe?kind=regulation",
    "sign-in": "/sign-in",
    "missing": "/no-such-page",
    "docs": "/docs",
}
SIGNED_IN = {
    "event-manage": "/events/superai-2026",
    "edit": "/events/superai-2026/edit",
    "add": "/add",
    "import": "/import",
    "alerts": "/alerts",
}
LOOKS = {
    "wide": {"width": 1280, "height": 900},
    "tablet": {"width": 768, "height": 1024},
    "phone": {"width": 360, "height": 740},
}


def main(folder: Path, only: set[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as demo:
        key = demo.key()
        with sync_playwright() as playwright:
            browser = launched(playwright)
            for look, dark, lang in (
                ("wide", False, "zh"),
                ("wide", True, "en"),
                ("tablet", False, "en"),
                ("phone", False, "zh"),
                ("phone", True, "en"),
            ):
                shoot(browser, demo, folder, look, dark, lang, key, only)
            browser.close()


def shoot(
    browser: Browser,
    demo: Demo,
    folder: Path,
    look: str,
    dark: bool,
    lang: str,
    key: str,
    only: set[str],
) -> None:
    context = browser.new_context(
        viewport=LOOKS[look],  # type: ignore[arg-type]
        color_scheme="dark" if dark else "light",
        locale="zh-CN" if lang == "zh" else "en-GB",
    )
    page = context.new_page()
    for name, path in {**PAGES, **SIGNED_IN}.items():
        if name == next(iter(SIGNED_IN)):
            page.goto(f"{demo.address}/sign-in")
            page.fill("#key", key)
            page.click("main button")
        if only and name not in only:
            continue
        page.goto(demo.address + path)
        page.screenshot(
            path=folder / f"{name}-{look}{'-dark' if dark else ''}-{lang}.png", full_page=True
        )
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
