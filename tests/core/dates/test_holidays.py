"""Holidays by name, against the package `holidays`, which collects what each country's law says, against what
chinesecalendar holds of the State Council's notices, and against published days of the Chinese calendar."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta

import holidays as published
import pytest
from holidays.calendars import _ChineseLunisolar

from service.core.dates import holidays, workdays
from service.core.dates.holidays import day_of, named, period_of, weekend_of

CHINESE = re.compile(holidays.CHINESE)
ENGLISH = re.compile(holidays.ENGLISH, re.IGNORECASE)
LUNAR = re.compile(holidays.LUNAR)


def holiday(name: str) -> holidays.Holiday:
    found = named(name)
    assert found is not None, name
    return found


def day(name: str, year: int, zone: str = "") -> date | None:
    return day_of(holiday(name), year, zone)


# --- The days ---

# Without those that were moved once: the law of 2008, Juneteenth, a jubilee, a day for the King.
YEARS = range(2023, 2046)


@pytest.mark.parametrize(
    ("country", "zone", "names"),
    [
        (
            "US",
            "America/New_York",
            {
                "New Year's Day": "New Year's Day",
                "MLK Day": "Martin Luther King Jr. Day",
                "Groundhog Day": "Groundhog Day",
                "Valentine’s Day": "Valentine's Day",
                "Presidents' Day": "Washington's Birthday",
                "St Patrick's Day": "Saint Patrick's Day",
                "Good Friday": "Good Friday",
                "Easter": "Easter Sunday",
                "Mother's Day": "Mother's Day",
                "Memorial Day": "Memorial Day",
                "Father's Day": "Father's Day",
                "Juneteenth": "Juneteenth National Independence Day",
                "Fourth of July": "Independence Day",
                "Labor Day": "Labor Day",
                "Columbus Day": "Columbus Day",
                "Halloween": "Halloween",
                "Veterans Day": "Veterans Day",
                "Thanksgiving": "Thanksgiving Day",
                "Christmas Eve": "Christmas Eve",
                "Christmas": "Christmas Day",
                "New Year's Eve": "New Year's Eve",
            },
        ),
        (
            "GB",
            "Europe/London",
            {
                "Easter Monday": "Easter Monday",
                "early May bank holiday": "May Day",
                "spring bank holiday": "Spring Bank Holiday",
                "late August bank holiday": "Late Summer Bank Holiday",
                "Boxing Day": "Boxing Day",
            },
        ),
        (
            "CA",
            "America/Toronto",
            {
                "Canada Day": "Canada Day",
                "Labour Day": "Labor Day",
                "Thanksgiving": "Thanksgiving Day",
                "Remembrance Day": "Remembrance Day",
            },
        ),
        ("NZ", "Pacific/Auckland", {"Labour Day": "Labour Day", "Anzac Day": "Anzac Day"}),
        (
            "CN",
            "Asia/Shanghai",
            {
                "元旦": "New Year's Day",
                "除夕": "Chinese New Year's Eve",
                "清明节": "Tomb-Sweeping Day",
                "五一": "Labor Day",
                "端午": "Dragon Boat Festival",
                "中秋": "Mid-Autumn Festival",
                "十一": "National Day",
                "妇女节": "International Women's Day",
                "五四青年节": "Youth Day",
                "六一儿童节": "Children's Day",
                "建军节": "Army Day",
            },
        ),
        ("TW", "Asia/Taipei", {"兒童節": "Children's Day", "國慶": "National Day", "教師節": "Teacher's Day"}),
        ("HK", "Asia/Hong_Kong", {"重陽節": "Double Ninth Festival", "春節": "Chinese New Year"}),
    ],
)  # fmt: skip
def test_each_day_is_the_one_that_the_countrys_law_says(
    country: str, zone: str, names: dict[str, str]
) -> None:
    table = getattr(published, country)
    part = {"subdiv": "ENG"} if country == "GB" else {}
    for year in YEARS if country != "CN" else range(2025, 2046):  # 除夕 is off since 2025
        law = table(years=year, categories=table.supported_categories, language="en_US", **part)
        for ours, theirs in names.items():
            # The first: where several days are off by one name (国庆), the holiday is the first of them.
            its_days = [
                when for when, called in sorted(law.items()) if theirs in called.split("; ")
            ]
            # Hong Kong moves a day that meets another one.
            if country != "HK" or its_days:
                assert day(ours, year, zone) == its_days[0], (ours, year)


@pytest.mark.parametrize(
    ("name", "of_the_package"),
    [
        ("春节", _ChineseLunisolar().lunar_new_year_date),
        ("端午节", _ChineseLunisolar().dragon_boat_date),
        ("中秋节", _ChineseLunisolar().mid_autumn_date),
        ("重阳节", _ChineseLunisolar().double_ninth_date),
        ("清明", _ChineseLunisolar().qingming_date),
        ("冬至", _ChineseLunisolar().winter_solstice_date),
    ],
)
def test_the_chinese_calendar_agrees_with_another_reckoning_up_to_2099(
    name: str, of_the_package: object
) -> None:
    assert callable(of_the_package)
    for year in range(1970, 2100):
        assert day(name, year) == of_the_package(year)[0], (name, year)


@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [  # from the conversion tables of the Hong Kong Observatory
        ("元宵节", 2026, "2026-03-03"),
        ("元宵节", 2027, "2027-02-20"),
        ("七夕", 2025, "2025-08-29"),
        ("七夕", 2026, "2026-08-19"),
        ("七夕", 2027, "2027-08-08"),
        ("中元节", 2026, "2026-08-27"),
        ("腊八节", 2025, "2025-01-07"),
        ("腊八节", 2026, "2026-01-26"),
        ("北方小年", 2027, "2027-01-30"),
        ("南方小年", 2027, "2027-01-31"),
        ("除夕", 2025, "2025-01-28"),
        ("除夕", 2027, "2027-02-05"),
        ("立春", 2027, "2027-02-04"),
        ("夏至", 2026, "2026-06-21"),
        ("冬至", 2026, "2026-12-22"),
        ("大雪", 2026, "2026-12-07"),
    ],
)
def test_published_days_of_the_chinese_calendar(name: str, year: int, expected: str) -> None:
    assert day(name, year) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Black Friday", "2026-11-27"),
        ("Cyber Monday", "2026-11-30"),
        ("Giving Tuesday", "2026-12-01"),
        ("Ash Wednesday", "2026-02-18"),
        ("Palm Sunday", "2026-03-29"),
        ("Mothering Sunday", "2026-03-15"),
        ("Ascension Day", "2026-05-14"),
        ("Whit Monday", "2026-05-25"),
        ("Remembrance Sunday", "2026-11-08"),
        ("双十一", "2026-11-11"),
        ("618", "2026-06-18"),
        ("教师节", "2026-09-10"),
        ("植树节", "2026-03-12"),
        ("圣诞节", "2026-12-25"),
        ("平安夜", "2026-12-24"),
        ("万圣节", "2026-10-31"),
        ("April Fools’ Day", "2026-04-01"),
    ],
)
def test_days_by_a_plain_rule(name: str, expected: str) -> None:
    assert day(name, 2026) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("name", "zone", "expected"),
    [
        ("Mother's Day", "Asia/Shanghai", "2027-05-09"),
        ("Mother's Day", "Europe/London", "2027-03-07"),
        ("母亲节", "Asia/Shanghai", "2027-05-09"),
        ("Father's Day", "Europe/London", "2027-06-20"),
        ("Father's Day", "Australia/Sydney", "2027-09-05"),
        ("父亲节", "Asia/Taipei", "2027-08-08"),
        ("Thanksgiving", "America/Toronto", "2027-10-11"),
        ("Labor Day", "Asia/Shanghai", "2027-09-06"),
        (
            "Labour Day",
            "Asia/Shanghai",
            None,
        ),  # 1 May to some, the first Monday of September to others
        ("Labour Day", "Europe/London", None),
        ("小年", "Asia/Shanghai", None),  # the 23rd in the north, the 24th in the south
        ("bank holiday", "Europe/London", None),
        ("May bank holiday", "Europe/London", None),  # there are two
        ("Eid al-Fitr", "Asia/Dubai", None),
    ],
)
def test_where_people_differ_the_zone_decides_or_nobody(
    name: str, zone: str, expected: str | None
) -> None:
    assert day(name, 2027, zone) == (date.fromisoformat(expected) if expected else None)


def test_every_spelling_has_one_day_in_each_year_or_never() -> None:
    """But for 腊八, which may fall before New Year: then one year has two, and one none."""
    for name, found in holidays.NAMES.items():
        days = [day_of(found, year) for year in range(2023, 2060)]
        if found.name == "Laba Festival":
            assert days.count(None) < 5
        elif isinstance(found.rule, holidays.Open):
            assert set(days) == {None}, name
        else:
            assert None not in days, name


def test_no_day_strays_from_its_season() -> None:
    """From year to year a holiday moves by a month at most."""
    for name, found in holidays.NAMES.items():
        days = [day_of(found, year) for year in range(1970, 2200, 11)]
        of_the_year = [one.timetuple().tm_yday for one in days if one and one.month < 12]
        assert not of_the_year or max(of_the_year) - min(of_the_year) <= 36, name


@pytest.mark.parametrize("year", [0, 1969, 2200, 9999, 12345])
def test_no_day_outside_the_years_of_a_date(year: int) -> None:
    for name in ("元旦", "春节", "清明", "Easter", "Thanksgiving"):
        assert day(name, year) is None


def test_two_in_one_year_are_not_chosen_between() -> None:
    """腊八 of the lunar years 2021 and 2022 both fell into 2022, and none into 2023."""
    assert day("腊八", 2022) is None
    assert day("腊八", 2023) is None


# --- The days around it ---


def test_every_announced_holiday_gives_the_days_that_were_off() -> None:
    first, last = workdays.known_years()
    for name in ("元旦", "春节", "清明", "五一", "端午", "中秋", "国庆"):
        for year in range(max(first, 2008), last + 1):
            period = period_of(holiday(name), year)
            assert period is not None
            assert period.announced
            span = (period.last - period.first).days
            for n in range(span + 1):
                assert not workdays.is_workday(period.first + timedelta(days=n)), (name, year)
            assert workdays.is_workday(period.first - timedelta(days=1)), (name, year)
            assert workdays.is_workday(period.last + timedelta(days=1)), (name, year)


@pytest.mark.parametrize(
    ("name", "year", "first", "last", "announced"),
    [
        ("国庆", 2026, "2026-10-01", "2026-10-07", True),
        ("国庆", 2025, "2025-10-01", "2025-10-08", True),  # with 中秋
        ("中秋", 2025, "2025-10-01", "2025-10-08", True),
        ("春节", 2026, "2026-02-15", "2026-02-23", True),
        ("春节", 2028, "2028-01-25", "2028-02-01", False),
        ("除夕", 2028, "2028-01-25", "2028-02-01", False),
        ("五一", 2028, "2028-05-01", "2028-05-05", False),
        ("国庆", 2029, "2029-10-01", "2029-10-07", False),
        ("国庆", 2031, "2031-10-01", "2031-10-08", False),  # with 中秋
        ("清明", 2029, "2029-04-04", "2029-04-04", False),  # a Wednesday
    ],
)
def test_the_days_off_around_a_holiday(
    name: str, year: int, first: str, last: str, announced: bool
) -> None:
    period = period_of(holiday(name), year)
    assert period is not None
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert period.announced is announced


def test_what_is_usual_is_what_was_announced_since_the_rule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """But for the nine days of 2026's Spring Festival, which began on a Sunday."""
    names = ("元旦", "春节", "清明", "五一", "端午", "中秋", "国庆")
    asked = [(name, year) for year in (2025, 2026) for name in names]
    announced = {one: period_of(holiday(one[0]), one[1]) for one in asked}
    monkeypatch.setattr(holidays, "days_off", lambda day: None)
    other = []
    for name, year in asked:
        usual, known = period_of(holiday(name), year), announced[name, year]
        assert usual is not None
        assert known is not None
        assert not usual.announced
        if (usual.first, usual.last) != (known.first, known.last):
            other.append((name, year))
    assert other == [("春节", 2026)]


@pytest.mark.parametrize("name", ["元宵节", "七夕", "圣诞节", "Thanksgiving", "小年", "双十一"])
def test_no_official_days_off_around_others(name: str) -> None:
    assert period_of(holiday(name), 2026) is None


@pytest.mark.parametrize(
    ("name", "year", "first", "last"),
    [
        ("Labor Day", 2027, "2027-09-04", "2027-09-06"),
        ("Memorial Day", 2027, "2027-05-29", "2027-05-31"),
        ("Thanksgiving", 2026, "2026-11-26", "2026-11-29"),
        ("Easter", 2027, "2027-03-26", "2027-03-29"),
        ("Good Friday", 2027, "2027-03-26", "2027-03-29"),
        ("Easter Monday", 2027, "2027-03-26", "2027-03-29"),
        ("spring bank holiday", 2027, "2027-05-29", "2027-05-31"),
        ("Juneteenth", 2026, "2026-06-19", "2026-06-21"),
        ("Independence Day", 2027, "2027-07-03", "2027-07-04"),
    ],
)
def test_a_long_weekend(name: str, year: int, first: str, last: str) -> None:
    weekend = weekend_of(holiday(name), year)
    assert weekend is not None
    assert (weekend.first.isoformat(), weekend.last.isoformat()) == (first, last)


def test_no_weekend_in_the_middle_of_a_week() -> None:
    assert weekend_of(holiday("Veterans Day"), 2026) is None
    assert weekend_of(holiday("Labour Day"), 2026) is None


# --- The names ---


def test_no_spelling_stands_in_two_rows() -> None:
    for _, chinese, english in holidays._ROWS:
        for spelling in (*chinese, *english):
            found = named(spelling.removeprefix("?"))
            mine = [row for row, *names in holidays._ROWS if spelling in names[0] + names[1]]
            assert mine == [found], spelling


def test_every_spelling_is_found_whole_in_a_text() -> None:
    for _, chinese, english in holidays._ROWS:
        for spelling in chinese:
            name = spelling.removeprefix("?")
            match = CHINESE.search(f"我们{name}前完成")
            assert match, name
            assert match[0] == name
        for spelling in english:
            match = ENGLISH.search(f"due by {spelling}, at last")
            assert match, spelling
            assert match[0] == spelling


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("國慶節", "National Day"),
        ("勞動節", "International Workers' Day"),
        ("聖誕節", "Christmas"),
        ("端午節", "Dragon Boat Festival"),
        ("臘八節", "Laba Festival"),
        ("雙十一", "Singles' Day"),
        ("驚蟄", "惊蛰"),
        ("the New Year’s Day", "New Year's Day"),
        ("NEW YEARS EVE", "New Year's Eve"),
        ("Valentines Day", "Valentine's Day"),
        ("Mothers’ Day", "Mother's Day"),
        ("St. Patrick’s Day", "St Patrick's Day"),
        ("Mid-Autumn Festival", "Mid-Autumn Festival"),
        ("Presidents Day", "Presidents' Day"),
        ("Chinese New Year", "Chinese New Year"),
        ("Lunar New Year's Eve", "Chinese New Year's Eve"),
    ],
)
def test_a_name_however_it_is_spelled(text: str, name: str) -> None:
    assert holiday(text).name == name


@pytest.mark.parametrize(
    "text", ["", "the", "节", "holiday", "May", "the Fourth", "Friday", "八月"]
)
def test_what_is_no_holiday(text: str) -> None:
    assert named(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "五一广场",
        "二十一前",
        "第十一前排",
        "双11预售开启",
        "最小年龄",
        "八一电影厂",
        "设立冬令营",
        "青春节拍",
        "法国国庆",
        "闰六月初一",
        "十月初一批货",
        "十二月初",
        "八月十五日",
    ],
)
def test_other_words_are_no_chinese_holiday(text: str) -> None:
    assert CHINESE.search(text) is None
    assert LUNAR.search(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "have a good Friday",
        "may day by day",
        "Merry Christmas to all",
        "Happy Thanksgiving",
        "a Christmas-themed party",
        "Indian Independence Day",
        "northeaster",
        "an eid card",
        "Christmassy",
    ],
)
def test_other_words_are_no_english_holiday(text: str) -> None:
    assert ENGLISH.search(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("五一期间连演三场", "五一"),
        ("十一假期", "十一"),
        ("双11当天", "双11"),
        ("北方小年", "北方小年"),
        ("白色情人节", "白色情人节"),
        ("元旦前夕", "元旦"),
        ("立冬前", "立冬"),
    ],
)
def test_the_chinese_name_in_its_line(text: str, name: str) -> None:
    match = CHINESE.search(text)
    assert match
    assert match[0] == name


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("元旦：换域名", True),
        ("元旦", True),
        ("元旦起执行", True),
        ("元旦正式上线", True),
        ("中秋 赏月", True),
        ("春节联欢晚会", False),
        ("春节档影片", False),
        ("清明上河图", False),
        ("Christmas: closed", True),
        ("Christmas Day at noon", True),
        ("Easter 2027", True),
        ("Halloween is near", True),
        ("Christmas Island", False),
        ("Easter egg hunt", False),
        ("Thanksgiving dinner", False),
        ("Christmas in July", False),
    ],
)
def test_a_name_that_is_part_of_another_does_not_stand_alone(text: str, alone: bool) -> None:
    match = CHINESE.match(text) or ENGLISH.match(text)
    assert match
    assert holidays.stands_alone(text, match.end()) is alone


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("正月十五", 2027, "2027-02-20"),
        ("腊月二十三", 2026, "2027-01-30"),  # the year said is the lunar one
        ("农历腊月二十三", 2026, "2027-01-30"),
        ("农历八月十五", 2027, "2027-09-15"),
        ("农历8月15日", 2027, "2027-09-15"),
        ("農曆正月初一", 2027, "2027-02-06"),
        ("大年初二", 2027, "2027-02-07"),
        ("三月初三", 2027, "2027-04-09"),
        ("冬月十一", 2026, "2026-12-19"),
        ("腊月廿九", 2026, "2027-02-05"),
        ("腊月三十", 2026, None),
    ],
)
def test_a_day_of_the_chinese_calendar(text: str, year: int, expected: str | None) -> None:
    found = holiday(text)
    assert day_of(found, year) == (date.fromisoformat(expected) if expected else None)


@pytest.mark.parametrize("text", ["十三月初一", "农历十三月一日", "农历8月31日", "正月三十一"])
def test_no_such_day_of_the_chinese_calendar(text: str) -> None:
    assert named(text) is None


def test_the_name_before_a_number_of_other_things_is_left() -> None:
    assert LUNAR.findall("正月十五，灯会；腊月二十三前交货") == ["正月十五", "腊月二十三"]


# --- The cost ---


def test_the_chinese_calendar_is_loaded_when_a_text_names_one_of_its_days() -> None:
    """The package takes some 30 ms, which no start of a command should wait for."""
    code = (
        "import sys; from datetime import date; from service.core.dates import holidays as h\n"
        "h.day_of(h.named('Christmas'), 2027); print('tyme4py' in sys.modules)\n"
        "h.day_of(h.named('春节'), 2027); print('tyme4py' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["False", "True"]
