"""`make screenshots`: every page in build/screenshots, wide, on a phone and in the dark."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
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
    "event": "/events/alpine-congress-2026",
    "event-open": "/events/google-io-2026",
    "event-timed": "/events/keynote",
    "subscribe": "/subscribe?kind=regulation",
    "sign-in": "/sign-in",
    "missing": "/no-such-page",
    "docs": "/docs",
}
SIGNED_IN = {
    "event-manage": "/events/alpine-congress-2026",
    "edit": "/events/alpine-congress-2026/edit",
    "add": "/add?text=7%E6%9C%8815%E6%97%A5%EF%BC%9A%E3%80%8A%E4%BA%BA%E5%B7%A5%E6%99%BA%E8%83%BD%E6%8B%9F%E4%BA%BA%E5%8C%96%E4%BA%92%E5%8A%A8%E6%9C%8D%E5%8A%A1%E7%AE%A1%E7%90%86%E6%9A%82%E8%A1%8C%E5%8A%9E%E6%B3%95%E3%80%8B%E6%AD%A3%E5%BC%8F%E6%96%BD%E8%A1%8C",
    "add-empty": "/add",
    "import": "/import",
    "review": "/import",
    "alerts": "/alerts",
}
# The first three lines are tests/data/second-note.txt's; what follows is made up, to have every group.
NOTE_TEXT = """\
AI 事件更新（2026年5月8日）
5 月 19 日-20 日：谷歌 I/O 2026 开发者大会
6 月 2 日-3 日：微软 Build 2026 开发者大会
5 月 13 日-14 日：百度 Create 2026 AI 开发者大会
6 月 2 日-5 日：蓝湾人工智能大会
原定 6 月 17 日-18 日的 Alpine Congress 2026 已取消
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


def readme(folder: Path) -> None:
    """The README's pictures: events.yaml as it ships, and the second note, all of it true."""
    root = Path(__file__).parents[3]
    note = (root / "tests" / "data" / "documents" / "second-note.txt").read_text("utf-8")
    with tempfile.TemporaryDirectory() as place:
        text = (root / "events.yaml").read_text("utf-8")
        with serving(Path(place), text) as demo, sync_playwright() as playwright:
            browser = launched(playwright)
            page = browser.new_context(
                viewport={"width": 1280, "height": 930}, locale="zh-CN"
            ).new_page()
            page.goto(demo.address)
            page.screenshot(path=folder / "agenda.png")
            demo.times.append(datetime(2026, 5, 8, 1, tzinfo=UTC))  # the day of the note
            page.goto(f"{demo.address}/sign-in")
            page.fill("#key", demo.key())
            page.click("main button")
            page.goto(f"{demo.address}/import")
            page.fill("#text", note)
            page.click(".importing button")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / "import.png")
            page.get_by_role("button", name="采纳所选").click()
            page.wait_for_load_state("networkidle")
            dark = browser.new_context(
                viewport={"width": 1280, "height": 930}, locale="en-GB", color_scheme="dark"
            ).new_page()
            dark.goto(f"{demo.address}/events/google-io-2026")
            dark.screenshot(path=folder / "event.png")
            browser.close()


if __name__ == "__main__":
    if sys.argv[1] == "--readme":
        readme(Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]), set(sys.argv[2:]))
