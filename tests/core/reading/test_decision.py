"""What is announced of what was weighed. The weights are not asked here: each test says how likely what is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from service.core.dates import when as when_
from service.core.events.kinds import Kind
from service.core.reading import markup
from service.core.reading.announcement import SURE, Announcement, Doubt
from service.core.reading.blocks import build
from service.core.reading.decision import decide
from service.core.reading.document import text_lines
from service.core.reading.mentions import Gatherer, Mention
from service.core.reading.reader import announcements
from service.core.reading.scoring import Evidence, Weighed
from service.core.reading.subjects import Subject

TODAY = date(2026, 12, 1)
ZONE = "Asia/Shanghai"


def mentions(text: str) -> list[Mention]:
    gatherer = Gatherer(build(markup.read(text_lines(text))), TODAY, ZONE)
    return [one for place, end in gatherer.parts() for one in gatherer.mentions(place, end)]


def likely(
    mention: Mention,
    title: str,
    chance: float = 0.9,
    confidence: float = 0.95,
    reading: int = 0,
    rival: int | None = None,
    source: str = "next",
) -> Weighed:
    made = mention.completions
    return Weighed(
        mention,
        made[reading],
        Subject(title, "", source, "full"),
        chance,
        confidence,
        None if rival is None else made[rival],
        (),
        Evidence(chance, 1.0, 1.0, 1.0, 1, listed=False, elsewhere=False, row=False),
    )


def decided(weighed: Sequence[Weighed], every: Sequence[Mention] = ()) -> list[Announcement]:
    asked = every or [one.mention for one in weighed]
    return [told.announcement for told in decide(weighed, asked, TODAY, ZONE)]


def told(text: str) -> list[tuple[str, str]]:
    found = announcements(text_lines(text), TODAY, ZONE)
    return [(one.title, one.when.text) for one in found]


def one(text: str, title: str = "青禾开发者大会", **said: float | str | None) -> Announcement:
    """The announcement of a text's first date under a title."""
    (found,) = decided([likely(mentions(text)[0], title, **said)])  # type: ignore[arg-type]
    return found


# ---- which ----


def test_what_is_likelier_than_not_is_announced() -> None:
    (mention,) = mentions("12月9日：青禾开发者大会")
    assert len(decided([likely(mention, "青禾开发者大会", chance=0.51)])) == 1
    assert decided([likely(mention, "青禾开发者大会", chance=0.1)]) == []


def test_what_is_over_is_not_announced() -> None:
    (mention,) = mentions("2026年11月9日：青禾开发者大会")
    assert decided([likely(mention, "青禾开发者大会")]) == []


def test_an_announcement_says_where_it_was_read() -> None:
    text = "一些别的话，与此无关。\n\n● 12月9日：青禾开发者大会\n"
    found = one(text)
    assert (found.excerpt, found.line) == ("12月9日：青禾开发者大会", 3)
    assert found.kind is Kind.CONFERENCE


def test_the_lines_of_a_list_are_told_in_their_order() -> None:
    text = "近期活动\n\n2027年5月13日-14日：青禾开发者大会\n2027年5月19日：麦浪技术论坛\n2027年1月9日：砚石技术年会\n"
    assert told(text) == [
        ("青禾开发者大会", "2027-05-13/2027-05-14"),
        ("麦浪技术论坛", "2027-05-19"),
        ("砚石技术年会", "2027-01-09"),
    ]


# ---- once ----


def test_an_event_that_is_said_twice_is_told_once() -> None:
    first, second = mentions("12月9日：青禾开发者大会\n另见12月9日，第五届青禾开发者大会\n")
    found = decided(
        [
            likely(first, "青禾开发者大会", confidence=0.6),
            likely(second, "第五届青禾开发者大会", confidence=0.8),
        ]
    )
    assert [each.title for each in found] == ["第五届青禾开发者大会"]


def test_two_events_of_one_day_are_two() -> None:
    first, second = mentions("12月9日：青禾开发者大会\n12月9日：麦浪技术论坛\n")
    found = decided([likely(first, "青禾开发者大会"), likely(second, "麦浪技术论坛")])
    assert [each.title for each in found] == ["青禾开发者大会", "麦浪技术论坛"]


def test_an_event_of_two_days_is_two() -> None:
    first, second = mentions("12月9日：青禾开发者大会\n12月16日：青禾开发者大会\n")
    found = decided([likely(first, "青禾开发者大会"), likely(second, "青禾开发者大会")])
    assert [each.when.text for each in found] == ["2026-12-09", "2026-12-16"]


def test_of_a_day_and_its_hour_the_hour_is_told() -> None:
    first, second = mentions("12月9日：青禾开发者大会\n12月9日 09:30：青禾开发者大会\n")
    found = decided(
        [
            likely(first, "青禾开发者大会", confidence=0.9),
            likely(second, "青禾开发者大会", confidence=0.6),
        ]
    )
    assert [each.when.text for each in found] == ["2026-12-09T09:30+08:00"]


def test_several_names_in_a_title_are_several_events() -> None:
    (mention,) = mentions("12月9日：百川大会、千帆论坛")
    found = decided([likely(mention, "百川大会、千帆论坛")])
    assert [each.title for each in found] == ["百川大会", "千帆论坛"]


# ---- moved ----


def test_the_newest_plan_wins_and_remembers_the_old() -> None:
    every = mentions("砚石论坛原定12月9日，推迟至12月16日。")
    old, new = (likely(each, "砚石论坛") for each in every)
    (found,) = decided([old, new], every)
    assert found.when.text == "2026-12-16"
    assert found.previous is not None
    assert found.previous.text == "2026-12-09"


def test_a_move_in_one_phrase_remembers_its_first_day() -> None:
    every = mentions("The Harbor Gala has been moved from July 9 to July 16, 2027.")
    moved = next(n for n, each in enumerate(every[0].completions) if "moved" in each.how)
    (found,) = decided([likely(every[0], "Harbor Gala", reading=moved)], every)
    assert (found.when.text, found.previous and found.previous.text) == ("2027-07-16", "2027-07-09")


def test_the_old_date_of_what_moved_is_told_where_no_newer_one_is() -> None:
    (mention,) = mentions("砚石论坛原定12月9日举行，新日期另告。")
    (found,) = decided([likely(mention, "砚石论坛")])
    assert (found.when.text, found.previous) == ("2026-12-09", None)


def test_what_is_called_off_says_so_and_keeps_its_name() -> None:
    found = one("12月9日举行的砚石论坛取消。", "砚石论坛取消")
    assert (found.title, found.cancelled, found.previous) == ("砚石论坛", True, None)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The Harbor Gala, planned for 9 December, has been cancelled.", "Harbor Gala"),
        ("砚石论坛取消，原定12月9日举行。", "砚石论坛"),
    ],
)
def test_what_is_called_off_in_another_clause_says_so_too(text: str, title: str) -> None:
    assert one(text, title).cancelled


def test_what_is_called_off_beside_it_leaves_an_event_alone() -> None:
    every = mentions("5月30日，砚石开发者大会；6月2日，麦浪技术论坛取消")
    found = decided(
        [likely(every[0], "砚石开发者大会"), likely(every[1], "麦浪技术论坛取消")], every
    )
    assert [(each.title, each.cancelled) for each in found] == [
        ("砚石开发者大会", False),
        ("麦浪技术论坛", True),
    ]


def test_what_a_table_s_status_calls_off_is_called_off() -> None:
    text = "| 日期 | 会议 | 状态 |\n|---|---|---|\n| 2026-12-09 | 砚石论坛 | 已取消 |\n| 2026-12-10 | 灯会 | |\n"
    found = [likely(each, each.around.row) for each in mentions(text)]
    assert [(each.title, each.cancelled) for each in decided(found)] == [
        ("砚石论坛", True),
        ("灯会", False),
    ]


# ---- by ----


def test_by_a_date_is_the_day_of_a_deadline() -> None:
    assert one("请于12月9日前提交论文。", "提交论文").when.text == "2026-12-09"


def test_by_a_date_is_some_day_until_then_of_what_is_to_happen() -> None:
    found = one("Quillby will ship the Comet camera by December 30.", "Comet camera")
    assert found.when.text == "[2026-12-01..2026-12-30]"


def test_an_hour_by_which_something_is_due_stays_an_hour() -> None:
    found = one("请于12月9日18:00前提交论文。", "提交论文")
    assert found.when.text == "2026-12-09T18:00+08:00"


def test_about_a_date_is_kept() -> None:
    assert one("12月9日前后，青禾开发者大会").when.text == "2026-12-09~"
    assert one("12月9日（暂定）：青禾开发者大会").when.text == "2026-12-09?"


def test_a_day_of_every_year_recurs() -> None:
    assert one("每年7月7日举办砚石论坛。", "砚石论坛").recurrence == "FREQ=YEARLY"
    assert one("7月7日举办砚石论坛。", "砚石论坛").recurrence is None


def test_a_zone_that_the_text_names_is_kept() -> None:
    found = one("Harbor Gala: June 8, 2027, 10:00 a.m. PT", "Harbor Gala")
    assert (found.when.text, found.timezone) == (
        "2027-06-08T10:00-07:00",
        "America/Los_Angeles",
    )
    assert one("12月9日：青禾开发者大会").timezone is None


def test_the_place_of_a_label_or_a_row_is_kept() -> None:
    found = one("时间：12月9日\n地点：屿城会展中心\n")
    assert found.location == "屿城会展中心"
    text = "| 日期 | 会议 | 地点 |\n|---|---|---|\n| 2026-12-09 | 灯会 | 屿城 |\n"
    assert one(text, "灯会").location == "屿城"


# ---- doubts ----


def test_a_plain_date_with_its_year_and_its_name_raises_no_doubt() -> None:
    assert one("2026年12月9日：青禾开发者大会").doubts == ()
    assert one("Harbor Gala: 9 December 2026", "Harbor Gala").doubts == ()


@pytest.mark.parametrize(
    ("text", "said", "doubt", "veto"),
    [
        ("2026年12月9日（周一）：青禾开发者大会", {}, Doubt.WEEKDAY, True),
        ("2028年展会\n\n3月5日，青禾开发者大会；\n", {"rival": 1}, Doubt.TWO_READINGS, True),
        ("12月9日：青禾开发者大会", {}, Doubt.YEAR_ASSUMED, False),
        ("2026年12月9日，另告", {"source": "heading0"}, Doubt.TITLE_FROM_ELSEWHERE, False),
        ("2026年12月9日，另告", {"source": "sentence-before"}, Doubt.TITLE_FROM_ELSEWHERE, False),
        ("2027年：青禾开发者大会", {}, Doubt.WINDOW_WIDE, False),
        ("2026-12-09 | 灯会\n2026-12-10 | 夜市\n", {}, Doubt.TABLE_GUESSED, False),
    ],
)
def test_what_speaks_against_an_announcement_is_told(
    text: str, said: dict[str, int | str], doubt: Doubt, veto: bool
) -> None:
    mention = mentions(text)[-1] if "rival" in said else mentions(text)[0]
    (found,) = decided([likely(mention, "青禾开发者大会", **said)])  # type: ignore[arg-type]
    assert doubt in found.doubts
    assert doubt.veto is veto
    assert found.sure is not veto


def test_a_date_whose_day_and_month_may_be_either_is_not_announced() -> None:
    assert mentions("05/06/2027: Harbor Gala") == []
    assert [each.completions[0].read.when.text for each in mentions("13/06/2027: Gala")] == [
        "2027-06-13"
    ]


def test_words_of_time_that_were_not_read_are_a_veto() -> None:
    (mention,) = mentions("2026年12月9日：青禾开发者大会")
    made = mention.completions[0]
    mention.completions = (replace(made, read=replace(made.read, leftover="后第一周")),)
    (found,) = decided([likely(mention, "青禾开发者大会")])
    assert found.doubts == (Doubt.LEFTOVER,)
    assert not found.sure


@pytest.mark.parametrize("doubt", Doubt)
def test_each_doubt_is_worded_in_both_languages(doubt: Doubt) -> None:
    written = doubt.written()
    assert written["code"] == doubt.value
    assert written["veto"] is doubt.veto
    assert isinstance(written["text"], dict)
    assert set(written["text"]) == {"zh", "en"}
    assert all(written["text"].values())


def test_the_vetoes_are_those_of_the_contract() -> None:
    assert {doubt.value for doubt in Doubt if doubt.veto} == {
        "leftover",
        "two-readings",
        "weekday",
        "disputed",
        "order",
    }
    assert {doubt.value for doubt in Doubt if not doubt.veto} == {
        "year-assumed",
        "title-from-elsewhere",
        "window-wide",
        "source-older",
        "table-guessed",
    }


# ---- sure ----


@pytest.mark.parametrize(
    ("confidence", "doubts", "sure"),
    [
        (0.9, (), True),
        (0.89, (), False),
        (0.99, (Doubt.YEAR_ASSUMED, Doubt.WINDOW_WIDE), True),
        (0.99, (Doubt.WEEKDAY,), False),
        (0.99, (Doubt.YEAR_ASSUMED, Doubt.DISPUTED), False),
        (0.5, (), False),
    ],
)
def test_sure_is_nine_in_ten_and_no_veto(
    confidence: float, doubts: tuple[Doubt, ...], sure: bool
) -> None:
    found = Announcement(
        "灯会", when_.parse("2026-12-09"), Kind.OTHER, "", None, 1, confidence, doubts=doubts
    )
    assert found.sure is sure


def test_a_table_s_own_column_of_dates_is_sure() -> None:
    text = "| 日期 | 会议 |\n|---|---|\n| 2026-12-09 | 青禾开发者大会 |\n| 2026-12-16 | 麦浪技术论坛 |\n"
    found = announcements(text_lines(text), TODAY, ZONE)
    assert [(each.title, each.when.text) for each in found] == [
        ("青禾开发者大会", "2026-12-09"),
        ("麦浪技术论坛", "2026-12-16"),
    ]
    assert all(each.sure and each.confidence >= SURE for each in found)


def test_a_column_with_a_header_of_its_own_is_only_as_sure_as_it_was_weighed() -> None:
    text = "| 会议 | 截稿日期 |\n|---|---|\n| 青禾开发者大会 | 2026-12-09 |\n"
    assert one(text, "青禾开发者大会截稿", confidence=0.6).confidence == 0.6


def test_a_rows_date_without_a_header_is_guessed_and_not_made_sure() -> None:
    found = one("2026-12-09 | 灯会\n2026-12-10 | 夜市\n", "灯会", confidence=0.6)
    assert found.confidence == 0.6


def test_no_announcement_is_stated_as_certain() -> None:
    assert one("2026年12月9日：青禾开发者大会", confidence=1.0).confidence == 0.99


# ---- one event, one title ----


def test_two_dates_of_a_sentence_do_not_share_a_title_where_one_has_its_own() -> None:
    held, due = mentions("青禾峰会定于12月9日举行，论文提交截止12月5日。")
    first = replace(likely(held, "青禾峰会"), others=((4.0, Subject("举行", "", "after", "full")),))
    second = replace(
        likely(due, "青禾峰会"), others=((0.9, Subject("论文提交截止", "", "before", "full")),)
    )
    assert [(each.title, each.when.text) for each in decided([first, second])] == [
        ("青禾峰会", "2026-12-09"),
        ("论文提交截止", "2026-12-05"),
    ]


def test_what_a_label_says_is_due_belongs_to_the_title() -> None:
    (mention,) = mentions("报名时间：12月16日至12月27日")
    whole = replace(
        likely(mention, "青禾考试", source="card"),
        others=((1.0, Subject("青禾考试报名", "", "card+label", "full")),),
    )
    assert [each.title for each in decided([whole])] == ["青禾考试报名"]
    assert [each.title for each in decided([likely(mention, "青禾考试")])] == ["青禾考试"]


def test_one_moment_in_many_zones_is_one_event_of_the_heading() -> None:
    zones = mentions(
        "# Harwick call\n\n- London: December 9, 2026, 17:00 GMT\n"
        "- Berlin: December 9, 2026, 18:00 CET\n- Tokyo: December 10, 2026, 02:00 JST\n"
    )
    found = decided([likely(one, name) for one, name in zip(zones, "LBT", strict=True)])
    assert [(each.title, each.when.text) for each in found] == [
        ("Harwick call", "2026-12-09T17:00Z")
    ]
    assert len(decided([likely(one, name) for one, name in zip(zones[:2], "LB", strict=True)])) == 2


def test_a_day_and_its_hour_under_titles_alike_are_one_event_at_that_hour() -> None:
    day, hour = mentions(
        "Vellum Mills Schedules Conference Call for December 9\n\n"
        "Vellum Mills will hold its call on December 9, 2026 at 4:30 PM."
    )
    found = decided([
        likely(day, "Vellum Mills Conference Call", confidence=0.8),
        likely(hour, "Vellum Mills call", confidence=0.6),
    ])  # fmt: skip
    assert [(each.title, each.when.timed) for each in found] == [
        ("Vellum Mills Conference Call", True)
    ]


def test_what_a_quoted_mail_said_gives_way_to_the_answer() -> None:
    new, old = mentions("样书评审改到12月9日。\n\n> 样书评审推到12月4日。")
    assert [
        each.when.text for each in decided([likely(new, "样书评审"), likely(old, "样书评审")])
    ] == ["2026-12-09"]


def test_a_rolled_day_whose_list_or_title_says_that_it_has_gone_by_is_none() -> None:
    mention = mentions("2025年青禾年会将于5月22日举行")[-1]
    assert decided([likely(mention, "2025年青禾年会")]) == []
    (listed,) = mentions("5月22日：青禾年会")
    assert len(decided([likely(listed, "青禾年会")])) == 1
    listed.gone_by = True
    assert decided([likely(listed, "青禾年会")]) == []
