"""What a date leaves out and the text around it has said: the year, month, week or day that it stands under.

Four places may say it, and each gives a reading of its own, since only what is announced can tell which was
meant: nothing (the date alone), the headings above (and lines that are only a date), the date that was
spoken of last, and the year in the document's title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from service.core.dates import when as when_
from service.core.dates import zones
from service.core.dates.phrases import Anchor, Phrase, Read, find, read
from service.core.dates.phrases.written import Unit, Written
from service.core.dates.when import InvalidWhen, Precision, When
from service.core.reading import columns, signs
from service.core.reading.blocks import Block
from service.core.text.characters import plain

MOST = 4  # readings of one date
_LONGEST = 80  # characters of a heading that is asked for a date
_JUST_GONE = 200  # days: a heading's day of this year that lies so far back is this year's


@dataclass(frozen=True, slots=True)
class Completion:
    """One reading of a date, and which of the places gave it: "own", "heading", "before", "title", "clock"
    (its time stands apart) or "under" (nothing but the heading says when)."""

    read: Read
    how: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """What headings have said: a year, a month, the Monday of a week, a day; `under` where the line is only
    a date, for lines without one."""

    year: int | None = None
    month: tuple[int, int] | None = None
    week: date | None = None
    day: date | None = None
    under: When | None = None

    def over(self, other: Said) -> Said:
        """With what a heading further up says where this one does not."""
        if self.month or self.day or self.week:
            return replace(self, year=self.year or other.year)
        return Said(self.year or other.year, other.month, other.week, other.day, other.under)


NOTHING = Said()


def said_by(text: str, anchor: Anchor) -> Said:
    """What a heading says of the dates below it."""
    if len(text) > _LONGEST:
        return NOTHING
    found = NOTHING
    alone = columns.only_date(text, beside=3)
    for phrase in find(text):
        if phrase.first is None or (phrase.weak and phrase.first.month is not None and not alone):
            continue
        made = read(phrase, anchor)
        if made is None:
            continue
        if made.rolled and made.behind <= _JUST_GONE:
            made = read(phrase, replace(anchor, year=anchor.today.year)) or made
        found = _taken(found, phrase, made.when, alone)
    return found


def _taken(found: Said, phrase: Phrase, when: When, alone: bool) -> Said:
    assert phrase.first is not None
    under = when if alone else found.under
    if phrase.week_of or phrase.first.unit is Unit.WEEK:
        monday = when.first - timedelta(days=when.first.weekday())
        return replace(found, week=monday, under=under)
    if phrase.exact and when.first == when.last:
        return replace(
            found, day=when.first, month=(when.first.year, when.first.month), under=under
        )
    if phrase.exact:
        week = found.week
        if (when.last - when.first).days < 7:
            week = when.first - timedelta(days=when.first.weekday())
        return replace(found, week=week, month=(when.first.year, when.first.month), under=under)
    if when.precision is Precision.MONTH:
        return replace(found, month=(when.first.year, when.first.month), under=under)
    if when.precision is Precision.YEAR:
        return replace(found, year=when.first.year, under=under)
    return replace(found, under=under)


@dataclass(slots=True)
class Then:
    """What was said so far, block by block. `today` is the day from which the text speaks."""

    anchor: Anchor
    edition: int | None = None  # the year in the document's title
    last: date | None = None  # the day that was spoken of last
    month: tuple[int, int] | None = None  # that the line has named before its bare days
    line: Said = NOTHING  # of the last line that was only a date
    line_parent: Block | None = None
    headings: dict[int, Said] = field(default_factory=dict)
    hours: dict[date, tuple[datetime, datetime]] = field(default_factory=dict)  # said of whole days
    clocks: dict[tuple[int, date], datetime] = field(default_factory=dict)  # the last of a list

    def above(self, block: Block) -> Said:
        """What holds at a block: the nearest line that is only a date, then its headings."""
        found = NOTHING
        if self.line is not NOTHING and self.line_parent is block.parent:
            found = self.line
        for parent in block.parents:
            if id(parent) not in self.headings:
                self.headings[id(parent)] = said_by(parent.text, self.anchor)
            found = (
                found.over(self.headings[id(parent)])
                if found is not NOTHING
                else self.headings[id(parent)]
            )
        return found

    def date_line(self, block: Block) -> None:
        """Takes a line that is only a date and no heading as said for the lines below."""
        self.line, self.line_parent = said_by(block.text, self.anchor), block.parent

    def completions(
        self,
        phrase: Phrase,
        block: Block,
        clock: Phrase | None = None,
        before: str = "",
        year: int | None = None,
    ) -> tuple[Completion, ...]:
        """The readings of a phrase, at most MOST, none twice. `clock` is a time that stands apart from it,
        `before` the plain text before it, which may say that a span is a move from one day to the other;
        `year` is one that the sentence has named before."""
        said = self.above(block)
        anchors = [("own", self.anchor)]
        if said is not NOTHING:
            anchors.append(("heading", _under(self.anchor, said)))
        if _bare_day(phrase) and (self.month or said.month):
            # 8日 below a heading of June, or behind it, is no other month's.
            anchors = [each for each in anchors if each[0] != "own"]
        if self.month is not None:
            anchors.insert(0, ("line", replace(self.anchor, month=self.month)))
        if self.last is not None:
            month = (self.last.year, self.last.month)
            anchors.append(("before", replace(self.anchor, day=self.last, month=month)))
        if self.edition is not None and self.edition > self.anchor.today.year:
            anchors.append(("title", replace(self.anchor, year=self.edition)))
        if year is not None and phrase.first is not None and not phrase.first.year_said:
            anchors.insert(1, ("sentence", replace(self.anchor, year=year)))
        if (
            phrase.first is not None
            and phrase.first.unit is Unit.THIRD
            and phrase.first.month is None
        ):
            if said.month is None or phrase.first.relative:
                return (
                    _distinct([("own", read(phrase, self.anchor))]) if phrase.first.relative else ()
                )
            phrase = replace(phrase, first=phrase.first.in_month(*said.month))
            anchors = [("heading", self.anchor)]
        given = [(how, phrase, anchor) for how, anchor in anchors]
        if clock is not None and phrase.clock is None and phrase.exact and phrase.last is None:
            timed = replace(
                phrase,
                clock=clock.clock,
                until=clock.until,
                zone=clock.zone,
                end_zone=clock.end_zone,
            )
            given = [("clock", timed, anchor) for _, anchor in anchors[:2]] + given
        if phrase.last is not None and _MOVED_FROM.search(before):
            given.append(
                ("moved", replace(phrase, first=_whole_last(phrase), last=None), self.anchor)
            )
        return _distinct((how, read(each, anchor)) for how, each, anchor in given)

    def alone(self, phrase: Phrase) -> Read | None:
        """A phrase read by itself."""
        return read(phrase, self.anchor)

    def publication(self, line: str, phrases: Sequence[Phrase]) -> None:
        """Takes the day on which something was made public, from which an effect may be counted."""
        for phrase in phrases:
            near = (
                line[max(0, phrase.start - 40) : phrase.start]
                + " "
                + line[phrase.end : phrase.end + 20]
            )
            if not phrase.exact or phrase.after is not None or not signs.PUBLISHED.within(near):
                continue
            made = read(phrase, self.anchor)
            if made is not None and made.rolled:  # this year's
                made = read(phrase, replace(self.anchor, year=self.anchor.today.year))
            if made is not None:
                self.anchor = replace(self.anchor, base=made.when.first)
                return

    def remark(self, line: str) -> None:
        """Takes what a plain line says of all dates: their year, their time zone."""
        if "20" in line and (found := _YEAR_NOTE.search(line)):
            year = int(next(group for group in found.groups() if group))
            if year >= self.anchor.today.year:
                self.edition = year
        if "ime" not in line.lower() and "时间" not in line:
            return
        found = _ZONE_NOTE.search(line)
        zone = (
            zones.IN_NOTES.get((found["en"] or found["zh"] or "").strip().lower())
            if found
            else None
        )
        if zone is not None:
            self.anchor = replace(self.anchor, zone=zone)

    def under(self, block: Block) -> tuple[Completion, ...]:
        """The date above, for a line that has none."""
        said = self.above(block).under
        if said is None:
            return ()
        return (Completion(Read(said, False, 0, True, 0.75), frozenset(("under",))),)

    def spoken(self, when: When) -> None:
        """Remembers a day for what follows, and its hours."""
        if when.dated:
            self.last = when.first
        if when.start and when.end and when.end - when.start >= _HOURS:
            self.hours.setdefault(when.first, (when.start, when.end))

    def by_the_clock(
        self, made: Sequence[Completion], block: Block, phrase: Phrase
    ) -> tuple[Completion, ...]:
        """The readings with hours after noon where only that fits: 1:30 behind 12:00 in a programme, 2:00 of
        a day that runs from 14:00 to 16:30."""
        found = tuple(self._after_noon(one, block, phrase) for one in made)
        for one in found[:1]:
            if one.read.when.start is not None:
                self.clocks[id(block.parent), one.read.when.first] = one.read.when.start
        return found

    def _after_noon(self, made: Completion, block: Block, phrase: Phrase) -> Completion:
        when = made.read.when
        if when.start is None or not 1 <= when.start.hour <= 7:
            return made
        later = when.start + _HALF_DAY
        hours, last = self.hours.get(when.first), self.clocks.get((id(block.parent), when.first))
        within = (
            hours is not None
            and not hours[0] <= when.start <= hours[1]
            and hours[0] <= later <= hours[1]
        )
        said = any(_AFTERNOON.search(parent.text) for parent in block.parents)
        behind = last is not None and phrase.first is None and when.start < last <= later
        if not (within or behind or (said and phrase.first is None)):
            return made
        end = when.end + _HALF_DAY if when.end is not None else None
        return replace(made, read=replace(made.read, when=when_.timed(later, end)))


def _bare_day(phrase: Phrase) -> bool:
    written = phrase.first
    return (
        written is not None
        and written.exact
        and written.month is None
        and bool(written.number)
        and not written.relative
        and not written.holiday
    )


def _whole_last(phrase: Phrase) -> Written:
    assert phrase.first is not None
    assert phrase.last is not None
    last = phrase.last
    if last.month is None and not last.relative:
        last = replace(last, month=phrase.first.month)
    return replace(last, year=last.year or phrase.first.year)


_AFTERNOON = re.compile(r"下午|午后|晚上|晚间|\b(?:afternoon|evening)\b", re.IGNORECASE)
_HOURS, _HALF_DAY = timedelta(minutes=90), timedelta(hours=12)
_YEAR_NOTE = re.compile(
    r"(?:均为|都是|均在|年份为|均指) ?(?P<a>20[0-9]{2}) ?年"
    r"|\b(?:all|these|above) (?:dates|times|events)(?: \w+){0,4} (?P<b>20[0-9]{2})\b"
    r"|\bdates (?:are )?(?:in|for) (?P<c>20[0-9]{2})\b|^\(?(?P<d>20[0-9]{2}) ?年?\)?$"
    r"|^see you [\w ,]*\bin (?P<e>20[0-9]{2})\b",
    re.IGNORECASE,
)
_ZONE_NOTE = re.compile(
    r"\ball times(?: are)?(?: shown| given| listed| quoted)?(?: in)? (?:us "
    r"|u\.s\. )?(?P<en>[\w ]{2,24}?)(?: time)?[.;,)]?$"
    r"|(?:以上|所有|均为|全部)[^,。]{0,8}?(?P<zh>(?:北京|美东|美国东部|太平洋|伦敦|东京|台北)时间)",
    re.IGNORECASE,
)
_MOVED_FROM = re.compile(
    r"\b(?:rescheduled|moved|postponed|changed|shifted|delayed|pushed|pushed back|slipp(?:ed|ing|s)"
    r"|brought forward|extended|(?:delay|postponement|deferral) of (?!up|about|around|[0-9])"
    r"|(?:postpone|reschedule|defer) (?:the|its|their)|delay (?:the|its|their) (?:[\w-]+ ){0,2}?"
    r"(?:start|date|deadline|launch|opening|introduction|application|entry|vote))"
    r"(?: ?[\w .'()-]{0,80}?,?)? from (?:the )?$",
    re.IGNORECASE,
)


def _under(anchor: Anchor, said: Said) -> Anchor:
    return replace(anchor, year=said.year, month=said.month, week=said.week, day=said.day)


def _distinct(reads: Iterable[tuple[str, Read | None]]) -> tuple[Completion, ...]:
    found: dict[str, tuple[Read, set[str]]] = {}
    for how, made in reads:
        if made is not None:
            found.setdefault(made.when.text, (made, set()))[1].add(how)
    return tuple(Completion(made, frozenset(how)) for made, how in list(found.values())[:MOST])


def spanned(first: Read, last: Read) -> Completion | None:
    """From one reading to another; None where it would end before it starts."""
    one, two = first.when, last.when
    if two.last < one.first:
        return None
    try:
        if one.start is not None and two.start is not None:
            when = when_.timed(one.start, two.start)
        else:
            when = when_.day(one.first, two.last)
    except InvalidWhen:
        return None
    return Completion(replace(first, when=when), frozenset(("span",)))


_YEAR = re.compile(r"(?:(?<![0-9])(20[0-9]{2})(?![0-9])|'([0-9]{2})\b)")


def edition(title: str) -> int | None:
    """The year in a name: SPARROW 2027, ORCHARD '26."""
    line = plain(title)
    found = _YEAR.search(line)
    if found is None or signs.INTAKE.match(line, found.end()):
        return None  # 2027年研究生招生考试 is held the year before
    return int(found[1] or f"20{found[2]}")
