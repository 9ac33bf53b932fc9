from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.dates import duration
from service.core.dates.duration import Duration, InvalidDuration


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("P7D", "P7D"),
        ("7d", "P7D"),
        (" 7D ", "P7D"),
        ("p7d", "P7D"),
        ("2w", "P14D"),
        ("P2W", "P14D"),
        ("P1W2D", "P9D"),
        ("12h", "PT12H"),
        ("PT2H", "PT2H"),
        ("PT90M", "PT1H30M"),
        ("PT60S", "PT1M"),
        ("PT24H", "PT24H"),
        ("P1DT12H", "P1DT12H"),
        ("P1DT0H", "P1D"),
        ("P1Y", "P1Y"),
        ("P12M", "P1Y"),
        ("P1M", "P1M"),
        ("P1Y2M3DT4H5M6S", "P1Y2M3DT4H5M6S"),
        ("P0D", "P0D"),
        ("P0Y", "P0D"),
        ("PT0H", "PT0S"),
        ("P007D", "P7D"),
        ("P100Y", "P100Y"),
    ],
)
def test_one_spelling(written: str, kept: str) -> None:
    parsed = duration.parse(written)
    assert parsed.text == str(parsed) == kept
    assert duration.parse(kept) == parsed


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("", "write one such as P7D"),
        ("P", "write one such as P7D"),
        ("PT", "write one such as P7D"),
        ("P1DT", "write one such as P7D"),
        ("7", "write one such as P7D"),
        ("1y", "write one such as P7D"),
        ("seven days", "write one such as P7D"),
        ("P1.5D", "write one such as P7D"),
        ("P7D P1D", "write one such as P7D"),
        ("PT1D", "write one such as P7D"),
        ("P٧D", "write one such as P7D"),
        ("30m", "write PT30M (minutes) or P30M (months)"),
        ("-P1D", "not negative"),
        ("P101Y", "longer than 100 years"),
        ("P1201M", "longer than 100 years"),
        ("P99999999D", "longer than 100 years"),
        ("P" + "9" * 5000 + "D", "write one such as P7D"),
        ("9" * 5000 + "d", "write one such as P7D"),
    ],
)
def test_what_is_no_duration_says_what_to_write(written: str, remedy: str) -> None:
    with pytest.raises(InvalidDuration) as caught:
        duration.parse(written)
    assert remedy in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("written", "day", "before"),
    [
        ("P7D", date(2026, 3, 3), date(2026, 2, 24)),
        ("P1M", date(2026, 3, 31), date(2026, 2, 28)),
        ("P1M", date(2028, 3, 31), date(2028, 2, 29)),
        ("P1M", date(2026, 1, 15), date(2025, 12, 15)),
        ("P1Y", date(2028, 2, 29), date(2027, 2, 28)),
        ("P4Y", date(2028, 2, 29), date(2024, 2, 29)),
        ("P1M1D", date(2026, 3, 31), date(2026, 2, 27)),
        ("P0D", date(2026, 3, 31), date(2026, 3, 31)),
        ("PT12H", date(2026, 3, 31), date(2026, 3, 30)),
        ("PT24H", date(2026, 3, 31), date(2026, 3, 30)),
        ("PT25H", date(2026, 3, 31), date(2026, 3, 29)),
        ("P100Y", date(1970, 1, 1), date(1870, 1, 1)),
    ],
)
def test_before(written: str, day: date, before: date) -> None:
    assert duration.parse(written).before(day) == before


def test_after() -> None:
    assert duration.parse("P1M").after(date(2026, 1, 31)) == date(2026, 2, 28)
    assert duration.parse("P14D").after(date(2026, 12, 25)) == date(2027, 1, 8)


def test_fixed_lengths() -> None:
    assert duration.parse("P2W").whole_days == 14
    assert duration.parse("P0D").whole_days == 0
    assert duration.parse("PT24H").whole_days is None
    assert duration.parse("P1DT12H").whole_days is None
    assert duration.parse("P1M").whole_days is None
    assert duration.parse("P1DT12H").timedelta == timedelta(days=1, hours=12)
    assert duration.parse("PT0S").timedelta == timedelta(0)
    assert duration.parse("P1M").timedelta is None


@given(
    st.builds(
        Duration,
        years=st.integers(0, 40),
        months=st.integers(0, 11),
        days=st.integers(0, 9999),
        seconds=st.none() | st.integers(1, 999_999),
    )
)
def test_text_reads_back(given_duration: Duration) -> None:
    assert duration.parse(given_duration.text) == given_duration


@given(st.text(alphabet="PT0123456789YMWDHS-. pdwh", max_size=12))
def test_any_text_is_a_duration_or_an_error(text: str) -> None:
    try:
        parsed = duration.parse(text)
    except InvalidDuration:
        return
    assert duration.parse(parsed.text) == parsed
    assert parsed.before(date(1970, 1, 1)) <= date(1970, 1, 1) <= parsed.after(date(1970, 1, 1))
