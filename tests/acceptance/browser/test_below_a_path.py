"""The pages below a path of the public address, behind nginx, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance import nginx
from tests.acceptance.browser.demo import serving

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_pages_forms_and_feeds_work_below_a_path(chromium: Browser, tmp_path: Path) -> None:
    """With https://example.org/horizon all links but one led to the host's root."""
    port = nginx.free_port()
    base = f"http://127.0.0.1:{port}/horizon"
    (tmp_path / "public").mkdir()
    with serving(tmp_path, base_url=base) as demo:
        servers = dict.fromkeys(nginx.SERVERS, demo.address.removeprefix("http://"))
        with nginx.running(tmp_path, tmp_path / "public", servers, port=port, below_path=True):
            page = chromium.new_page(locale="zh-CN")
            page.set_default_timeout(10_000)
            astray: list[str] = []
            page.on(
                "response",
                lambda r: (
                    astray.append(f"{r.status} {r.url}")
                    if r.status >= 400 or not f"{r.url}/".startswith(f"{base}/")
                    else None
                ),
            )
            page.goto(base)
            read(page, base)
            page.get_by_role("link", name="登录").click()
            page.get_by_label("密钥").fill(demo.key())
            page.get_by_role("main").get_by_role("button", name="登录").click()
            expect(page.get_by_role("button", name="退出")).to_be_visible()
            write(page, base)
            assert astray == []
            page.close()


def read(page: Page, base: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("未来日程")
    # The style is there: without it nothing would be a grid.
    assert page.locator(".event").first.evaluate("one => getComputedStyle(one).display") == "grid"
    page.get_by_role("searchbox").fill("拟人化")
    page.keyboard.press("Enter")
    expect(page.locator(".event")).to_have_count(1)
    page.locator(".event a").first.click()
    assert page.url == f"{base}/events/anthropomorphic-ai-rules"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.get_by_role("link", name="中文").click()
    for name in ("月历", "时间轴"):
        page.goto(f"{base}/")
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="订阅").click()
    address = page.locator(".feed").first.get_by_label("地址").input_value()
    assert address == f"{base}/feeds/all.ics"
    assert "BEGIN:VEVENT" in page.request.get(address).text()
    page.get_by_role("link", name="API").click()
    page.get_by_role("link", name="OpenAPI 3.1").click()
    assert page.url == f"{base}/openapi.json"
    page.goto(f"{base}/")


def write(page: Page, base: str) -> None:
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="添加").click()
    page.get_by_label("一行文字").fill("9月1日：《人工智能标识办法》正式施行")
    expect(page.locator("#understood")).to_contain_text("2026年9月1日")
    page.get_by_role("button", name="添加到日历").first.click()
    expect(page.locator(".when")).to_have_text("2026年9月1日")
    assert page.url.startswith(f"{base}/events/")
    page.get_by_role("button", name="标为已取消").click()
    expect(page.locator("p.sure")).to_contain_text("已取消")
    cookies = {cookie["name"]: cookie["path"] for cookie in page.context.cookies()}
    assert set(cookies.values()) == {"/horizon"}
    page.get_by_role("button", name="退出").click()
    assert page.url == f"{base}/"
    expect(page.get_by_role("link", name="登录")).to_be_visible()
