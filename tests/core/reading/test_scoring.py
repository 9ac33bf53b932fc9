"""Evidence adds up to a chance. Which weights there are is fitted anew, and not promised here."""

from __future__ import annotations

import math
from datetime import date

import pytest

from service.core.reading import scoring
from service.core.reading.blocks import build
from service.core.reading.document import text_lines
from service.core.reading.mentions import Gatherer, offers
from service.core.reading.scoring import Evidence, Weighed, calibrated, evidence, inputs, strongest
from service.core.reading.weights import CALIBRATION, WEIGHTS

TODAY = date(2026, 12, 1)


def weigh(text: str, today: date = TODAY) -> list[Weighed | None]:
    blocks = build(text_lines(text))
    gatherer = Gatherer(blocks, today, "Asia/Shanghai")
    found = [one for place, end in gatherer.parts() for one in gatherer.mentions(place, end)]
    offered = offers(found)
    return [scoring.weigh(one, len(found), len(blocks), today, offered) for one in found]


def of(
    score: float, readings: tuple[float, ...] = (0.0,), titles: tuple[float, ...] = (0.0,)
) -> Evidence:
    names = [f"甲乙丙{number}" for number in range(len(titles))]
    return evidence([], readings, titles, names, [], 1, score)


def test_the_more_speaks_for_a_date_the_likelier_it_is() -> None:
    chances = [of(score).chance for score in (-40, -3, -1, 0, 1, 3, 40)]
    assert chances == sorted(chances)
    assert chances[0] < 0.01
    assert chances[3] == pytest.approx(0.5)
    assert chances[-1] > 0.99


def test_what_speaks_for_a_reading_or_a_title_speaks_for_the_date() -> None:
    assert of(0, readings=(2.0,)).chance > of(0).chance
    assert of(0, titles=(2.0,)).chance > of(0).chance
    assert of(0, titles=(-2.0,)).chance < of(0).chance


def test_a_title_among_as_good_ones_is_less_sure() -> None:
    one, two = of(0, titles=(1.0,)), of(0, titles=(1.0, 1.0))
    assert (one.title, two.title) == (1, pytest.approx(0.5))
    clear = of(0, titles=(4.0, 1.0))
    assert two.title < clear.title < 1
    assert of(0, readings=(1.0, 1.0)).reading == pytest.approx(0.5)


def test_titles_that_name_the_same_do_not_take_from_each_other() -> None:
    names = ["青禾开发者大会", "第五届青禾开发者大会", "麦浪技术论坛"]
    found = evidence([], (0.0,), (1.0, 1.0, 1.0), names, [], 1, 0.0)
    assert found.title == pytest.approx(1 / 3)
    assert found.named == pytest.approx(2 / 3)


def test_a_huge_score_is_no_fault() -> None:
    assert 0 <= of(-1e6).chance < of(1e6).chance <= 1
    assert math.isfinite(calibrated(of(1e6), CALIBRATION))
    assert math.isfinite(calibrated(of(-1e6), CALIBRATION))


def test_a_likelier_date_is_never_stated_with_less_confidence() -> None:
    stated = [calibrated(of(score), CALIBRATION) for score in range(-8, 9)]
    assert stated == sorted(stated)
    assert all(0 < each < 1 for each in stated)


def test_a_clearer_title_is_never_stated_with_less_confidence() -> None:
    stated = [calibrated(of(2, titles=(top, 0.0)), CALIBRATION) for top in (0.0, 1.0, 2.0, 4.0)]
    assert stated == sorted(stated)


def test_the_curve_has_a_number_for_each_thing_that_it_is_drawn_over() -> None:
    assert len(inputs(of(0))) == len(CALIBRATION)
    with pytest.raises(ValueError, match="zip"):
        calibrated(of(0), CALIBRATION[:-1])


def test_what_is_true_twice_counts_once() -> None:
    name = next(iter(WEIGHTS))
    assert scoring.total([name, name]) == scoring.total([name]) == WEIGHTS[name]
    assert scoring.total(["no such thing"]) == 0


def test_the_strongest_weights_are_told_first() -> None:
    told = strongest([*WEIGHTS, "no such thing"])
    assert 0 < len(told) <= scoring.MOST_SAID
    sizes = [abs(weight) for _, weight in told]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == max(map(abs, WEIGHTS.values()))


def test_nothing_that_lies_behind_is_weighed() -> None:
    assert weigh("2026年11月9日：青禾开发者大会") == [None]
    assert weigh("2026年12月9日：青禾开发者大会") != [None]


def test_the_day_itself_may_still_lie_ahead() -> None:
    (one,) = weigh("2026年12月9日：青禾开发者大会", date(2026, 12, 9))
    assert one is not None


def test_a_date_without_a_title_is_not_weighed() -> None:
    assert weigh("2026年12月9日") == [None]


def test_of_a_plain_line_of_a_list_the_date_and_its_name_are_taken() -> None:
    (one,) = weigh("12月9日：青禾开发者大会")
    assert one is not None
    assert (one.subject.title, one.completion.read.when.text) == ("青禾开发者大会", "2026-12-09")
    assert one.chance > 0.5
    assert one.rival is None
    assert one.evidence == strongest([name for name, _ in one.evidence])


def test_the_chance_and_the_confidence_are_those_of_one_thing_among_others() -> None:
    for one in weigh("砚石开发者大会定于12月9日召开，12月16日麦浪技术论坛开幕，此前已开过两次。"):
        assert one is not None
        assert 0 < one.chance < 1
        assert 0 < one.confidence < 1
