"""What forms of several kinds say: a year, a month, a weekday, one date."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from service.core.dates.numerals import number
from service.core.dates.phrases.tokens import Kind, Said
from service.core.dates.phrases.words import MONTH_NAMES, REL_YEARS_EN, REL_YEARS_ZH, WEEKDAY_NAMES
from service.core.dates.phrases.written import Unit, Written

Build = Callable[[re.Match[str]], Said | None]


@dataclass(frozen=True, slots=True)
class Year:
    """The year that a form names: its number, or how many years from the reference date's."""

    number: int | None = None
    ahead: int | None = None

    def __bool__(self) -> bool:
        return self.number is not None or self.ahead is not None

    def of(self, written: Written) -> Written:
        return replace(written, year=self.number, years=self.ahead) if self else written


THIS_YEAR = Year(ahead=0)


def year_of(match: re.Match[str]) -> Year:
    said = match.groupdict()
    if said.get("year"):
        return Year(whole_year(number(said["year"].lstrip("'"))))
    if republic := said.get("roc") or said.get("roc_bare"):
        return Year(1911 + int(republic))
    return (
        Year(ahead=(REL_YEARS_ZH | REL_YEARS_EN)[said["rel_year"].lower()])
        if said.get("rel_year")
        else Year()
    )


def one_date(written: Written) -> Said:
    return Said(Kind.DATE, (written,))


def month_en(text: str) -> int:
    return MONTH_NAMES[text.lower().rstrip(".")]


def weekday_zh(text: str) -> int:
    return min("一二三四五六日天".index(text), 6)


def weekday_en(text: str) -> int:
    return WEEKDAY_NAMES[text.lower().rstrip(".")]


def one_day(year: int | None, month: int, day: int) -> Said | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return one_date(Written(Unit.DAY, year=year, month=month, number=day))


def two_digits(year: str | None) -> int | None:
    """'27 and 27 are 2027."""
    if not year:
        return None
    return whole_year(int(year.lstrip("'")))


def whole_year(value: int) -> int:
    """27 is 2027, 98 is 1998 (as POSIX has it)."""
    if value > 99:
        return value
    return 2000 + value if value < 69 else 1900 + value
