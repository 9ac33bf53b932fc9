"""`when`: an event's date as far as it is known, one EDTF string.

EDTF is the Library of Congress profile of ISO 8601-2:2019; here with timed values to the minute.
What is read, and what it is kept as:

    2026-07-15                                   day       that day
    2026-05-13/2026-05-14                        day       all of these days
    2026-05-20T01:00+08:00                       minute    starts then, no end announced
    2026-05-20T01:00+08:00/2026-05-20T03:00+08:00  minute  from then to then
    2026-05                                      month     some day in May
    [2026-05-21..2026-05-31]                     window    one day in that window
    2026-33 … 2026-36 (also 2026-Q1 … 2026-Q4)   quarter
    2026-40, 2026-41 (also 2026-H1, 2026-H2)     half
    2026                                         year
    any of these with one ~ or ? at the end      approximate, uncertain

Everything else is an error that says what to write instead. Nothing is ever guessed: "2026-05" stays
a month and is never turned into 1 May.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum

from service.sentences import Sentence

FIRST_YEAR, LAST_YEAR = 1970, 2199
_MAX_LENGTH = 100


class InvalidWhen(ValueError):
    """The text is no `when`; the message says what to write instead."""


class Precision(StrEnum):
    MINUTE = "minute"
    DAY = "day"
    WINDOW = "window"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class DateChange(StrEnum):
    """What a new date is to the old one."""

    FIRMED = "firmed"
    LOOSENED = "loosened"
    LATER = "later"
    EARLIER = "earlier"


@dataclass(frozen=True)
class When:
    """A parsed `when`. Two are equal when they are written alike once canonical.

    `first` and `last` are days, both inclusive; of a timed value they are the days in the offset it
    is written with. `start` and `end` are aware instants and set for timed values only; without an
    announced end both are the same.
    """

    text: str
    precision: Precision
    first: date
    last: date
    start: datetime | None = None
    end: datetime | None = None
    qualifier: str = ""

    def __str__(self) -> str:
        return self.text

    @property
    def timed(self) -> bool:
        return self.precision is Precision.MINUTE

    @property
    def dated(self) -> bool:
        """The day is known (RFC 5545 can hold it); else only a window is."""
        return self.precision in (Precision.MINUTE, Precision.DAY)

    @property
    def open_ended(self) -> bool:
        """Timed, with no end announced."""
        return self.start is not None and self.start == self.end

    @property
    def approximate(self) -> bool:
        return bool(self.qualifier)

    @property
    def tentative(self) -> bool:
        """What the date alone says of the event's status: undated or approximate is tentative."""
        return not self.dated or self.approximate

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def start_text(self) -> str:
        """`start` as the API gives it: a date, or an RFC 3339 time with seconds and offset."""
        return _rfc3339(self.start) if self.start else self.first.isoformat()

    @property
    def end_text(self) -> str:
        """`end` as the API gives it; of dates inclusive."""
        return _rfc3339(self.end) if self.end else self.last.isoformat()

    @property
    def sort_key(self) -> str:
        """Orders by first day, then whole days before times, then by instant. Plain text order."""
        if self.start is None:
            return self.first.isoformat()
        return f"{self.first.isoformat()}T{self.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}"

    def overlaps(self, first: date | None, last: date | None) -> bool:
        """Whether any of its days lies between the two days (inclusive; None is open)."""
        return (first is None or self.last >= first) and (last is None or self.first <= last)

    def in_zone(self, zone: tzinfo) -> tuple[date, date]:
        """First and last day as seen in `zone`. Whole days never shift with a reader's zone."""
        if self.start is None or self.end is None:
            return self.first, self.last
        return self.start.astimezone(zone).date(), _last_day(
            self.start.astimezone(zone), self.end.astimezone(zone)
        )

    def over(self, now: datetime, zone: tzinfo) -> bool:
        """Whether it lies behind `now`; days are counted in `zone`."""
        if self.end is not None:
            return self.end < now
        return self.last < now.astimezone(zone).date()


def parse(text: str, zone: tzinfo | None = None) -> When:
    """The value that `text` writes.

    A time without an offset is read in `zone`; without a zone it is an error. Raises InvalidWhen.
    """
    text = text.strip()
    if not text:
        raise InvalidWhen(Sentence("date_empty"))
    if len(text) > _MAX_LENGTH:
        raise InvalidWhen(Sentence("date_long", most=_MAX_LENGTH))
    body, qualifier = text, ""
    if text[-1] in "~?%":
        body, qualifier = text[:-1], text[-1]
        if qualifier == "%":
            raise InvalidWhen(Sentence("percent", text=body))
    if not body or body[-1] in "~?%" or re.search(r"[~?%]", body):
        plain = re.sub(r"[~?%]", "", body)
        raise InvalidWhen(Sentence("one_mark", text=plain))
    body = re.sub(r"\s*(\.\.|/|\[|\])\s*", r"\1", body)
    for form, read in _FORMS:
        match = form.fullmatch(body)
        if match:
            return _qualified(read(match, zone), qualifier)
    raise InvalidWhen(_remedy(body))


def day(first: date, last: date | None = None) -> When:
    """The `when` of a day, or of all the days from first to last."""
    if last is None or last == first:
        return When(first.isoformat(), Precision.DAY, first, first)
    return When(f"{first.isoformat()}/{last.isoformat()}", Precision.DAY, first, last)


def window(first: date, last: date) -> When:
    """The `when` of one day, not known which, from first to last."""
    if first == last:
        return day(first)
    return When(f"[{first.isoformat()}..{last.isoformat()}]", Precision.WINDOW, first, last)


def timed(start: datetime, end: datetime | None = None) -> When:
    """The `when` of aware times; seconds are dropped by no one: they must be zero."""
    if end is None or end == start:
        end = start
        text = _minute_text(start)
    else:
        text = f"{_minute_text(start)}/{_minute_text(end)}"
    return When(text, Precision.MINUTE, start.date(), _last_day(start, end), start, end)


def refines(new: When, old: When, zone: tzinfo | None = None) -> bool:
    """Whether `new` lies within `old` and says more.

    A time within a day is judged by the day as written or as seen in `zone` (the event's), since
    the same instant may stand under either. Learning the end of a timed event, losing a "~", or
    turning from a window into all of its days says more too.
    """
    if new.text == old.text:
        return False
    if _same_extent(new, old):
        return old.approximate and not new.approximate
    if new.timed and old.timed and new.start == old.start and new.open_ended != old.open_ended:
        return old.open_ended  # "starts then" has become "from then to then"
    if (new.first, new.last) == (old.first, old.last) and new.dated and not old.dated:
        return True  # a window has become all of its days
    return _within(new, old, zone) and not _within(old, new, zone)


def compare(old: When, new: When, zone: tzinfo | None = None) -> tuple[DateChange | None, int]:
    """What `new` is to `old`, and by how many days it is later or earlier (always positive).

    Within and narrower: firmed. The reverse: loosened. Else by start, then by end. None when the
    two say the same of start and end in different words (`2026-05`, `[2026-05-01..2026-05-31]`).
    """
    if refines(new, old, zone):
        return DateChange.FIRMED, 0
    if refines(old, new, zone):
        return DateChange.LOOSENED, 0
    for before, after, days in (
        (_instant(old.start, old.first), _instant(new.start, new.first), new.first - old.first),
        (_instant(old.end, old.last), _instant(new.end, new.last), new.last - old.last),
    ):
        if after != before:
            change = DateChange.LATER if after > before else DateChange.EARLIER
            return change, abs(days.days)
    return None, 0


def _instant(moment: datetime | None, day_: date) -> datetime:
    # Only for telling which comes first: of a time and a whole day the written days decide.
    return (
        moment.astimezone(UTC) if moment else datetime(day_.year, day_.month, day_.day, tzinfo=UTC)
    )


def _same_extent(a: When, b: When) -> bool:
    if a.timed and b.timed:  # an instant is the same one in every offset
        return (a.start, a.end) == (b.start, b.end)
    return (a.first, a.last, a.start, a.end, a.precision) == (
        b.first,
        b.last,
        b.start,
        b.end,
        b.precision,
    )


def _within(inner: When, outer: When, zone: tzinfo | None) -> bool:
    if outer.start and outer.end:
        if inner.start is None or inner.end is None:
            return False
        return outer.start <= inner.start and inner.end <= outer.end
    spans = [(inner.first, inner.last)]
    if zone is not None:
        spans.append(inner.in_zone(zone))
    return any(outer.first <= first and last <= outer.last for first, last in spans)


def _last_day(start: datetime, end: datetime) -> date:
    """The last day of a timed event: one that ends at midnight does not touch the next day."""
    if end > start and (end.hour, end.minute) == (0, 0):
        return max(start.date(), (end - timedelta(minutes=1)).date())
    return max(start.date(), end.date())


def _rfc3339(moment: datetime) -> str:
    text = moment.isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _minute_text(moment: datetime) -> str:
    text = moment.strftime("%Y-%m-%dT%H:%M")
    offset = moment.utcoffset()
    if offset is None:
        raise InvalidWhen("a time needs an offset such as +08:00")
    if not offset:
        return text + "Z"
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{text}{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _qualified(when: When, qualifier: str) -> When:
    if not qualifier:
        return when
    return When(
        when.text + qualifier,
        when.precision,
        when.first,
        when.last,
        when.start,
        when.end,
        qualifier,
    )


def _year(text: str) -> int:
    year = int(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidWhen(Sentence("year_outside", year=text, years=f"{FIRST_YEAR}-{LAST_YEAR}"))
    return year


def _date(text: str) -> date:
    year, month, day_ = (int(part) for part in text.split("-"))
    _year(text[:4])
    if not 1 <= month <= 12:
        raise InvalidWhen(Sentence("no_such_month", text=text, month=f"{month:02d}"))
    length = monthrange(year, month)[1]
    if not 1 <= day_ <= length:
        raise InvalidWhen(Sentence("no_such_day", text=text, month=text[:7], days=length))
    return date(year, month, day_)


def _span(year: int, first_month: int, months: int) -> tuple[date, date]:
    last_month = first_month + months - 1
    return date(year, first_month, 1), date(year, last_month, monthrange(year, last_month)[1])


_ZONE = re.compile(r"(.+?)(Z|[+-]\d{2}(?::?\d{2})?)?")


def _moment(text: str, zone: tzinfo | None) -> datetime:
    day_text, _, clock = text.partition("T")
    day_ = _date(day_text)
    match = _ZONE.fullmatch(clock)
    assert match is not None  # the form admitted it
    hour, minute, *rest = (int(part) for part in match[1].split(":"))
    if rest and rest[0]:
        raise InvalidWhen(Sentence("seconds", text=text))
    if (hour, minute) == (24, 0):
        raise InvalidWhen(Sentence("midnight", text=text))
    if hour > 23 or minute > 59:
        raise InvalidWhen(Sentence("no_such_time", text=text))
    naive = datetime(day_.year, day_.month, day_.day, hour, minute)  # noqa: DTZ001 - zone follows
    if match[2] is None:
        return _local(naive, zone, text)
    return naive.replace(tzinfo=_offset(match[2], text))


def _offset(text: str, whole: str) -> tzinfo:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if minutes > 59 or hours * 60 + minutes > 14 * 60:
        raise InvalidWhen(Sentence("no_offset", text=whole, offset=text))
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _local(naive: datetime, zone: tzinfo | None, text: str) -> datetime:
    """A wall-clock time in a zone; refused where a clock change makes it absent or double."""
    if zone is None:
        raise InvalidWhen(Sentence("offset_missing", text=text))
    early, late = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    choices = [_fixed(early), _fixed(late)]
    if choices[0].utcoffset() == choices[1].utcoffset():
        return choices[0]
    if early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise InvalidWhen(Sentence("time_left_out", text=text, zone=str(zone)))
    one, two = map(_minute_text, choices)
    raise InvalidWhen(Sentence("time_twice", text=text, zone=str(zone), one=one, two=two))


def _fixed(moment: datetime) -> datetime:
    offset = moment.utcoffset()
    assert offset is not None
    return moment.replace(tzinfo=timezone(offset) if offset else UTC, fold=0)


Reader = Callable[[re.Match[str], tzinfo | None], When]


def _read_day(match: re.Match[str], _: tzinfo | None) -> When:
    return day(_date(match[0]))


def _read_days(match: re.Match[str], _: tzinfo | None) -> When:
    first, last = _date(match[1]), _date(match[2])
    if last < first:
        raise InvalidWhen(Sentence("ends_before_start", first=match[1], last=match[2]))
    return day(first, last)


def _read_window(match: re.Match[str], _: tzinfo | None) -> When:
    first, last = _date(match[1]), _date(match[2])
    if last < first:
        raise InvalidWhen(Sentence("window_ends_before_start", first=match[1], last=match[2]))
    return window(first, last)


def _read_time(match: re.Match[str], zone: tzinfo | None) -> When:
    return timed(_moment(match[0], zone))


def _read_times(match: re.Match[str], zone: tzinfo | None) -> When:
    start, end = _moment(match[1], zone), _moment(match[2], zone)
    if end < start:
        raise InvalidWhen(Sentence("ends_before_start", first=match[1], last=match[2]))
    return timed(start, end)


def _read_year(match: re.Match[str], _: tzinfo | None) -> When:
    year = _year(match[0])
    return When(match[0], Precision.YEAR, *_span(year, 1, 12))


def _read_part(match: re.Match[str], _: tzinfo | None) -> When:
    year, number = _year(match[1]), int(match[2])
    if 1 <= number <= 12:
        return When(match[0], Precision.MONTH, *_span(year, number, 1))
    if 33 <= number <= 36:
        return _quarter(year, number - 32)
    if number in (40, 41):
        return _half(year, number - 39)
    if 21 <= number <= 32:
        spring = f"[{year}-03-01..{year}-05-31]"
        raise InvalidWhen(Sentence("season", text=match[0], window=spring))
    raise InvalidWhen(Sentence("no_such_part", text=match[0], number=match[2]))


def _read_letter(match: re.Match[str], _: tzinfo | None) -> When:
    year, letter, number = _year(match[1]), match[2].upper(), int(match[3])
    if letter == "Q" and 1 <= number <= 4:
        return _quarter(year, number)
    if letter == "H" and 1 <= number <= 2:
        return _half(year, number)
    raise InvalidWhen(Sentence("quarter_or_half", text=match[0], year=year))


def _quarter(year: int, number: int) -> When:
    return When(f"{year}-{32 + number}", Precision.QUARTER, *_span(year, 3 * number - 2, 3))


def _half(year: int, number: int) -> When:
    return When(f"{year}-{39 + number}", Precision.HALF, *_span(year, 6 * number - 5, 6))


_D = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_T = _D + r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(_D), _read_day),
    (re.compile(f"({_D})/({_D})"), _read_days),
    (re.compile(r"([0-9]{4})-([0-9]{2})"), _read_part),
    (re.compile(r"[0-9]{4}"), _read_year),
    (re.compile(r"([0-9]{4})-([QqHh])([0-9])"), _read_letter),
    (re.compile(rf"\[({_D})\.\.({_D})\]"), _read_window),
    (re.compile(_T), _read_time),
    (re.compile(f"({_T})/({_T})"), _read_times),
)


def _remedy(body: str) -> Sentence:
    """What to write instead, as near to what was meant as the text allows."""
    months = re.fullmatch(r"\[?([0-9]{4}-[0-9]{2})(?:/|\.\.)([0-9]{4}-[0-9]{2})\]?", body)
    if months:
        try:
            first, last = parse(months[1]), parse(months[2])
        except InvalidWhen:
            pass
        else:
            between = f"[{first.first}..{last.last}]"
            return Sentence("one_day_between", text=body, window=between)
    if re.fullmatch(r"[0-9]{4}[/.][0-9]{1,2}[/.][0-9]{1,2}", body) or re.fullmatch(
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", body
    ):
        year, month, day_ = re.split(r"[/.-]", body)
        right = f"{year}-{int(month):02d}-{int(day_):02d}"
        return Sentence("write_as", text=body, right=right)
    if re.fullmatch(r"[0-9]{8}", body):
        return Sentence("write_as", text=body, right=f"{body[:4]}-{body[4:6]}-{body[6:]}")
    if "," in body or body.startswith("{"):
        return Sentence("several_dates", text=body)
    if ".." in body or body.startswith("["):
        return Sentence("window_open", text=body)
    if "/" in body:
        return Sentence("ends_differ", text=body)
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:", body):
        return Sentence("needs_t", text=body, right=body.replace(" ", "T", 1))
    return Sentence("no_date", text=body)
