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
    "add": "/add?text=7%E6%9C%8815%E6%97%A5%EF%BC%9A%E3%80%8A%E4%BA%BA%E5%B7%A5%E6%99%BA%E8%83%BD%E6%8B%9F%E4%BA%BA%E5%8C%96%E4%BA%92%E5%8A%A8%E6%9C%8D%E5%8A%A1%E7%AE%A1%E7%90%86%E6%9A%82%E8%A1%8C%E5%8A%9E%E6%B3%95%E3%80%8B%E6%AD%A3%E5%BC%8F%E6%96%BD%E8%A1%8C",
    "add-empty": "/add",
    "import": "/import",
    "review": "/import",
    "alerts": "/alerts",
}
NOTE_TEXT = """\
人工智能周报（26年第18周）
2026年5月4日
5 月 19 日-20 日：Google I/O 2026 开发者大会
6 月 24 日-25 日：SuperAI 2026
5 月 13 日-14 日：百度 Create 2026 AI 开发者大会
6 月 2 日-5 日：Computex 2026
原定 5 月 19 日-20 日的 Fortune 职场创新峰会已取消
"""
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
        page.wait_for_load_state("networkidle")
        if name == "review":
            page.fill("#text", NOTE_TEXT)
            page.click(".importing button")
            page.wait_for_load_state("networkidle")
        page.screenshot(
            path=folder / f"{name}-{look}{'-dark' if dark else ''}-{lang}.png", full_page=True
        )
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
