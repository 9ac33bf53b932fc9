"""Documents of every kind, read, put right, taken and undone by people: with the mouse, by keyboard alone,
without JavaScript, beside the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import docx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.acceptance.browser.demo import Demo
from tests.acceptance.browser.test_pages import CUT_OFF, signed_in, tab_to, violations
from tests.documents.making import pdf, word, xlsx

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

# Every event below is made up, but those that the demo holds already.
WEEKLY = """\
云岭产业周报（26年第17周）
2026年4月27日

（四）重点事件预告
5 月 13 日-14 日：云岭大会
5 月 19 日-20 日：青禾创新峰会
5 月：红湾开发者大会
5 月 26 日：白石发布会
6 月 17 日：Alpine Congress 2027
7 月 15 日：黑石发布会
3 月 2 日公司召开了年会。
"""
ROWS = [
    ["日期", "事件", "地点"],
    ["2026-08-03", "云岭制造论坛", "合肥"],
    ["2026-08-04", "青禾材料论坛", "苏州"],
    ["2026-08-05", "红湾芯片论坛", "厦门"],
    ["2026-08-06", "白石机器人论坛", "青岛"],
    ["2026-08-07", "黑石软件论坛", "大连"],
]


def docx_with_a_table() -> bytes:
    document = docx.Document()
    document.add_heading("云岭会议一览", 1)
    document.add_paragraph("2026年4月27日")
    table = document.add_table(rows=len(ROWS), cols=3)
    for row, cells in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return word(document)


def pdf_with_footers() -> bytes:
    lines = [
        "云岭会议通知", "2026年4月27日", "", "9月3日：云岭制造年会", "9月4日：青禾材料年会",
        "9月8日：红湾芯片年会", "9月9日：白石机器人年会", "9月10日：黑石软件年会",
    ]  # fmt: skip
    return pdf(lines[:5], lines[5:], footer="云岭研究院 2026年1月1日 第 {} 页")


def sheet() -> bytes:
    first = [["日期", "事件", "地点"]]
    names = ("云岭", "青禾", "红湾", "白石", "黑石")
    return xlsx(
        first + [[date(2026, 10, 8 + n), f"{name}秋季展", "北京"] for n, name in enumerate(names)]
    )


def pasted() -> str:
    names = ["云岭", "青禾", "红湾", "白石", "黑石", "江海", "星河", "远山", "长风", "明月"]
    kinds = ("大会", "论坛", "年会", "展览", "峰会")
    lines = [f"{kind}{name}" for kind in kinds for name in names]
    return "\n".join(f"11月{1 + n % 28}日：{line[2:]}{line[:2]}" for n, line in enumerate(lines))


FILES: dict[str, Callable[[], tuple[str, bytes] | str]] = {
    "source": lambda: ("weekly.txt", WEEKLY.encode()),
    "docx": lambda: ("list.docx", docx_with_a_table()),
    "pdf": lambda: ("notice.pdf", pdf_with_footers()),
    "xlsx": lambda: ("dates.xlsx", sheet()),
    "pasted": pasted,
}


def imported(page: Page, given: tuple[str, bytes] | str) -> None:
    page.goto("/import")
    if isinstance(given, str):
        page.get_by_label("或粘贴文字").fill(given)
    else:
        name, data = given
        page.get_by_label("文件").set_input_files(
            files=[{"name": name, "mimeType": "", "buffer": data}]
        )
    page.get_by_role("button", name="读取文档").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("读出的事件")


def opened(row: Locator) -> Locator:
    """The row with its fields to be seen."""
    if row.locator("details.correct").get_attribute("open") is None:
        row.locator("details.correct > summary").click()
    return row


@pytest.mark.parametrize("kind", list(FILES))
def test_a_document_is_put_right_taken_and_undone(page: Page, demo: Demo, kind: str) -> None:
    signed_in(page, demo)
    imported(page, FILES[kind]())
    rows = page.locator(".is-create .proposal")
    number = rows.count()
    assert number == (50 if kind == "pasted" else len(ROWS) - 1 if kind != "source" else number)
    assert number >= 5
    titles = [title.strip() for title in rows.locator("h3").all_inner_texts()]
    expect(rows.first.locator("mark.title, mark.date").first).to_be_visible()
    source = page.get_by_label("来源标题")
    if kind == "pasted":
        expect(source).to_have_value("2026年4月27日粘贴的文字")
    else:
        assert titles[0] not in source.input_value()
    assert violations(page) == []
    assert page.evaluate(CUT_OFF) == []

    # Two titles and a date are put right; what the date means shows while it is typed.
    for place, title in ((0, "第一个更正"), (1, "第二个更正")):
        opened(rows.nth(place)).get_by_label("标题", exact=True).fill(title)
    third = opened(rows.nth(2))
    third.get_by_label("日期", exact=True).fill("2026-02-30")
    expect(third.get_by_role("alert")).to_contain_text("没有 2026-02-30 这一天")
    third.get_by_label("结束").fill("")
    third.get_by_label("日期", exact=True).fill("12月24日")
    expect(third.locator(".meant")).to_contain_text("即 2026年12月24日")
    # One is rejected, one is about another event.
    rows.nth(3).get_by_role("checkbox").first.uncheck()
    fourth = opened(rows.nth(4))
    fourth.get_by_label("或其他事件的编号、网址").fill("superai-2026")
    page.get_by_role("button", name="采纳所选", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(f"已采纳 {number - 1} 项")
    assert violations(page) == []
    review = page.url

    page.goto("/?q=第一个更正")
    page.get_by_role("link", name="第一个更正").click()
    step = page.locator(".steps li").first
    expect(step).to_contain_text(f"原读作 “{titles[0]}”, 更正为 “第一个更正”")
    page.goto(f"/?q={titles[2]}")
    expect(page.locator(".event").first).to_contain_text("12月24日")
    page.goto(f"/?q={titles[3]}")
    expect(page.locator(".event", has_text=titles[3])).to_have_count(0)
    page.goto("/events/superai-2026")
    expect(page.locator(".steps li").first).to_contain_text("更正为 “superai-2026”")

    page.goto(review)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("status").first).to_contain_text(f"已撤销 {number - 1} 项")
    page.goto("/events/superai-2026")
    expect(page.locator(".when")).to_have_text("2026年6月10日—11日")
    page.goto("/?q=第一个更正")
    expect(page.locator(".event")).to_have_count(0)


def test_a_click_is_not_lost_when_what_a_correction_comes_to_moves_the_button(
    page: Page, demo: Demo
) -> None:
    signed_in(page, demo)
    imported(page, FILES["source"]())
    rows = page.locator(".is-create .proposal")
    number = rows.count()
    last = opened(rows.nth(number - 1))
    when = last.get_by_label("日期", exact=True)
    when.fill("2026-02-30")
    expect(last.get_by_role("alert")).to_be_visible()
    page.mouse.wheel(0, 10_000)
    button = page.get_by_role("button", name="采纳所选", exact=True)
    button.hover()
    place = button.bounding_box()
    when.fill("12月24日")
    with page.expect_response("**/check"):
        page.mouse.down()
    page.wait_for_function("() => new Promise(done => setTimeout(() => done(true), 50))")
    assert button.bounding_box() == place
    page.mouse.up()
    expect(page.get_by_role("status").first).to_contain_text(f"已采纳 {number} 项")


def test_two_rows_corrected_one_right_after_the_other_are_both_read_again(
    page: Page, demo: Demo
) -> None:
    signed_in(page, demo)
    imported(page, FILES["source"]())
    rows = page.locator(".is-create .proposal")
    fields = [opened(rows.nth(n)).get_by_label("日期", exact=True) for n in (0, 1)]
    for field in fields:
        field.fill("2026-02-30")
    for n in (0, 1):
        expect(rows.nth(n).get_by_role("alert")).to_contain_text("没有 2026-02-30 这一天")


def test_a_document_is_put_right_and_taken_by_keyboard_alone(page: Page, demo: Demo) -> None:
    page.goto("/sign-in")
    tab_to(page, "密钥")
    page.keyboard.type(demo.key())
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    tab_to(page, "导入")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("导入文档")
    tab_to(page, "或粘贴文字")
    page.keyboard.insert_text(WEEKLY)
    tab_to(page, "读取文档")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("读出的事件")
    tab_to(page, "全不选")
    page.keyboard.press("Enter")
    expect(page.locator(".ticked-count")).to_contain_text("已勾选 0 项")
    boxes = page.locator("input[name=accept]")
    while not page.evaluate("document.activeElement.name === 'accept'"):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(boxes.nth(1)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".ticked-count")).to_contain_text("已勾选 1 项")
    page.keyboard.press("ArrowUp")
    expect(boxes.nth(0)).to_be_focused()
    tab_to(page, "更正")
    page.keyboard.press("Enter")
    tab_to(page, "标题")
    page.keyboard.press("Control+a")
    page.keyboard.type("键盘更正")
    expect(boxes.nth(0)).to_be_checked()  # who puts it right wants it
    page.keyboard.press("Enter")  # keeps the corrections, and takes nothing yet
    expect(page.get_by_role("status").first).to_have_text("已保存。")
    expect(page.locator(".proposal").first).to_contain_text("键盘更正")
    tab_to(page, "采纳所选", 400)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("已采纳 2 项")


def test_what_was_seen_and_not_taken_becomes_an_event(page: Page, demo: Demo) -> None:
    signed_in(page, demo)
    imported(page, ("weekly.txt", WEEKLY.encode()))
    page.locator("details.seen > summary").click()
    line = page.locator(".seen-list li", has_text="3 月 2 日")
    expect(line).to_contain_text("3 月 2 日公司召开了年会")
    line.get_by_role("button", name=re.compile("列为事件")).click()
    row = page.locator(".proposal:target")
    expect(row).to_be_in_viewport()
    expect(row.get_by_role("checkbox").first).to_be_checked()
    expect(row.get_by_label("标题", exact=True)).to_have_value("公司召开了年会")
    assert violations(page) == []


def test_past_imports_are_found_opened_and_undone(page: Page, demo: Demo) -> None:
    signed_in(page, demo)
    imported(page, ("weekly.txt", WEEKLY.encode()))
    page.goto("/import")
    page.get_by_role("link", name="历次导入 · 1 份等待决定").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("历次导入")
    assert violations(page) == []
    waiting = page.get_by_role("region", name="等待决定")
    waiting.get_by_role("link", name="云岭产业周报（26年第17周）").click()
    page.get_by_role("button", name="采纳并拒绝其余").click()
    page.goto("/imports")
    page.get_by_role("button", name=re.compile("撤销：")).click()
    expect(page.get_by_role("status").first).to_contain_text("已撤销")
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/imports", page.url, "/import"):
        page.goto(path)
        assert page.evaluate(CUT_OFF) == []
        assert violations(page) == []


def test_without_javascript_a_document_is_put_right_all_the_same(
    chromium: Browser, demo: Demo
) -> None:
    context = chromium.new_context(base_url=demo.address, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    signed_in(page, demo)
    imported(page, ("weekly.txt", WEEKLY.encode()))
    read = page.locator(".proposal h3").first.inner_text()
    row = opened(page.locator(".proposal").first)
    row.get_by_label("标题", exact=True).fill("云岭年会")
    row.get_by_role("button", name="检查并保存").click()
    expect(page.locator(".proposal").first).to_contain_text(f"读作：5月13日—14日 · {read}")
    page.get_by_role("button", name="只选有把握的").click()
    page.get_by_role("button", name="采纳所选", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("已采纳")
    page.goto("/?q=云岭年会")
    expect(page.locator(".event")).to_have_count(1)
    context.close()


def test_the_columns_of_a_table_are_assigned(page: Page, demo: Demo) -> None:
    signed_in(page, demo)
    page.goto("/import")
    table = "K1,2026-08-03,云岭制造论坛,合肥\nK2,2026-08-04,青禾材料论坛,苏州\n".encode()
    page.get_by_label("文件").set_input_files(
        files=[{"name": "bare.csv", "mimeType": "", "buffer": table}]
    )
    page.get_by_role("button", name="读取文档").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("各列是什么")
    assert violations(page) == []
    for number, name in enumerate(("", "when", "title", "location"), 1):
        page.get_by_label(f"第 {number} 列").select_option(name)
    page.get_by_role("button", name="按所选的列读取").click()
    expect(page.locator(".is-create .proposal")).to_have_count(2)
    expect(page.locator(".proposal").first).to_contain_text("合肥")
