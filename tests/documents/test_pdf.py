"""PDF to lines with the page and line where each begins."""

from __future__ import annotations

from datetime import date

import pytest

from service.documents import DocumentLimits, read
from service.errors import DocumentError
from tests.documents.making import pdf

# The announcements of 国信证券《人工智能周报（26年第17周）》, 2026-04-27, as its PDF breaks them.
ANNOUNCEMENTS = [
    "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会",
    "5 月 19 日-20 日：Fortune 职场创新峰会",
    "5 月：Google I/O 2026 开发者大会",
    "5 月：Microsoft Build 2026 开发者大会",
    "6 月 10 日-11 日：SuperAI 2026",
    "7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行",
]


def lines(data: bytes) -> list[str]:
    return [line.text for line in read(data).lines]


def test_announcements_are_lines_of_their_own_with_page_and_line() -> None:
    found = read(pdf(["第一页"], ["（四）重点事件预告", *ANNOUNCEMENTS], title="人工智能周报"))
    assert [line.text for line in found.lines] == ["第一页", "（四）重点事件预告", *ANNOUNCEMENTS]
    assert [(line.page, line.line) for line in found.lines] == [(1, 1)] + [
        (2, n) for n in range(1, 8)
    ]
    assert found.title == "人工智能周报"
    assert found.media_type == "application/pdf"
    assert len(found.sha256) == 64


def test_the_day_of_creation_is_the_documents_own() -> None:
    assert (read(pdf(["正文"])).dated or date.min) >= date(2026, 1, 1)
    made = pdf(["正文"])
    at = made.index(b"/CreationDate (D:") + len(b"/CreationDate (D:")
    assert read(made[:at] + b"20260427233000+08'00'" + made[at + 21 :]).dated == date(2026, 4, 27)


def test_prose_that_the_column_cut_is_joined_and_short_lines_are_not() -> None:
    found = lines(
        pdf(
            [
                "一、公司动态",
                "根据官网，4 月 23 日，该公司正式发布新一代旗舰模型，在多项基准测试中取得领",
                "先的成绩，同时用量更少、重试次数更少、输出质量更高。在真实电脑上的测试中，4 月 1",
                "6 日的版本成功率超过人类基线；在多种职业知识工作中，大多数任务达到或超过行业专",
                "家水平。",
                "二、重点事件预告",
                "6 月 3 日：国际液冷技术峰会",
                "投资建议",
            ]
        )
    )
    assert found == [
        "一、公司动态",
        "根据官网，4 月 23 日，该公司正式发布新一代旗舰模型，在多项基准测试中取得领先的成绩，同时用量更少、重试次数更少、"
        "输出质量更高。在真实电脑上的测试中，4 月 16 日的版本成功率超过人类基线；在多种职业知识工作中，大多数任务达到或超过行业专家水平。",
        "二、重点事件预告",
        "6 月 3 日：国际液冷技术峰会",
        "投资建议",
    ]


def test_a_paragraph_goes_on_over_the_page_and_keeps_where_it_began() -> None:
    found = read(
        pdf(
            ["第一节", "会议定于 2026 年 5 月 1"],
            ["3 日召开。", "第二节"],
            header="某某证券研究所",
            footer="{}",
        )
    )
    assert [(line.page, line.line, line.text) for line in found.lines][1] == (
        1,
        3,
        "会议定于 2026 年 5 月 13 日召开。",
    )


def test_headers_footers_and_page_numbers_are_set_aside() -> None:
    found = lines(
        pdf(
            ["第一段。"], ["第二段。"], ["第三段。"],
            header="证券研究报告", footer="请务必阅读正文之后的免责声明  第 {} 页",
        )
    )  # fmt: skip
    assert found == ["第一段。", "第二段。", "第三段。"]
    assert lines(pdf(["甲。"], ["乙。"], ["丙。"], footer="- {} -")) == ["甲。", "乙。", "丙。"]


def test_announcements_that_differ_in_their_date_are_no_header() -> None:
    assert lines(pdf(["5 月 13 日：发布会"], ["6 月 14 日：发布会"], ["7 月 15 日：发布会"])) == [
        "5 月 13 日：发布会",
        "6 月 14 日：发布会",
        "7 月 15 日：发布会",
    ]


def test_a_header_with_the_reports_date_is_kept_once() -> None:
    found = lines(pdf(["甲。"], ["乙。"], ["丙。"], header="证券研究报告 2026年04月27日"))
    assert found == ["证券研究报告 2026年04月27日", "甲。", "乙。", "丙。"]


def test_a_row_of_a_table_is_one_line_and_rows_of_figures_are_set_aside() -> None:
    found = lines(
        pdf(
            [
                ["日期", "事件", "地点"],
                ["5月20日", "漠北风光储大会", "包头"],
                ["6月5日-6日", "天府芯片论坛", "成都"],
                "盈利预测",
                ["0700.HK", "30.9", "35.0", "16"],
                ["9988.HK", "3.9", "5.4", "34"],
            ]
        )
    )
    assert found == [
        "日期 | 事件 | 地点",
        "5月20日 | 漠北风光储大会 | 包头",
        "6月5日-6日 | 天府芯片论坛 | 成都",
        "盈利预测",
    ]


def test_english_words_cut_by_a_hyphen_are_whole_again() -> None:
    found = lines(
        pdf(
            ["Events ahead", "", "June 4: Lighthouse Identity Work-", "shop, Bonn"],
            font="Helvetica",
        )
    )
    assert found == ["Events ahead", "June 4: Lighthouse Identity Workshop, Bonn"]


def test_an_encrypted_pdf_without_a_password_opens_and_one_with_a_password_says_so() -> None:
    assert lines(pdf(["正文"], password=("", "owner"))) == ["正文"]
    with pytest.raises(
        DocumentError, match="encrypted and asks for a password; save it without one"
    ):
        read(pdf(["正文"], password=("secret", "owner")))


@pytest.mark.slow
def test_two_hundred_pages_of_chinese_are_read_with_progress() -> None:
    words = "旗舰模型基准测试用量重试次数输出质量领先成绩版本公司评价超过人类"
    pages = [
        [
            cut
            for line in range(20)
            for cut in (
                f"根据官网，4 月 23 日，{words[(page + line) % 20]}{page}公司发布新一代模型，在基准测试中取得领先的",
                f"成绩，用量更少、重试次数更少、输出质量更高，{words[(page * line) % 20]}。",
            )
        ]
        for page in range(200)
    ]
    data = pdf(*pages, footer="{}")
    told: list[tuple[int, int]] = []
    found = read(data, progress=lambda at, pages: told.append((at, pages)))
    assert len(found.lines) == 200 * 20
    assert told[0] == (1, 200)
    assert told[-1] == (200, 200)
    assert told == sorted(told)


def test_more_pages_than_the_limit_are_refused_before_any_is_read() -> None:
    with pytest.raises(DocumentError, match="has 4 pages; at most 3 are read"):
        read(pdf(["一"], ["二"], ["三"], ["四"]), limits=DocumentLimits(pages=3))
