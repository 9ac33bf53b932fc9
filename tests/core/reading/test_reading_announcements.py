"""What a text announces, and what it does not: each test is the story of a way to write."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.events.kinds import Kind
from service.core.reading.announcement import Announcement
from service.core.reading.document import text_lines
from service.core.reading.reader import announcements

TODAY = date(2026, 4, 27)


def read(text: str, today: date = TODAY, zone: str = "Asia/Shanghai") -> list[Announcement]:
    return announcements(text_lines(text), today, zone)


def told(text: str, today: date = TODAY, zone: str = "Asia/Shanghai") -> list[tuple[str, str]]:
    return [(one.title, one.when.text) for one in read(text, today, zone)]


# The announcements of Guosen Securities' AI weekly, week 17 of 2026 (27 April 2026), its last section.
SOURCE = """（四）重点事件预告

 5 月 13 日-14 日：百度 Create 2026 AI 开发者大会

 5 月 19 日-20 日：Fortune 职场创新峰会

 5 月：Google I/O 2026 开发者大会

 5 月：Microsoft Build 2026 开发者大会

 6 月 10 日-11 日：SuperAI 2026

 7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行
"""


def test_the_source_documents_announcements() -> None:
    found = read(SOURCE)
    assert [(one.title, one.when.text) for one in found] == [
        ("百度 Create 2026 AI 开发者大会", "2026-05-13/2026-05-14"),
        ("Fortune 职场创新峰会", "2026-05-19/2026-05-20"),
        ("Google I/O 2026 开发者大会", "2026-05"),
        ("Microsoft Build 2026 开发者大会", "2026-05"),
        ("SuperAI 2026", "2026-06-10/2026-06-11"),
        ("《人工智能拟人化互动服务管理暂行办法》正式施行", "2026-07-15"),
    ]
    assert found[0].excerpt == "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会"
    assert found[0].line == 3
    assert found[-1].kind is Kind.REGULATION


def test_what_was_done_is_no_announcement() -> None:
    assert told("4 月 23 日，远图智能正式发布图像模型，并开放接口。") == []
    assert told("On April 14, Rosewood AI open-sourced its 27B model.") == []
    assert told("五一期间滨江客流同比增长两成，创历史新高。") == []
    assert told("劳动节：滨江音乐节举行") != []
    assert told("Last year the summit drew 5,200 visitors in May.") == []
    assert told("《旧版标识规定》自2025年9月1日起施行以来，累计抽查1.2万次。") == []


def test_a_forecast_of_a_quantity_is_no_event() -> None:
    assert told("预计2026年底用户数将突破5亿。") == []
    assert told("Analysts expect shipments to reach 4 million by the end of 2027.") == []


def test_a_note_of_january_speaks_of_the_december_to_come() -> None:
    assert told("12月9日：徽商数字论坛", date(2027, 1, 4)) == [("徽商数字论坛", "2027-12-09")]


def test_a_meeting_that_was_moved_has_its_new_date_and_remembers_the_old() -> None:
    (one,) = read("江南具身智能论坛原定5月13日，推迟至6月3日。")
    assert (one.title, one.when.text) == ("江南具身智能论坛", "2026-06-03")
    assert one.previous is not None
    assert one.previous.text == "2026-05-13"
    (other,) = read("Saffron Summit has been rescheduled from May 20 to June 11.")
    assert (other.title, other.when.text) == ("Saffron Summit", "2026-06-11")
    assert told("The Cell Atlas meeting planned for December 1 has been postponed to January 19.",
                date(2026, 11, 23)) == [("Cell Atlas meeting", "2027-01-19")]  # fmt: skip


def test_a_meeting_that_was_called_off_is_told_as_such() -> None:
    (one,) = read("原定于5月30日召开的松江技术论坛取消举办。")
    assert (one.title, one.when.text, one.cancelled) == ("松江技术论坛", "2026-05-30", True)


@pytest.mark.parametrize(
    "text",
    [
        "5月30日：松江元宇宙节（已取消）",
        "5月30日：松江元宇宙节取消举办",
        "松江元宇宙节原定于5月30日举行，因故取消。",
    ],
)
def test_what_was_called_off_is_never_told_as_taking_place(text: str) -> None:
    assert all(one.cancelled for one in read(text))


def test_a_date_that_no_longer_holds_is_no_event() -> None:
    levy = (
        "Originally due to start on 1 January 2027, the levy will instead apply from 1 July 2027."
    )
    assert [when for _, when in told(levy)] == ["2027-07-01"]
    corrected = told("Corrected: Pinecrest's filing date is June 21, not June 12 as stated.")
    assert [when for _, when in corrected] == ["2026-06-21"]
    assert told("A delay of the Rule 9c compliance date from May 4 to July 1 is proposed.")[0][
        1
    ] == ("2026-07-01")
    assert told("A vote had been expected on May 28 but will not happen before June 9.") == []
    assert told("原定截止日期为5月20日，现延长至6月5日。")[0][1] == "2026-06-05"


def test_the_old_date_may_stand_behind_the_new_one() -> None:
    assert told("Moved to July 9 from June 30: Harbor Gala.") == [("Harbor Gala", "2026-07-09")]
    assert [w for _, w in told("The trial, once scheduled for June 14, begins July 5.")] == [
        "2026-07-05"
    ]
    assert [w for _, w in told("影片《长风》上映日期由7月17日改到了9月30日。")] == ["2026-09-30"]


def test_a_number_behind_a_year_in_brackets_is_that_of_a_document() -> None:
    text = "本规定自2027年1月1日起施行，2018年5月8日印发的《旧办法》（市办发〔2018〕9号）同时废止。"
    assert {when for _, when in told(text)} <= {"2027-01-01"}
    assert told("青禾开发者大会定于2026年9月15日召开，16号闭幕。")[0][1] == "2026-09-15"


def test_those_taken_on_for_a_year_may_apply_the_year_before() -> None:
    text = "2027年研究生招生考试公告\n报名时间：10月16日至10月27日"
    (one,) = read(text)
    assert one.title == "2027年研究生招生考试报名"
    assert one.when.text in ("2026-10-16/2026-10-27", "2027-10-16/2027-10-27")
    assert [w for _, w in told("2027年研究生考试：初试12月19日—20日。")] == [
        "2026-12-19/2026-12-20"
    ]


MAIL = "Fine with me.\n\nOn Mon, Apr 20, 2026 at 5:12 PM Ann Lee <a@example.org> wrote:\n"


def test_a_date_that_a_quoted_mail_writes_out_holds() -> None:
    mail = f"{MAIL}> The Harbor Gala is on July 9, 2026.\n> It will be fun."
    assert told(mail) == [("Harbor Gala", "2026-07-09")]


def test_what_a_quoted_mail_says_is_counted_from_its_own_day() -> None:
    """Friday was 24 April."""
    mail = f"{MAIL}> The Harbor Gala is on July 9, 2026.\n> Reply by Friday, or ask me on the 30th."
    assert told(mail) == [("Harbor Gala", "2026-07-09")]


def test_a_day_that_is_asked_for_is_none() -> None:
    assert told("能否推迟到5月30日？") == told("Could we do May 13 or May 20?") == []


def test_the_weather_is_no_event() -> None:
    assert told("明天阵雨，25～31℃；后天晴。") == []
    assert [w for _, w in told("明天下午有雨，城南马拉松照常举行。")] == ["2026-04-28"]


def test_an_hour_of_opening_does_not_belong_to_the_weekday_behind_it() -> None:
    assert [w for _, w in told("博物馆自10月8日起执行冬季开放时间：9:00—16:30，周一闭馆。")] == [
        "2026-10-08"
    ]
    assert told("收盘价 20.26 元 更新 04-27 15:00") == []


def test_a_day_with_its_weekday_leads_a_row() -> None:
    assert told("6/23 周二 北方储能展") == [("北方储能展", "2026-06-23")]
    assert told("3/4 周完成") == []
    assert [w for _, w in told("Review complete by 5/29; costs cut by 3/4.")] == [
        "[2026-04-27..2026-05-29]"
    ]


def test_every_other_weekday_does_not_say_which() -> None:
    assert told("Our series meets every other Friday at noon.") == []


def test_the_week_of_a_day_is_a_week() -> None:
    assert told("w/c 6 July: Parliament sits") == [("Parliament sits", "[2026-07-06..2026-07-12]")]


def test_a_catalyst_is_told_with_whose_it_is_and_its_time() -> None:
    table = "Ticker | Event | Timing\nVSPR | Phase 2 data | Q3 2026"
    assert told(table) == [("VSPR: Phase 2 data", "2026-35")]
    assert told("May 14, 2026 | 10:00 AM ET | Ridgeline Conference") == [
        ("Ridgeline Conference", "2026-05-14T10:00-04:00")
    ]


def test_lines_that_are_dates_are_not_put_together() -> None:
    assert [w for _, w in told("Board Meeting\n28-29 May\n9-10 June")] == [
        "2026-05-28/2026-05-29",
        "2026-06-09/2026-06-10",
    ]


def test_each_name_has_the_date_in_its_own_brackets() -> None:
    assert told("业绩披露：绫华药业（8月18日）、潞安机电（8月21日）") == [
        ("绫华药业", "2026-08-18"),
        ("潞安机电", "2026-08-21"),
    ]


def test_each_name_in_an_english_sentence_has_the_date_in_its_own_brackets() -> None:
    assert told("Alpha Summit (June 3), Beta Forum (June 5) and Gamma Days (mid-June)") == [
        ("Alpha Summit", "2026-06-03"),
        ("Beta Forum", "2026-06-05"),
        ("Gamma Days", "[2026-06-11..2026-06-20]"),
    ]


def test_a_time_may_end_its_sentence() -> None:
    assert told(
        "The meeting of Jadecrest is on 5 June at 10:30 a.m. The register closes on 2 June."
    ) == [
        ("meeting of Jadecrest", "2026-06-05T10:30+08:00"),
        ("register closes", "2026-06-02"),
    ]


def test_a_weekday_in_prose_needs_words_of_the_future() -> None:
    assert [w for _, w in told("Acme will launch its phone on Friday.")] == ["2026-05-01"]
    assert told("Harrowby said on Tuesday it would shut its furnace.") == []
    assert told("Parcels will be delivered on Monday and Thursday.") == []


def test_a_row_of_the_past_in_one_line_is_none_of_next_year() -> None:
    assert told("How we got here: 5 January – bid leaked; 19 January – board rejects.") == []


def test_what_applies_from_a_day_hangs_on_it() -> None:
    text = "6月1日起，这些新规将影响你我生活\n● 《宠物食品标签规定》施行\n● 《灯光管理条例》施行"
    assert ("《宠物食品标签规定》施行", "2026-06-01") in told(text)


def test_the_deadline_and_the_meeting_are_two_events() -> None:
    assert told("运河数字峰会定于7月3日举行，论文提交截止5月31日。") == [
        ("运河数字峰会", "2026-07-03"),
        ("论文提交截止", "2026-05-31"),
    ]


def test_several_things_with_names_of_their_own_are_several_events() -> None:
    assert told("6月1日：《甲办法》《乙条例》正式施行") == [
        ("《甲办法》正式施行", "2026-06-01"),
        ("《乙条例》正式施行", "2026-06-01"),
    ]
    assert told("6月3日：百川大会、千帆论坛") == [
        ("百川大会", "2026-06-03"),
        ("千帆论坛", "2026-06-03"),
    ]
    assert told("5月11日：4月CPI、PPI公布") == [("4月CPI、PPI公布", "2026-05-11")]


def test_the_month_that_a_figure_is_about_is_not_when_it_is_published() -> None:
    assert told("10月25日：德国10月IFO") == [("德国10月IFO", "2026-10-25")]
    assert told("June 10: May CPI") == [("May CPI", "2026-06-10")]
    assert told("公布3月CPI") == []


def test_lines_with_only_a_time_hang_on_the_day_above_them() -> None:
    text = "5月20日（周三）\n08:30 新品发布会\n24时 油价调整\n次日02:00 美联储利率决议"
    assert told(text) == [
        ("新品发布会", "2026-05-20T08:30+08:00"),
        ("油价调整", "2026-05-21T00:00+08:00"),
        ("美联储利率决议", "2026-05-21T02:00+08:00"),
    ]


def test_weekdays_hang_on_the_week_above_them() -> None:
    assert told("下周日程\n周一：甲公司股东大会\n周五：LPR报价") == [
        ("甲公司股东大会", "2026-05-04"),
        ("LPR报价", "2026-05-08"),
    ]


def test_bare_days_hang_on_the_month_above_them() -> None:
    assert told("6月活动：8日，临港开发者大会；24日，北斗技术论坛。") == [
        ("临港开发者大会", "2026-06-08"),
        ("北斗技术论坛", "2026-06-24"),
    ]


def test_two_columns_of_dates_are_two_events_a_row() -> None:
    text = "会议\t截稿日期\t会议日期\n甲论坛\t5月20日\t9月3日-5日"
    assert told(text) == [("甲论坛截稿", "2026-05-20"), ("甲论坛", "2026-09-03/2026-09-05")]


def test_a_card_has_its_name_beside_it() -> None:
    assert told("活动时间：2026年5月18日\n活动名称：瓯江青年科学家论坛") == [
        ("瓯江青年科学家论坛", "2026-05-18")
    ]
    assert told("第三届绿洲峰会\n时间：5月23日-24日\n地点：银川") == [
        ("第三届绿洲峰会", "2026-05-23/2026-05-24")
    ]


def test_an_effect_is_counted_from_the_day_of_publication() -> None:
    assert (
        told(
            "Published on April 15, 2026, the Cargo Robot Rule is effective 60 days after publication."
        )[0][1]
        == "2026-06-14"
    )
    assert told("《甲办法》2026年4月20日公布，自公布之日起30日后施行。") == [
        ("《甲办法》施行", "2026-05-20")
    ]
    assert told("《甲办法》自公布之日起30日后施行。") == []


def test_by_a_date_is_a_deadline_or_some_day_until_then() -> None:
    assert told("请于6月30日前反馈对《甲导则》的意见。") == [
        ("反馈对《甲导则》的意见", "2026-06-30")
    ]
    assert told("Acme will ship the Comet camera by June 30.")[0][1] == "[2026-04-27..2026-06-30]"


def test_a_yearly_day_recurs() -> None:
    (one,) = read("每年7月7日举办“国民芯片日”。")
    assert (one.when.text, one.recurrence) == ("2026-07-07", "FREQ=YEARLY")


def test_the_zone_that_the_text_names_is_kept() -> None:
    (one,) = read("Lumen keynote: June 8, 10:00 a.m. PT")
    assert (one.when.text, one.timezone) == ("2026-06-08T10:00-07:00", "America/Los_Angeles")


def test_the_place_beside_the_date_is_kept() -> None:
    (one,) = read("Riverbend AI Expo 2026 (June 16–18, Austin)")
    assert (one.title, one.location) == ("Riverbend AI Expo 2026", "Austin")


@pytest.mark.parametrize(
    "text",
    [
        "证券研究报告 | 2026年04月27日  周报（26年第17周）",
        "热线：400-0715-0613，工作时间9:00-18:00。",
        "许可证有效期至2027年6月30日。",
        "咨询QQ群：20260513",
        "© 2026 Pinecrest Ltd. All rights reserved.",
        "Figure 2: Weekly visits, Q1 2025 - Q1 2026",
        "平湖数据论坛举办时间另行通知。",
        "Thistle Conf: dates TBA",
        "风险提示：2027年产能投放过快。",
        "On September 13 she promised she would be on a certain bridge at noon.",
        "This guide is short. This may only narrow down your choices of a conference.",
        "11 March 2027, www.thistle.example/energy",
    ],
)
def test_lines_that_announce_nothing(text: str) -> None:
    assert told(text) == []


@pytest.mark.slow
def test_a_line_of_a_megabyte_is_read_to_its_end() -> None:
    """Were any step quadratic in the line, this would take hours."""
    for line in ("1月" * 120_000 + "1" * 300_000, "5月1日，" * 60_000, "（" * 150_000 + "5月1日" + "）" * 150_000,
                 "May 1, " * 60_000, "《" * 100_000 + " 5月1日 " * 10_000):  # fmt: skip
        assert len(read(line)) < 1000


@pytest.mark.parametrize(
    "line",
    [
        "2026年5月" + "1" * 48 + "啊",  # a title made of numbers and the words of calendars
        "On May 20, 2026 " + "111111, " * 12 + "x",  # a place
        "the Acme Summit " + "at the to be " * 100 + "x on May 20",
        "每年" * 900 + "5月20日：峰会",  # once a fault: one call inside the other for each
    ],
)
def test_words_that_can_be_parted_in_many_ways_do_not_hang_the_reader(line: str) -> None:
    """Patterns that tried every way to part such a line would not end: 2 to the power of its words."""
    assert len(read(line)) <= 1


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for one in read(text):
        assert one.title.strip()
        assert len(one.title) <= 120
        assert one.when.last >= TODAY or one.when.timed
