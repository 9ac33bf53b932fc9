"""What is no event whatever it weighs."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.reading.blocks import build
from service.core.reading.document import text_lines
from service.core.reading.mentions import Gatherer
from service.core.reading.vetoes import vetoed

TODAY = date(2026, 12, 1)


def left(text: str) -> list[str]:
    """The dates of a text against which nothing is said, as they are written."""
    gatherer = Gatherer(build(text_lines(text)), TODAY, "Asia/Shanghai")
    return [
        one.text[one.phrase.start : one.phrase.end]
        for place, end in gatherer.parts()
        for one in gatherer.mentions(place, end)
        if one.phrase is not None and not vetoed(one)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "能否推迟到12月9日？",
        "Could we do December 9 or December 10?",
        "12月9日可以吗？",
    ],
)
def test_a_day_that_is_asked_for_is_none(text: str) -> None:
    assert left(text) == []


def test_a_question_in_a_title_is_no_such_question() -> None:
    assert left("December 9: What is next for robots?") == ["December 9"]


@pytest.mark.parametrize(
    "text",
    [
        "自收到通知之日起十五日内提出意见。",
        "Replies are due within 10 days of receipt.",
    ],
)
def test_a_term_from_a_day_that_nobody_told_is_none(text: str) -> None:
    assert left(text) == []


def test_the_weather_is_none_but_what_is_held_in_it_is() -> None:
    assert left("明天阵雨，气温下降。") == []
    assert left("明天小雨转晴，灯会照常举行。") == ["明天"]


def test_the_dates_below_a_chart_are_none() -> None:
    assert left("Dec 7, 2026 Dec 14, 2026 Dec 21, 2026 Dec 28, 2026") == []


def test_the_month_of_a_figure_is_not_the_day_on_which_it_is_told() -> None:
    assert left("December 10: November CPI") == ["December 10"]


def test_a_forecast_of_a_quantity_dates_nothing() -> None:
    assert left("预计2027年底用户数将突破5亿。") == []
    assert left("Analysts expect shipments to reach 4 million by the end of 2027.") == []


def test_the_day_of_a_page_is_none() -> None:
    assert left("2026-12-18  来源：青禾网") == []


def test_a_plain_line_of_a_list_stands() -> None:
    assert left("12月9日：砚石开发者大会") == ["12月9日"]
    assert left("Harbor Gala: 9 December 2026") == ["9 December 2026"]
