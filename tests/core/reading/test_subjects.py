"""Which titles are offered for a date. Which of them it is, is not decided here."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.dates.phrases import find
from service.core.reading import markup, subjects
from service.core.reading.blocks import build
from service.core.reading.document import text_lines
from service.core.reading.mentions import Gatherer, Mention, offers
from service.core.reading.subjects import MOST, Around, Subject, offered
from service.core.text.characters import plain

TODAY = date(2026, 12, 1)


def mentions(text: str) -> list[Mention]:
    gatherer = Gatherer(build(markup.read(text_lines(text))), TODAY, "Asia/Shanghai")
    return [one for place, end in gatherer.parts() for one in gatherer.mentions(place, end)]


def titles(text: str) -> dict[str, str]:
    """Of the last date of a text: the titles offered, each with where it was found."""
    return {one.title: one.source for one in mentions(text)[-1].subjects()}


def of_line(text: str, around: Around | None = None) -> dict[str, Subject]:
    """Of the first date of a line by itself."""
    phrases = find(text)
    return {one.title: one for one in offered(text, phrases[0], phrases, around or Around())}


def test_the_clause_of_a_date_is_offered_without_the_date() -> None:
    found = of_line("青禾开发者大会将于12月10日在屿城举行")
    assert "青禾开发者大会" in found
    assert "Harwick Robotics Summit" in of_line(
        "The Harwick Robotics Summit will be held on 9 December."
    )


def test_what_stands_behind_a_colon_is_offered() -> None:
    assert "青禾开发者大会" in of_line("12月10日：青禾开发者大会")
    assert of_line("青禾开发者大会：12月10日")["青禾开发者大会"].source == "colon-before"


def test_what_stands_before_the_bracket_of_a_date_is_offered() -> None:
    assert of_line("青禾开发者大会（12月10日，屿城）")["青禾开发者大会"].source == "outside"


def test_a_book_is_offered_with_what_happens_to_it() -> None:
    found = of_line("自2027年3月1日起施行《灯光管理条例》。")
    assert found["《灯光管理条例》施行"].source == "book+act"
    assert "《灯光管理条例》征求意见截止" in of_line("《灯光管理条例》征求意见，12月20日截止。")


def test_a_clause_before_or_behind_is_offered_too() -> None:
    found = of_line("12月10日，青禾开发者大会，屿城会展中心")
    assert found["青禾开发者大会"].source == "next"
    assert "麦浪技术论坛" in of_line("麦浪技术论坛，12月10日截稿")


def test_a_label_is_offered_with_the_name_in_the_heading() -> None:
    found = titles(
        "# Harwick Summit 2027\n\nSome words on it, and more of them.\n\n- Paper deadline: 5 March 2027\n"
    )
    assert "Harwick Summit 2027: Paper deadline" in found
    assert "Paper deadline" in found
    around = Around(headings=("青禾开发者大会",), label="报名截止日期")
    assert (
        of_line("报名截止日期：12月10日", around)["青禾开发者大会报名截止"].source
        == "heading+label"
    )


def test_a_card_gives_its_name_to_the_dates_of_its_labels() -> None:
    found = titles("活动名称：青禾开发者大会\n报名截止：12月10日\n")
    assert found["青禾开发者大会"] == "card"
    assert found["青禾开发者大会报名截止"] == "card+label"


def test_a_row_is_offered_with_what_its_column_says() -> None:
    assert titles("| 公司 | 除息日 |\n|---|---|\n| 麦垛智能 | 2027-01-10 |\n") == {
        "麦垛智能除息日": "row+column"
    }
    found = titles("| Version | End of life |\n|---|---|\n| Lantern 6 | 2028-02-29 |\n")
    assert "Lantern 6: End of life" in found


def test_the_name_of_a_row_is_offered_for_the_date_of_the_row_itself() -> None:
    assert titles("| 日期 | 会议 |\n|---|---|\n| 2027-01-10 | 青禾开发者大会 |\n") == {
        "青禾开发者大会": "row"
    }


def test_a_line_below_a_date_is_offered_whole() -> None:
    found = titles("会议日程\n\n2026年12月10日\n- 青禾开发者大会\n- 麦浪技术论坛\n")
    assert found["麦浪技术论坛"] == "line"
    assert "青禾开发者大会" not in found


def test_a_name_within_a_sentence_is_offered_by_itself() -> None:
    found = of_line("我们将在12月10日前往参加麦浪技术论坛")
    assert found["麦浪技术论坛"].source == "name-after"


def test_what_the_sentence_before_was_about_is_offered() -> None:
    found = titles("The Cargo Robot Rule has passed. It takes effect on 9 December.")
    assert any("Cargo Robot Rule" in title for title in found)


@pytest.mark.parametrize(
    "text",
    [
        "砚石开发者大会定于12月9日召开，12月16日麦浪技术论坛开幕",
        "The deadline is 5 March 2027, the notification follows on 9 June 2027.",
        "# 青禾开发者大会\n\n2027年3月5日截稿，2027年4月6日通知，2027年6月9日开幕\n",
    ],
)
def test_no_title_holds_another_day_of_the_text(text: str) -> None:
    for one in mentions(text):
        for subject in one.subjects():
            held = [date for date in find(subject.title) if date.exact and not date.weak]
            assert held == [], subject


@pytest.mark.parametrize(
    "text",
    [
        "Alpha Summit (June 3, 2027), Beta Forum (June 5, 2027) and Gamma Days (June 9, 2027)",
        "业绩披露：绫华药业（2027年8月18日）、潞安机电（2027年8月21日）",
    ],
)
def test_a_bracket_s_title_holds_no_date_of_another_bracket(text: str) -> None:
    test_no_title_holds_another_day_of_the_text(text)


def test_a_name_that_leads_the_document_is_offered_without_its_day() -> None:
    for title in titles("12月3日青禾开发者大会，12月10日麦浪技术论坛"):
        assert "12月" not in title


def test_a_date_has_at_most_so_many_titles_and_none_twice() -> None:
    clause = "青禾开发者大会、《灯光管理条例》“麦浪”论坛，"
    text = f"{clause * 12}12月10日，{clause * 12}"
    around = Around(
        headings=tuple(f"第{i}届砚石论坛" for i in range(9)), card="卡片论坛", label="截稿"
    )
    phrases = find(text)
    found = offered(text, phrases[0], phrases, around)
    assert 0 < len(found) <= MOST
    assert len({one.title for one in found}) == len(found)


def test_nothing_is_offered_where_no_name_stands() -> None:
    assert of_line("12月10日") == {}
    assert of_line("12/10/2026, 12") == {}


def test_a_title_is_never_longer_than_a_calendar_takes() -> None:
    text = "12月10日：" + "青禾开发者大会与麦浪技术论坛" * 12
    assert all(len(title) <= 120 for title in of_line(text))


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("关于举办青禾开发者大会的通知", ["青禾开发者大会"]),
        ("Call for papers: Harwick Summit 2027", ["Harwick Summit 2027"]),
        ("Notice of the annual meeting", ["annual meeting"]),
        ("一、麦浪技术论坛", ["麦浪技术论坛"]),
        ("## 第五届麦浪技术论坛：", ["第五届麦浪技术论坛"]),
        ("1.", []),
    ],
)
def test_a_heading_is_offered_without_the_words_of_letters_and_lists(
    heading: str, names: list[str]
) -> None:
    assert subjects.of_heading(heading) == names


def test_the_headings_of_calendars_name_no_event() -> None:
    around = Around(headings=("近期日程", "青禾开发者大会"), document="Upcoming events")
    assert subjects.heads(around) == ["青禾开发者大会"]


def test_commas_part_clauses_but_not_within_brackets_or_numbers() -> None:
    line = plain("麦浪论坛（屿城，线上），12月10日；奖金1,000元")
    parts = [line[a:b] for a, b in subjects.clauses(line, find(line))]
    assert [part.strip(" ,;") for part in parts] == [
        "麦浪论坛(屿城,线上)",
        "12月10日",
        "奖金1,000元",
    ]


def test_names_of_events_are_found_in_a_sentence() -> None:
    assert list(subjects.names("欢迎参加青禾开发者大会")) == ["青禾开发者大会"]
    assert list(subjects.names("Join us at the Harwick Robotics Summit and more")) == [
        "Harwick Robotics Summit"
    ]
    assert list(subjects.names("敬请留意")) == []


def test_a_title_of_several_dates_is_counted_for_each() -> None:
    found = mentions("# Harwick Summit 2027\n\n- Papers: 5 March 2027\n- Posters: 9 June 2027\n")
    assert offers(found)["Harwick Summit 2027: Papers"] == 1
    assert offers(found)["Harwick Summit 2027"] >= 2
