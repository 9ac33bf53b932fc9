"""How a piece of text is cut to a title, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.reading import titles


def forms(piece: str) -> dict[str, str]:
    return {title: form for form, title, _ in titles.forms(piece)}


def test_the_words_that_only_say_that_it_is_held_go_and_its_place_is_kept() -> None:
    assert titles.clean("青禾开发者大会将在屿城举行") == ("青禾开发者大会", "屿城")
    assert titles.clean("The Harwick Summit will be held in Hull") == ("Harwick Summit", "Hull")


def test_bullets_and_numbers_of_lists_go() -> None:
    for piece in (
        "1. 青禾大会报名截止",
        "● 青禾大会报名截止",
        "（一）青禾大会报名截止",
        "- 青禾大会报名截止",
    ):
        assert titles.clean(piece)[0] == "青禾大会报名截止"
    assert titles.clean("2027青禾大会")[0] == "2027青禾大会"


def test_a_date_goes_with_the_words_that_carried_it() -> None:
    for text, date, title in (
        ("青禾大会将于12月10日举行", "12月10日", "青禾大会举行"),
        ("The gala takes place on 9 December in Hull", "9 December", "The gala in Hull"),
        ("Papers are due by 9 December", "9 December", "Papers are due"),
    ):
        start = text.index(date)
        assert titles.without(text, start, start + len(date)) == title


def test_a_piece_is_offered_as_it_stands_and_shorter() -> None:
    found = forms("Quillby will launch its Comet camera")
    assert found["Quillby will launch its Comet camera"] == "full"
    assert {"Quillby Comet camera", "Comet camera"} <= set(found)
    assert {"公司召开股东大会", "股东大会"} <= set(forms("公司召开股东大会"))


def test_a_tag_or_a_remark_may_be_left_out() -> None:
    assert forms("【通知】青禾开发者大会")["青禾开发者大会"] == "untagged"
    assert "青禾开发者大会" in forms("青禾开发者大会（线上）")


def test_brackets_that_lost_their_other_half_are_closed_or_gone() -> None:
    assert titles.clean("青禾开发者大会（第二届")[0].count("（") == 0
    assert titles.clean("青禾大会）第二届")[0].count("）") == 0
    assert titles.clean("青禾大会（第二届）")[0] == "青禾大会（第二届）"


@pytest.mark.parametrize(
    "title",
    ["Camera-ready papers due", "报名截止", "第二轮通知", "Registration opens", "正式版发布"],
)
def test_words_that_any_event_has_name_none(title: str) -> None:
    assert titles.generic(title)


@pytest.mark.parametrize("title", ["Harwick papers due", "青禾大会报名截止", "Lantern 24"])
def test_one_word_of_its_own_makes_a_name(title: str) -> None:
    assert not titles.generic(title)


@pytest.mark.parametrize(
    "title", ["近期重要日程", "本周财经日历", "The week ahead", "Upcoming events", "行业周报"]
)
def test_the_title_of_a_calendar_is_no_event(title: str) -> None:
    assert titles.calendar_title(title)


@pytest.mark.parametrize("title", ["青禾开发者大会", "Harwick Summit", "砚石公司业绩预告会"])
def test_the_name_of_an_event_is_no_calendar(title: str) -> None:
    assert not titles.calendar_title(title)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("《甲条例》《乙办法》施行", ["《甲条例》施行", "《乙办法》施行"]),
        ("百川大会、千帆论坛", ["百川大会", "千帆论坛"]),
        (
            "Quillby and Pellwood report earnings",
            ["Quillby report earnings", "Pellwood report earnings"],
        ),
        ("Earnings from Quillby and Pellwood", ["Quillby Earnings", "Pellwood Earnings"]),
        ("Rookery Summit, members' session", ["Rookery Summit, members' session"]),
        ("青禾和麦浪技术论坛", ["青禾和麦浪技术论坛"]),
        ("4月CPI、PPI公布", ["4月CPI、PPI公布"]),
    ],
)
def test_several_names_in_a_title_are_several_events(title: str, names: list[str]) -> None:
    assert titles.names(title) == names


def test_in_a_list_of_companies_each_is_one() -> None:
    assert titles.names("绫华药业、潞安机电", every=True) == ["绫华药业", "潞安机电"]
    assert titles.names("绫华药业、潞安机电") == ["绫华药业、潞安机电"]


def test_what_was_called_off_keeps_its_name() -> None:
    assert titles.without_calling_off("原定的砚石论坛取消") == "砚石论坛"
    assert titles.without_calling_off("Harbor Gala has been cancelled") == "Harbor Gala"
    assert titles.without_calling_off("取消") == "取消"


def test_a_long_title_ends_where_a_clause_does() -> None:
    long = "青禾开发者大会暨麦浪技术论坛与砚石年会联合主办，" + "另有分会场" * 40
    assert titles.shortened(long) == "青禾开发者大会暨麦浪技术论坛与砚石年会联合主办"
    assert len(titles.shortened("字" * 500)) == titles.LONGEST
    assert titles.shortened("Harwick Summit") == "Harwick Summit"


def test_an_address_or_a_number_alone_names_nothing() -> None:
    for text in ("https://pellwood.example/a", "12", "E-mail: a@example.org", "甲", "a1"):
        assert not titles.named(text)
    assert titles.named("灯会")
    assert titles.named("Gala")


@given(st.text(max_size=80))
def test_any_piece_is_cut_to_a_few_titles_that_are_not_empty(piece: str) -> None:
    found = titles.forms(piece)
    assert len(found) <= 7
    assert all(title.strip() for _, title, _ in found)


def test_a_headline_is_who_does_it_and_what() -> None:
    found = forms("Vellum Mills to Report Third Quarter Results")
    assert found["Vellum Mills Third Quarter Results"] == "who+what"
    assert found["Third Quarter Results"] == "what"
    assert "announced that it third quarter results" not in forms(
        "announced that it will report third quarter results"
    )


def test_a_heading_that_only_says_what_stands_below_it_names_no_event() -> None:
    for heading in (
        "活动时间地点",
        "本次会议时间",
        "Date & Venue",
        "Course Details",
        "Dates and times",
    ):
        assert titles.of_section(heading)
    for heading in ("青禾开发者大会", "Harwick Forum", "报名截止后的安排表与水车"):
        assert not titles.of_section(heading)


def test_statistics_in_a_list_are_each_an_event() -> None:
    assert titles.names("甲国10月失业率、乙国央行公布利率决议、丙国三季度GDP年率初值") == [
        "甲国10月失业率",
        "乙国央行公布利率决议",
        "丙国三季度GDP年率初值",
    ]
    assert titles.names("织机、染料、水车") == ["织机、染料、水车"]


def test_two_titles_name_the_same_where_one_holds_most_words_of_the_other() -> None:
    assert titles.alike("Vellum conference call", "Vellum Mills (VEL) Schedules Conference Call")
    assert titles.alike("青禾开发者大会", "2027青禾开发者大会报名")
    assert not titles.alike("Harwick 9.0 end of support", "Harwick 8.0 end of support")
    assert not titles.alike("社院征集作品", "商院征集作品", strictly=True)
    assert not titles.alike("Orchard 2027 开发者大会", "Sparrow 2027 开发者大会")


def test_a_version_is_no_number_of_a_list() -> None:
    assert titles.clean("22.x End-of-life")[0] == "22.x End-of-life"


def test_an_open_slot_is_no_name_and_a_welcome_is_not_cut_in_two() -> None:
    assert not titles.named("open")
    assert not titles.named("TBD")
    assert "欢到水车的世界" not in forms("欢迎来到水车的世界")
    assert "为织坊移植水车的经验" in forms("为织坊移植水车的经验")
    assert "补报名" in forms("为补报名")
