"""What English forms say."""

from __future__ import annotations

import re
from dataclasses import replace

from service.core.dates.numerals import DAY_ORDINALS, ORDINALS, en_number
from service.core.dates.phrases.saying import (
    THIS_YEAR,
    Year,
    month_en,
    one_date,
    weekday_en,
    year_of,
)
from service.core.dates.phrases.tokens import Kind, Said
from service.core.dates.phrases.words import (
    MONTH_NAMES,
    PARTS_EN,
    REL_DAYS_EN,
    REL_YEARS_EN,
    SEASONS,
    UNITS_EN,
    one_of,
)
from service.core.dates.phrases.written import LAST, Unit, Written


def en_nth(match: re.Match[str]) -> Said | None:
    nth = 5 if match["nth"].lower() in ("last", "final") else en_number(match["nth"])
    if nth > 5:
        return None
    months = None if match["rel"] is None else (0 if match["rel"].lower() == "this" else 1)
    month = month_en(match["month"]) if match["month"] else None
    return one_date(
        year_of(match).of(
            Written(
                Unit.DAY,
                month=month,
                months=months,
                number=nth,
                weekday=weekday_en(match["weekday"]),
            )
        )
    )


def en_listed(match: re.Match[str]) -> Said | None:
    """June 3, 10 and 17; 3, 10 and 17 June."""
    month = month_en(match["month"])
    days = [int(text) for text in re.findall(r"[0-9]+", match["days"])]
    if not all(1 <= day <= 31 for day in days) or sorted(set(days)) != days:
        return None
    year = year_of(match)
    return Said(
        Kind.LISTED, tuple(year.of(Written(Unit.DAY, month=month, number=day)) for day in days)
    )


def en_side_by_side(match: re.Match[str]) -> Said | None:
    """January 25, 26, 27: days that follow one another are a span; others are not taken."""
    days = [int(text) for text in re.findall(r"[0-9]+", match["days"])]
    if days[-1] > 31 or days != list(range(days[0], days[0] + len(days))) or days[0] < 1:
        return None
    year, month = year_of(match), month_en(match["month"])
    first, last = (
        year.of(Written(Unit.DAY, month=month, number=day)) for day in (days[0], days[-1])
    )
    return Said(Kind.SPAN, (first, last))


def en_days(match: re.Match[str]) -> Said | None:
    """July 15th, 2026; June 16-18; 24-26 June; June 2 and 3."""
    month, first = month_en(match["month"]), int(match["d1"])
    year = year_of(match)
    if not 1 <= first <= 31 or match["month"] == "may":
        return None
    one = year.of(Written(Unit.DAY, month=month, number=first))
    if not match["d2"]:
        return one_date(one)
    last = int(match["d2"])
    if not 1 <= last <= 31:
        return None
    other = year.of(Written(Unit.DAY, month=month, number=last))
    if match["to"].strip().lower() in ("and", "&", ",", "/") and last != first + 1:
        return Said(Kind.LISTED, (one, other))
    if last < first:
        return None
    return Said(Kind.SPAN, (one, other))


_PARTS_EN = {
    "early": 1, "beginning": 1, "start": 1, "begin": 1, "mid": 2, "middle": 2, "late": 3, "end": 3, "later": 0,
}  # fmt: skip


def _en_part(text: str | None) -> int:
    said = (text or "").lower()
    if "later" in said:
        return 0  # later this year: any day that is left of it
    if "to" in said:
        return 5 if "early" in said else 4  # early to mid, mid to late
    return next((part for word, part in _PARTS_EN.items() if word in said), 0)


def en_month(match: re.Match[str]) -> Said | None:
    bare = not (match["part"] or match["year"] or match["rel_year"] or match["rel"])
    if bare and match["month"] in ("may", "march", "mar", "dec", "jan", "sept", "sep"):
        before = match.string[max(0, match.start() - 7) : match.start()]
        if not _IN_BEFORE.search(before) and not _DAY_BEHIND.match(match.string, match.end()):
            return None  # the verbs, and what is no English
    if bare and (_is_name(match) or _is_verb(match)):
        return None
    if match["rel"] and match["month"] == "may" and _WORD_BEHIND.match(match.string, match.end()):
        return None  # This may only be so
    part = _en_part(match["part"])
    unit = Unit.THIRD if part else Unit.MONTH
    month = Written(unit, month=month_en(match["month"]), number=part)
    if match["rel"]:
        shift = REL_YEARS_EN[match["rel"].lower()]
        return one_date(replace(month, years=shift, next_named=shift == 1))
    return one_date(year_of(match).of(month))


# in May, by June
_TIME_WORD_BEFORE = re.compile(
    (
        r"\b(?:in|by|during|until|till|before|from|since|for|to|of|through|late|early|mid|this|next"
        r"|on)[ -]$"
    ),
    re.IGNORECASE,
)
_IN_BEFORE = re.compile(r"\b(?:in|by|until|during|since) $", re.IGNORECASE)
_DAY_BEHIND = re.compile(rf" (?:the )?(?:{one_of(DAY_ORDINALS)})\b", re.IGNORECASE)
_WORD_BEHIND = re.compile(r",? [a-z]")
_INITIAL = re.compile(r"\b[A-Z]\. ?$")  # A. May
_SURNAME = re.compile(r" [A-Z][a-z]{2,}")


def _is_name(match: re.Match[str]) -> bool:
    """April Dunn, May Okonjo, Jan Verbeke, 12 March Row: a name stands behind, no word for time before."""
    text, start, end = match.string, match.start(), match.end()
    if match["month"].lower() not in (
        "april",
        "may",
        "june",
        "jan",
        "august",
        "march",
        "jun",
        "mar",
    ):
        return False
    if _TIME_WORD_BEFORE.search(text[max(0, start - 8) : start]):
        return False
    if _INITIAL.search(text, max(0, start - 4), start):
        return True
    return _SURNAME.match(text[end : end + 6]) is not None


_VERB = re.compile(
    r" (?!(?:the [0-9]|twenty|thirty|and|or|to|through|thru|until|till|of|in|at|is|will)\b)[a-z]"
)
_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?:;]) ?$")


def _is_verb(match: re.Match[str]) -> bool:
    """May we remind you; March past it: at the beginning of a sentence, a word behind."""
    text, start, end = match.string, match.start(), match.end()
    return (
        match["month"].lower() in ("may", "march")
        and _VERB.match(text, end) is not None
        and _SENTENCE_BEFORE.search(text[max(0, start - 2) : start]) is not None
    )


def en_months(match: re.Match[str]) -> Said:
    first, last = month_en(match["m1"]), month_en(match["m2"])
    year = year_of(match)
    if last < first and year.number is not None:
        year = Year(year.number - 1)  # December to May 2025
    return one_date(year.of(Written(Unit.MONTHS, month=first, number=last)))


def en_quarter(match: re.Match[str]) -> Said | None:
    text = match["q"] or match["q2"]
    count = en_number(text)
    if not 1 <= count <= 4:
        return None
    end = _en_part(match["part"]) == 3
    year = year_of(match)
    return one_date(year.of(Written(Unit.QUARTER_END if end else Unit.QUARTER, number=count)))


def en_half(match: re.Match[str]) -> Said:
    text = match["h"] or match["h2"]
    count = (
        int(text) if text.isdigit() else (2 if text.lower() in ("second", "latter", "back") else 1)
    )
    return one_date(year_of(match).of(Written(Unit.HALF, number=count)))


def en_season(match: re.Match[str]) -> Said:
    return one_date(
        year_of(match).of(Written(Unit.SEASON, number=SEASONS[match["season"].lower()]))
    )


def en_year(match: re.Match[str]) -> Said:
    unit = {0: Unit.YEAR, 1: Unit.YEAR_START, 2: Unit.YEAR_MIDDLE, 3: Unit.YEAR_LATE}[
        _en_part(match["part"])
    ]
    text = (match["part"] or "").lower()
    if unit is Unit.YEAR_LATE and "end" in text:
        unit = Unit.YEAR_END
    return Said(Kind.DATE if text else Kind.NUMERIC, (year_of(match).of(Written(unit)),))


def en_year_end(match: re.Match[str]) -> Said:
    return one_date((year_of(match) or THIS_YEAR).of(Written(Unit.YEAR_END)))


def en_relative(match: re.Match[str]) -> Said | None:
    word = match["rel"].lower()
    shift = REL_YEARS_EN[word]
    part = _en_part(match["part"])
    match match["unit"].lower():
        case "workweek" | "working week":
            return one_date(Written(Unit.WEEK_PART, weeks=shift, number=4))
        case "week":
            if "later" in (match["part"] or "").lower() and shift == 0:
                return one_date(Written(Unit.LATER, weeks=0))
            return one_date(
                Written(Unit.WEEK_PART if part else Unit.WEEK, weeks=shift, number=part)
            )
        case "weekend":
            ends = (Written(Unit.DAY, weeks=shift, weekday=day) for day in (5, 6))
            return Said(Kind.SPAN, tuple(ends))
        case "month":
            if "later" in (match["part"] or "").lower() and shift == 0:
                return one_date(Written(Unit.LATER, months=0))
            return one_date(Written(Unit.THIRD if part else Unit.MONTH, months=shift, number=part))
        case "quarter":
            return one_date(Written(Unit.QUARTER, quarters=shift))
        case "spring" | "summer" | "autumn" | "fall" | "winter" as season:
            return one_date(Written(Unit.SEASON, number=SEASONS[season], years=shift))
        case _:
            unit = (Unit.YEAR, Unit.YEAR_START, Unit.YEAR_MIDDLE, Unit.YEAR_LATE)[part]
            if part == 3 and "end" in match["part"].lower():
                unit = Unit.YEAR_END
            return one_date(Written(unit, years=shift))


def en_weekday(match: re.Match[str]) -> Said | None:
    if len(match["weekday"]) < 6 and not match["weekday"][0].isupper():
        return None  # sun, sat, wed
    weekday = weekday_en(match["weekday"])
    word = (match["rel"] or "").lower()
    if word in ("every", "each"):
        return Said(Kind.EVERY, word="WEEKLY", weekday=weekday)
    if match["after_next"]:
        return one_date(Written(Unit.DAY, days=1, weekday=weekday, plus=(1, "weeks")))
    if word in ("next", "following"):
        return one_date(Written(Unit.DAY, weeks=1, weekday=weekday))
    if word in ("last", "past"):
        return one_date(Written(Unit.DAY, weeks=-1, weekday=weekday))
    if word in ("this", "coming", "this coming"):
        return one_date(Written(Unit.DAY, weekday=weekday))
    return Said(Kind.WEEKDAY, weekday=weekday)


def en_day_word(match: re.Match[str]) -> Said:
    word = match[0].lower()
    part = "night" if word in PARTS_EN else ""
    return Said(Kind.DATE, (Written(Unit.DAY, days=REL_DAYS_EN[word]),), word=part)


def en_after(match: re.Match[str]) -> Said:
    if (
        match["lasting"] and match["sign"] and "from" in match["sign"].lower()
    ):  # for three days from today
        days = {"day": 1, "week": 7}.get(match["span"].lower(), 0) * en_number(match["count"])
        today = Written(Unit.DAY, days=0)
        return (
            Said(Kind.SPAN, (today, replace(today, days=days - 1))) if days else Said(Kind.NOTHING)
        )
    return Said(
        Kind.AFTER,
        number=en_number(match["count"]),
        word=UNITS_EN[match["span"].lower()],
        weak=match["sign"] is None,
        count=0 if match["lasting"] else 1,
    )


def en_ordinal(match: re.Match[str]) -> Said | None:
    day = int(match["day"])
    behind = match.string[match.end() : match.end() + 2]
    if behind[:1] == " " and behind[1:].isupper():
        return None  # the 25th Meridian Forum
    if not 1 <= day <= 31:
        return None
    if match["rel"]:
        months = int("next" in match["rel"].lower())
        return one_date(Written(Unit.DAY, months=months, number=day))
    return Said(Kind.DAY, number=day)


def en_nth_after(match: re.Match[str]) -> Said | None:
    """The twentieth day, the day: after something; the week after it is no day of it."""
    if match["nth"] is None:
        word = "days" if match["span"].lower() == "day" else match["span"].lower()
        return Said(Kind.AFTER, number=1, word=word, weak=True)
    if match["nth"].lower() in ("last", "final"):
        return None
    return Said(
        Kind.AFTER, number=en_number(match["nth"]), word=UNITS_EN[match["span"].lower()], weak=True
    )


def en_ordinal_day(match: re.Match[str]) -> Said | None:
    day = en_number(match["day"])
    return Said(Kind.ORDINAL, number=day) if 1 <= day <= 31 else None


def en_day_in_words(match: re.Match[str]) -> Said | None:
    """May twenty-nine."""
    if not _MONTH_BEFORE.search(match.string[max(0, match.start() - 10) : match.start()]):
        return None
    return Said(Kind.ORDINAL, number=20 + en_number(match["ones"]))


_MONTH_BEFORE = re.compile(rf"\b(?:{one_of(MONTH_NAMES)})\.? $", re.IGNORECASE)


def en_nth_of(match: re.Match[str]) -> Said | None:
    """The third week, the last two months: of the stretch that stands behind."""
    nth = LAST if match["nth"].lower() in ("last", "final") else en_number(match["nth"])
    if match["unit"].lower() == "weekend" or _NTH_BEFORE.search(match.string[: match.start()]):
        return Said(Kind.NTH)  # the last weekend of July, the second last week of it
    count = en_number(match["count"]) if match["count"] else 1
    if count > 1 and nth not in (1, LAST):
        return None
    return Said(Kind.NTH, number=nth, count=count, word=UNITS_EN[match["unit"].lower()])


_NTH_BEFORE = re.compile(rf"(?:{one_of(ORDINALS)}|[0-9](?:st|nd|rd|th)) $", re.IGNORECASE)


def en_ahead(match: re.Match[str]) -> Said | None:
    """The next three weeks: from tomorrow on."""
    said = match["count"] or match["count2"]
    unit = UNITS_EN[match["unit"].lower()]
    if unit == "workdays":
        return Said(Kind.NOTHING)  # whose, and with which holidays?
    return one_date(Written(Unit.AHEAD, plus=(en_number(said), unit)))


def week_after_next(_: re.Match[str]) -> Said:
    return one_date(Written(Unit.WEEK, weeks=2))


def week_number(match: re.Match[str]) -> Said | None:
    """Week 31 of 2027, calendar week 31, 2027-W31 (ISO 8601)."""
    count = int(match["week"] or match["week2"])
    year = match.groupdict().get("year2")
    if not 1 <= count <= 53:
        return None
    chosen = Year(int(year)) if year else year_of(match)
    return one_date(chosen.of(Written(Unit.YEAR_WEEK, number=count)))


def near_part(match: re.Match[str]) -> Said:
    """This evening."""
    return Said(Kind.DATE, (Written(Unit.DAY, days=0),), word=match["part"].lower())


def every_en(match: re.Match[str]) -> Said:
    return Said(Kind.EVERY, word="MONTHLY" if "month" in match[0].lower() else "YEARLY")


def en_days_first(match: re.Match[str]) -> Said | None:
    """24-26 June, 15 July 2026."""
    month, last = month_en(match["month"]), int(match["d2"])
    year = year_of(match)
    if not 1 <= last <= 31 or match["month"] == "may":
        return None
    other = year.of(Written(Unit.DAY, month=month, number=last))
    if not match["d1"]:
        return one_date(other)
    first = int(match["d1"])
    if not 1 <= first <= 31:
        return None
    one = year.of(Written(Unit.DAY, month=month, number=first))
    if match["to"] == "/" and last != first + 1:
        return None
    if match["to"].strip().lower() in ("and", "&") and last != first + 1:
        return Said(Kind.LISTED, (one, other))
    if last <= first:
        return None
    return Said(Kind.SPAN, (one, other))
