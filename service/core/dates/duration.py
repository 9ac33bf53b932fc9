"""Durations: ISO 8601 such as `P7D`, `PT2H`, `P1Y`, `P2W`, `P1DT12H`; also `7d`, `2w`, `12h`.

Kept in one spelling: weeks as days, 12 months as a year, 60 minutes as an hour. A day is not 24 hours
(`P1D` and `PT24H` stay two things), since clocks change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from datetime import timedelta as timedelta_

from service.core.dates import months
from service.sentences import Sentence

_MOST_YEARS = 100
_MAX_LENGTH = 40
_DAY = 86_400  # seconds
_ISO = re.compile(
    r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?"
)


class InvalidDuration(ValueError):
    """The text is no duration; the message says what to write instead."""


@dataclass(frozen=True)
class Duration:
    """A length of time, never negative. `seconds` is the part behind the T; None where there is none,
    so that `PT0S` (at that instant) and `P0D` (on that day) are two things."""

    years: int = 0
    months: int = 0
    days: int = 0
    seconds: int | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The one spelling; parse() gives the same duration back."""
        day_part = _units((self.years, "Y"), (self.months, "M"), (self.days, "D"))
        if self.seconds is None:
            return f"P{day_part or '0D'}"
        hours, rest = divmod(self.seconds, 3600)
        clock_part = _units((hours, "H"), (rest // 60, "M"), (rest % 60, "S"))
        return f"P{day_part}T{clock_part or '0S'}"

    @property
    def whole_days(self) -> int | None:
        """How many days, where it is written in days (or weeks) alone; else None."""
        return self.days if not (self.years or self.months) and self.seconds is None else None

    @property
    def timedelta(self) -> timedelta_ | None:
        """The same length in days and seconds; None with years or months, whose length varies."""
        if self.years or self.months:
            return None
        return timedelta_(days=self.days, seconds=self.seconds or 0)

    def before(self, day: date) -> date:
        """The day that lies this far before `day`.

        Years and months first, where a day that the month does not have becomes its last (P1M
        before 31 March is 28 or 29 February); then the days; hours count as a day once begun.
        """
        return months.later(day, -self._all_months) - timedelta_(days=self._begun_days)

    def after(self, day: date) -> date:
        """The day that lies this far after `day`, counted in the same way."""
        return months.later(day, self._all_months) + timedelta_(days=self._begun_days)

    @property
    def _all_months(self) -> int:
        return 12 * self.years + self.months

    @property
    def _begun_days(self) -> int:
        return self.days - (-(self.seconds or 0) // _DAY)


def parse(text: str) -> Duration:
    """The duration that `text` writes. Raises InvalidDuration."""
    given = text.strip()
    shown = given[:_MAX_LENGTH]
    if not given:
        raise InvalidDuration(Sentence("duration_empty"))
    if given[0] == "-":
        raise InvalidDuration(Sentence("duration_negative", text=shown))
    match = _ISO.fullmatch(_long_form(given))
    if len(given) > _MAX_LENGTH or not match or not any(match.groups()) or given[-1] in "Tt":
        raise InvalidDuration(Sentence("no_duration", text=shown))
    years, months, weeks, days, hours, minutes, seconds = (
        int(part or 0) for part in match.groups()
    )
    clock = 3600 * hours + 60 * minutes + seconds
    if _years(12 * years + months, 7 * weeks + days, clock) > _MOST_YEARS:
        raise InvalidDuration(Sentence("duration_long", text=shown, most=_MOST_YEARS))
    years, months, days = years + months // 12, months % 12, 7 * weeks + days
    has_clock = any(match.groups()[4:])
    # P1DT0H says no more than P1D; PT0H alone says "at that instant".
    keep_clock = has_clock and (clock or not (years or months or days))
    return Duration(years, months, days, clock if keep_clock else None)


def _long_form(text: str) -> str:
    short = re.fullmatch(r"([0-9]+)([a-zA-Z])", text)
    if not short:
        return text.upper()
    number, unit = short[1], short[2].lower()
    if unit == "m":
        text = text[:_MAX_LENGTH]
        raise InvalidDuration(Sentence("minutes_or_months", text=text, number=number))
    return {"d": f"P{number}D", "w": f"P{number}W", "h": f"PT{number}H"}.get(unit, text)


def _years(months: int, days: int, seconds: int) -> float:
    return months / 12 + (days + seconds / _DAY) / 366


def _units(*parts: tuple[int, str]) -> str:
    return "".join(f"{number}{unit}" for number, unit in parts if number)
