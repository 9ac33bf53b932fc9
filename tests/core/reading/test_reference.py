"""From which day a document speaks."""

from __future__ import annotations

import time
from datetime import date

import pytest

from service.core.reading.document import Document, text_lines
from service.core.reading.reference import How, reference_day

TODAY = date(2026, 11, 25)


def document(text: str, title: str | None = None, dated: date | None = None) -> Document:
    return Document(text_lines(text), "0" * 64, "text/plain", title, dated)


CITING = "相关研究报告\n《人工智能周报（26 年第 15周）-小米推出大模型》 ——2026-04-13\n《DeepSeek V4 发布点评》 ——2026-04-26\n"
LIST = "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会\n"


@pytest.mark.parametrize(
    ("text", "day", "how"),
    [
        ("AI 事件更新（2026年5月8日）\n\n" + LIST, "2026-05-08", How.DATE_LINE),
        ("证券研究报告 | 2026年04月27日\n" + LIST, "2026-04-27", How.DATE_LINE),
        ("2026年04月27日 | 证券研究报告 | 传媒\n" + LIST, "2026-04-27", How.DATE_LINE),
        ("某部公告\n发布日期：2026-05-06 10:32\n" + LIST, "2026-05-06", How.DATE_LINE),
        ("Monday Compute Brief / April 27, 2026\n\nMay 21: Summit\n", "2026-04-27", How.DATE_LINE),
        ("A letter\nPublished: 27 April 2026\nMay 21: Summit\n", "2026-04-27", How.DATE_LINE),
        ("关于会议的通知\n2026年4月27日 星期一\n" + LIST, "2026-04-27", How.DATE_LINE),
        ("关于会议的通知\n各单位：\n" + LIST + "请知悉。\n某部办公厅\n2026年4月27日\n", "2026-04-27", How.DATE_LINE),
        ("人工智能周报（26年第17周）\n" + LIST, "2026-04-26", How.WEEK),
        ("AI weekly, week 17, 2026\n" + LIST, "2026-04-26", How.WEEK),
        (CITING + LIST, "2026-04-26", How.CITED),
        (LIST, "2026-11-25", How.TODAY),
        # What is announced is not when it was announced.
        ("2027年12月2日：欧盟《人工智能法案》附件三义务开始适用\n", "2026-11-25", How.TODAY),
        ("2026年5月13日-14日 百度 Create 大会\n2026年5月21日 峰会\n", "2026-11-25", How.TODAY),
        ("《办法》自2026年7月15日起施行\n", "2026-11-25", How.TODAY),
        ("May 13, 2026: Summit\n", "2026-11-25", How.TODAY),
        # A diary's headings.
        ("2026年5月4日\n08:30 会议\n2026年5月5日\n09:30 论坛\n", "2026-11-25", How.TODAY),
        ("会议日程\n2026年5月4日\n" + "08:30 会议\n" * 15 + "2026年5月5日\n09:30 论坛\n结束\n请准时。\n谢谢。\n再见。\n", "2026-11-25", How.TODAY),
        ("通知\n2026年4月27日\n" + "正文。\n" * 15 + "某部\n2026年4月27日\n", "2026-04-27", How.DATE_LINE),
        # Its own date may lie ahead of today, what it cites may not.
        ("AI 事件更新（2027年1月8日）\n" + LIST, "2027-01-08", How.DATE_LINE),
        ("《报告》 ——2027-04-26\n" + LIST, "2026-11-25", How.TODAY),
        ("周报（27年第17周）\n" + LIST, "2026-11-25", How.TODAY),
    ],
)  # fmt: skip
def test_the_day_and_where_it_comes_from(text: str, day: str, how: How) -> None:
    found = reference_day(document(text), TODAY)
    assert (found.day.isoformat(), found.how) == (day, how)
    assert day in str(found)


def test_metadata_stand_in_for_what_the_text_does_not_say() -> None:
    held = date(2026, 4, 27)
    assert reference_day(document(LIST, dated=held), TODAY).how is How.METADATA
    assert reference_day(document(LIST, dated=date(2027, 1, 1)), TODAY).how is How.TODAY
    assert reference_day(document(CITING, dated=held), TODAY).day == date(2026, 4, 26)
    assert reference_day(document(LIST, title="周报（26年第17周）"), TODAY).how is How.WEEK


@pytest.mark.parametrize("piece", ["12345月", "5月20日-", "》", "《", "《a》b"])
def test_a_long_line_is_read_in_linear_time(piece: str) -> None:
    began = time.process_time()
    assert reference_day(document(piece * (1_000_000 // len(piece))), TODAY).how is How.TODAY
    assert time.process_time() - began < 5


def test_a_week_in_the_name_of_another_report_is_not_the_document_s() -> None:
    for text in ("《周报（26年第17周）》", "见周报（26年第17周）》，《周报（26年第17周）"):
        assert reference_day(document(text), TODAY).how is How.TODAY
