"""A date in words, where a person writes a `when`."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.dates.typed_dates import parted, read_spoken
from service.core.events import fields
from service.errors import InvalidInput

TODAY = date(2026, 4, 27)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("5月13日-14日", "2026-05-13/2026-05-14"),
        ("next Tuesday 10am PT", "2026-05-05T10:00-07:00"),
        ("7 月 15 日", "2026-07-15"),
        ("1月8日", "2027-01-08"),
        ("5月下旬", "[2026-05-21..2026-05-31]"),
        ("明年一季度", "2027-33"),
        ("May 19-20", "2026-05-19/2026-05-20"),
        ("mid-May", "[2026-05-11..2026-05-20]"),
        ("约5月", "2026-05~"),
        ("2026年5月20日 凌晨1点", "2026-05-20T01:00+08:00"),
    ],
)
def test_words_are_a_when(text: str, when: str) -> None:
    found = read_spoken(text, "Asia/Shanghai", TODAY)
    assert found is not None
    assert found.text == when
    details = fields.read({"title": "试验", "when": text}, "Asia/Shanghai", TODAY)
    assert details.when == found


@pytest.mark.parametrize(
    "text",
    [
        "2026-05/2026-06", "2026-02-30", "2026-21", "[2026-05-01..", "5月13日大会", "foo", "", "2月30日",
        "每年5月", "June 2 and 9", "5月13日，6月14日", "月" * 200,
    ],
)  # fmt: skip
def test_what_is_no_single_date_keeps_its_error(text: str) -> None:
    assert read_spoken(text, "Asia/Shanghai", TODAY) is None
    for today in (None, TODAY):
        with pytest.raises(InvalidInput) as refusal:
            fields.read({"title": "试验", "when": text}, "Asia/Shanghai", today)
        assert refusal.value.problems[0].pointer == "/when"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026年5月13日-14日", "2026-05-13/2026-05-14"),
        ("19–20 May 2026", "2026-05-19/2026-05-20"),
        ("2026年二季度", "2026-34"),
        ("5月13日", None),
        ("明年", None),
        ("next Tuesday", None),
    ],
)
def test_without_a_day_words_have_to_say_which(text: str, when: str | None) -> None:
    found = read_spoken(text, "Asia/Shanghai", None)
    assert (found and found.text) == when


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("2026-05-13/2026-05-14 百度大会", ("百度大会", "2026-05-13/2026-05-14")),
        ("[2026-05-21..2026-05-31]：新品 发布", ("新品 发布", "[2026-05-21..2026-05-31]")),
        ("2026-05-20T10:00 Keynote: the future", ("Keynote: the future", "2026-05-20T10:00+08:00")),
        ("AI 峰会 2026-Q2", ("AI 峰会", "2026-34")),
        ("峰会，2026-05~", ("峰会", "2026-05~")),
        ("5月13日 x", ("x", "2026-05-13")),
        # A date of several words is not cut: not "9, 2025: Summit" in some June.
        ("June 9, 2025: Summit", ("Summit", "2025-06-09")),
        ("9–11 June 2025 Summit", ("Summit", "2025-06-09/2025-06-11")),
        ("Summit: 9 June 2025", ("Summit", "2025-06-09")),
        ("June 9, 2025, we think: Summit", None),
        ("没有日期的 一句话", None),
        ("2026-05-13", None),
        ("", None),
        ("a " * 3000, None),
    ],
)
def test_a_line_that_begins_or_ends_with_a_date(line: str, found: tuple[str, str] | None) -> None:
    parts = parted(line, "Asia/Shanghai", TODAY)
    assert (parts and (parts[0], parts[1].text)) == found


def test_a_time_is_in_the_event_s_zone() -> None:
    given = {"title": "试验", "when": "5月20日 10点", "timezone": "America/New_York"}
    assert fields.read(given, "Asia/Shanghai", TODAY).when.text == "2026-05-20T10:00-04:00"
