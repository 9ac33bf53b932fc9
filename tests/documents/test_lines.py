"""Text to lines: what a PDF cut is joined, what a person wrote stays as it stands."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.reading.document import clean, text_lines
from service.core.reading.note import note_line
from tests.every_kind import DAY, EVENTS


def read(text: str) -> list[str]:
    return [line.text for line in text_lines(text)]


@pytest.mark.parametrize(
    ("upper", "lower", "whole"),
    [
        ("5 月 1", "3 日-14 日：西湖开源智能大会", "5 月 13 日-14 日：西湖开源智能大会"),
        ("6 月 8", "日：秦岭生态遥感论坛", "6 月 8日：秦岭生态遥感论坛"),
        ("根据官网，4 月 16", " 日，新增六大能力。", "根据官网，4 月 16日，新增六大能力。"),
        ("根据报道，4月", "24 日，旗舰模型发布。", "根据报道，4月24 日，旗舰模型发布。"),
        ("将于 2026", "年 5 月召开", "将于 2026年 5 月召开"),
        ("将于 20", "26 年 5 月召开", "将于 2026 年 5 月召开"),
        ("将于 2026 年", "5 月召开", "将于 2026 年5 月召开"),
        ("将于 2026 年 1", "2 月召开", "将于 2026 年 12 月召开"),
        ("将于 5", "月 13 日召开", "将于 5月 13 日召开"),
        ("5 月 13 日-", "14 日：大会", "5 月 13 日-14 日：大会"),
        ("5 月 13 日", "-14 日：大会", "5 月 13 日-14 日：大会"),
        ("5 月 12 日-1", "4 日：大会", "5 月 12 日-14 日：大会"),
        ("五月十", "三日：大会", "五月十三日：大会"),
        ("5 月 13 日-14", "日：大会", "5 月 13 日-14日：大会"),
        ("2026 年 5 月 13 日至", "15 日，大会举行", "2026 年 5 月 13 日至15 日，大会举行"),
        ("二〇二六年五", "月十三日召开", "二〇二六年五月十三日召开"),
        ("二〇二", "六年五月召开", "二〇二六年五月召开"),
        ("大会将于 5 月", "下旬举行", "大会将于 5 月下旬举行"),
        ("大会将于 5 月下", "旬举行", "大会将于 5 月下旬举行"),
        ("大会将于下半", "年举行", "大会将于下半年举行"),
        ("5月20日凌晨 1", "点：发布会", "5月20日凌晨 1点：发布会"),
        ("5月20日上午 10:", "30 开幕", "5月20日上午 10:30 开幕"),
        ("５月１３", "日：大会", "５月１３日：大会"),
        ("开幕于2026-05-1", "3，地点另行通知", "开幕于2026-05-13，地点另行通知"),
        ("开幕于2026-05-", "13，地点另行通知", "开幕于2026-05-13，地点另行通知"),
        ("The forum opens on June 10,", "2026 in Bonn", "The forum opens on June 10, 2026 in Bonn"),
        ("The forum opens on June", "10 in Bonn", "The forum opens on June 10 in Bonn"),
        ("The forum lasts from June 10-", "12 in Bonn", "The forum lasts from June 10-12 in Bonn"),
    ],
)
def test_a_date_that_was_cut_in_two_is_one_again(upper: str, lower: str, whole: str) -> None:
    assert read(f"{upper}\n{lower}") == [whole]
    assert read(f"{upper}\n\n{lower}") == [whole]


# Quoted from 国信证券《人工智能周报（26年第17周）》, 2026-04-27: its six announcements.
SIX = [
    "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会",
    "5 月 19 日-20 日：Fortune 职场创新峰会",
    "5 月：Google I/O 2026 开发者大会",
    "5 月：Microsoft Build 2026 开发者大会",
    "6 月 10 日-11 日：SuperAI 2026",
    "7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行",
]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n", "\n\f", "\r"])
def test_announcements_are_never_joined(between: str) -> None:
    heading, after = "（四）重点事件预告", "投资建议"
    assert read(between.join([heading, *SIX, after])) == [heading, *SIX, after]
    assert read(between.join(f"\uf06c {line}" for line in SIX)) == [f"• {line}" for line in SIX]


def test_each_line_says_where_it_begins() -> None:
    found = text_lines("一、动态\n\n 4 月 16\n 日，某某公司发布。\n\n\n二、预告\n")
    assert [(line.line, line.text, line.page) for line in found] == [
        (1, "一、动态", None),
        (3, "4 月 16日，某某公司发布。", None),
        (7, "二、预告", None),
    ]


def test_a_name_that_a_pdf_cut_is_whole_where_it_cut_a_date_too() -> None:
    text = " 5 月 1\n\n3 日-14 日：西湖开源智能大\n\n会\n\n 7 月：大湾区模型峰会\n\n投资建议\n\n维持评级。"
    assert read(text) == [
        "5 月 13 日-14 日：西湖开源智能大会",
        "7 月：大湾区模型峰会",
        "投资建议",
        "维持评级。",
    ]


def test_a_name_that_was_cut_is_whole_where_every_other_line_is_empty() -> None:
    text = "6 月 3 日：国际液冷技\n\n术峰会\n\n6 月 8 日：秦岭论坛\n\n近期会议\n\n投资建议"
    assert read(text) == [
        "6 月 3 日：国际液冷技术峰会",
        "6 月 8 日：秦岭论坛",
        "近期会议",
        "投资建议",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "5月\n上旬：甲大会\n下旬：乙论坛",
        "议程\n10:\n30 位嘉宾",
        "6月8日 秦岭论坛\n6月12~14日 浦江机器人峰会\n8月 西湖模型大会",
        "5月\n13日：甲大会\n24日：乙论坛",
        "2026年\n5月13日：甲大会\n6月14日：乙论坛",
        "May\n13: Alpha Forum\n24: Beta Summit",
        "June 2026\n4 Lighthouse Workshop\n9 Harbour Summit",
        "证券研究报告\n云计算行业周报（26年第17周）：推理需求推动资源涨价\n\n根据公司公告，穹顶云上调部分实例价格。",
        "一、报名截止时间：2026年5月18日\n二、初赛时间：2026年6月6日\n三、决赛时间：2026年7月下旬，具体日期另行通知",
        "报名截止：2026年5月18日\n地点：北京国家会议中心\n联系人：张老师",
        "- December 7-9: Protein Design Congress, San Diego\n- Mid-January: Petrel Bio releases its assay kit",
        "May 6: Larkfield Chips first-quarter results\nMay 19-21: Rack & Power Forum, Rotterdam\nJune: Larkfield ships",
        "日期 | 事件\n5月20日 | 漠北风光储大会\n6月5日-6日 | 天府芯片论坛",
        "OpenAI 发布新一代旗舰模型并开放接口给全部开发者\nAnthropic 发布编程工具并同步更新桌面应用程序\n阿里通义千问团队宣布开源稠密多模态模型系列",
        "5 月 13 日：展望 2026 年 1\n2 月 5 日：乙会",
        "数据治理能力竞赛组委会\n2026年4月25日",
        "全年营收 16\n日本央行议息",
    ],
)
def test_what_a_person_wrote_line_by_line_stays_so(text: str) -> None:
    assert read(text) == [line for line in text.split("\n") if line]


def test_prose_in_a_column_is_joined_paragraph_by_paragraph() -> None:
    assert read(
        "The Genome Foundry opened its Boston site on November 3 and will take in\n"
        "its first customers in December. Petrel Bio raised $130 million for what\n"
        "it calls a factory.\n\n"
        "Sequencing costs fell by a further 15% over the year, and the second half\n"
        "may bring more."
    ) == [
        "The Genome Foundry opened its Boston site on November 3 and will take in its first customers in December. "
        "Petrel Bio raised $130 million for what it calls a factory.",
        "Sequencing costs fell by a further 15% over the year, and the second half may bring more.",
    ]


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("June 4: Lighthouse Identity Work-\nshop, Bonn", "June 4: Lighthouse Identity Workshop, Bonn"),
        ("a long-\nterm plan for the confer-\nence", "a long-term plan for the conference"),
        ("the Coarse-\nto-fine method", "the Coarse-to-fine method"),
        ("7 月 15 日：《人工智能拟人化互动服务管理\n暂行办法》正式施行", "7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行"),
        ("会议将于北京召开\n，为期两天", "会议将于北京召开，为期两天"),
        ("June 4: Workshop on the Future of\nIdentity", "June 4: Workshop on the Future of Identity"),
    ],
)  # fmt: skip
def test_words_and_titles_that_were_cut_are_whole_again(text: str, joined: str) -> None:
    assert read(text) == [joined]


def test_tabs_and_columns_of_spaces_part_cells_and_a_tab_behind_a_bullet_does_not() -> None:
    assert read("Event\tDate\nTopaz Day\tJune 10") == ["Event | Date", "Topaz Day | June 10"]
    assert read("5月20日     甲大会     包头\n6月5日      乙论坛     成都") == [
        "5月20日 | 甲大会 | 包头",
        "6月5日 | 乙论坛 | 成都",
    ]
    assert read("•\t5月20日：甲大会\n1.\t乙") == ["• 5月20日：甲大会", "1. 乙"]


def test_letters_that_only_look_like_others_and_marks_without_shape_are_cleaned() -> None:
    assert read("\ufeff5⽉13⽇：诺⻉尔⼤会\u200b\u00ad\u0007") == ["5月13日：诺贝尔大会"]
    assert read("编 程 基 准 中 取 得 77.2 分") == ["编程基准中取得 77.2 分"]
    assert read("👩‍👩‍👧‍👦 Family Day") == ["👩‍👩‍👧‍👦 Family Day"]


@pytest.mark.slow
@pytest.mark.parametrize("day", [DAY, None])
def test_events_written_as_lines_of_a_note_stay_lines(day: date | None) -> None:
    lines = [
        " ".join(note_line(event, day).split()) for event in (*EVENTS["all"][0], *EVENTS["many"][0])
    ]
    assert read("\n".join(lines)) == lines


PARTS = """5 13 20 26 2026 年 月 日 号 五 十 三 ： : ， 。 、 （ ） 《 》 - – ~ / . Q2 May June Work- shop of the and 大会 峰会 论 坛
智能大 会 发布 a 1. • | 周一 季度 % ① 图1： 风险提示 北京 OpenAI"""
WORDS = st.sampled_from(PARTS.split())
BETWEEN = st.sampled_from(["", " ", "\n", "\n", "\n\n", "\n\n\n", "\t", "   ", "\u3000", "\r\n"])
TEXTS = st.lists(st.tuples(WORDS, BETWEEN), max_size=60).map(
    lambda parts: "".join(map("".join, parts))
)


@given(st.one_of(TEXTS, st.text(max_size=300)))
def test_no_text_is_lost_and_lines_are_in_order(text: str) -> None:
    found = text_lines(text)

    def ink(text: str) -> str:
        # A hyphen that cut a word goes, a tab becomes a cell's edge.
        return re.sub(r"[\s|‐-]", "", clean(text))

    assert ink("".join(line.text for line in found)) == ink(text)
    numbers = [line.line for line in found]
    assert numbers == sorted(set(numbers))
    raw = clean(text).split("\n")
    for line in found:
        assert line.text
        assert line.text == line.text.strip()
        assert "\n" not in line.text
        assert raw[line.line - 1].strip()[0] == line.text[0]
