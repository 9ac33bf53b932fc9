"""Words of time beside a phrase that it did not take.

The day after + 5 May, Monday + 21, 12月 + 中上旬, 5 May + to the third: whoever reads the phrase alone reads a
wrong day. What could change the day leaves the phrase without a reading; a time of day that was not taken
leaves its day, and is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from service.core.dates.phrases.tokens import Kind, Token
from service.core.dates.phrases.words import WEEKDAY_NAMES, one_of
from service.core.dates.phrases.written import Written


@dataclass(frozen=True, slots=True)
class Leftover:
    """Its words, and whether they could change the day."""

    text: str
    undecided: bool


class _Dated(Protocol):
    @property
    def first(self) -> Written | None: ...
    @property
    def last(self) -> Written | None: ...
    @property
    def clock(self) -> object | None: ...
    @property
    def weak(self) -> bool: ...
    @property
    def exact(self) -> bool: ...


_UNIT = rf"(?:day|week|weekend|month|quarter|year|night|fortnight|{one_of(WEEKDAY_NAMES)})s?"
_ZH_SO_LONG = r"第?[0-9一二三四五六七八九十两几]+ ?个?(?:小时|天|日|周|月|季度|年|工作日|交易日)"
_MOVES_BEFORE = re.compile(
    rf"\b{_UNIT} (?:after|before|following|from|prior to)(?: the| next| this| last)? ?$"
    rf"|\b(?:first|second|third|fourth|last|final|[0-9](?:st|nd|rd|th)) (?:\w+ )?(?:{_UNIT}|half|part"
    rf"|third) (?:of|in)"
    r"(?: the)? ?$"
    r"|\b(?:eve of|half of|remainder of|rest of|other than|except|less than|more than|at least|at most"
    r"|closest to|nearest to)"
    r"(?: the)? ?$"
    r"|\b(?:fiscal|fy) ?$|(?:财年|财政年度|农历|阴历|旧历|夏历|闰) ?的?$|[0-9a-z][-/]$|年[前后]$"
    r"|[次翌隔]年$|\bto next $",
    re.IGNORECASE,
)
# A weekday that is the name of a day of its own: Trinity Sunday, 圣周五
_NAME_BEFORE = re.compile(
    r"(?:\b(?:black|good|holy|great|easter|palm|ash|maundy|shrove|trinity|super|cyber|giving|whit|white"
    r"|clean|branch|mothering|orthodox|lazarus|closest|nearest|last|second|third|every other)"
    r"|[圣聖节節默色神]|倒数第[一二三四]个?) ?$|\b(?:a|any|each) $",
    re.IGNORECASE,
)
# Another country's: 以色列国庆
_WHOSE_BEFORE = re.compile(
    r"(?:[\u4e00-\u9fff]国|以色列|犹太|东正教|伊斯兰|朝鲜|印度|日本|越南|新加坡|香港|台湾|澳门"
    r"|orthodox|jewish|canadian) ?的?$",
    re.IGNORECASE,
)
_AFTER_BEFORE = re.compile(r"\bafter(?: the)? ?$", re.IGNORECASE)
_MOVES_BEHIND = re.compile(
    r" ?[)）]? (?:after|before|of) (?:next|last|this|the (?:next|following))\b"
    r"| (?:next|last) (?:week|month|year)\b"
    rf"| {_UNIT} (?:later|earlier|before|after|ago)\b"
    r"|(?: the)? [0-9]{1,2}(?:st|nd|rd|th)\b|[-/][0-9]+(?![0-9:])|,? two thousand\b| ?\+ ?[0-9]+ ?[a-z]+"
    rf"|[上中下]旬|[之以]?[后前]的?{_ZH_SO_LONG}|的?(?:首个|第[一二三四五六七八九十])| ?财年| fiscal\b",
    re.IGNORECASE,
)
_OF_BEHIND = re.compile(r" (?:of|between) \w+", re.IGNORECASE)
_NUMBER_BEHIND = re.compile(
    r",? [0-9]{1,2}(?=[ ,.!?]|$)(?! ?[ap]\.?m| o'?clock| [a-z]+s\b)", re.IGNORECASE
)
_OR_BEHIND = re.compile(
    rf" or (?:next |the |on )?(?:{one_of(WEEKDAY_NAMES)}|[0-9]{{1,2}}(?:st|nd|rd|th)?)\b|或者?(?:下?周"
    rf"|星期)[一二三四五六日天]",
    re.IGNORECASE,
)
_HOUR = r"(?:[0-9]{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_TIME_BEHIND = re.compile(
    r",? ?(?:(?:at|around|about|from|by|until|till|@|between) ?)?(?:[0-9]{1,2}(?:[:.][0-9]{2}(?![0-9])"
    r"| ?[ap]\.?m\b|点|时(?!间))"
    r"|(?:half|quarter) (?:past|to) \w+|o'?clock)"
    rf"|,? ?(?:at|around|from|until|till|by) {_HOUR}(?![0-9.,%/a-z]| [a-z]+s\b)"
    r"| [0-9]{1,2}-[0-9]{1,2}(?=[ ,.!?]|$)",
    re.IGNORECASE,
)
_END_BEHIND = re.compile(r" (?:and|to|until|till) [0-9]{1,2}:[0-9]{2}(?![0-9])", re.IGNORECASE)
_ZONE_BEHIND = re.compile(r" ?\(?[A-Z]{2,4}T\b")
_TO = re.compile(
    r" ?(?:-{1,2}|~) ?| ?[至到] ?| (?:to|through|thru|until|till)(?: the)? ", re.IGNORECASE
)
_DATES = (
    Kind.DATE, Kind.SPAN, Kind.LISTED, Kind.DAY, Kind.DAYS, Kind.ORDINAL, Kind.NUMERIC, Kind.NTH,
)  # fmt: skip


def leftover(
    line: str, start: int, end: int, phrase: _Dated, before: Token | None, behind: Token | None
) -> Leftover | None:
    """What stands beside the phrase at start … end of the line; `before` and `behind` are the tokens next to
    it that belong to no part of it."""
    found = _MOVES_BEFORE.search(line, max(0, start - 40), start)
    if found and not (phrase.last is not None and found[0].lower().rstrip().endswith(" from")):
        return Leftover(found[0].strip(), True)
    if phrase.first is None:
        return None
    if (
        not phrase.exact
        and not phrase.first.holiday
        and (found := _AFTER_BEFORE.search(line, max(0, start - 12), start))
    ):
        return Leftover(found[0].strip(), True)
    if found := _MOVES_BEHIND.match(line, end):
        return Leftover(found[0].strip(), True)
    alone = phrase.first.weekday is not None and not phrase.first.number
    near = max(0, start - 14)
    if alone and phrase.first.weeks is None and (found := _NAME_BEFORE.search(line, near, start)):
        return Leftover(found[0].strip(), True)
    if phrase.first.holiday and (found := _WHOSE_BEFORE.search(line, near, start)):
        return Leftover(found[0].strip(), True)
    if alone and (found := _NUMBER_BEHIND.match(line, end) or _OF_BEHIND.match(line, end)):
        return Leftover(found[0].strip(), True)
    for other in (before, behind):
        if other is None or (phrase.last is not None and other.kind is Kind.SPAN):
            continue  # from 25-26 April to 16-17 May: a move
        if glued := _glued(line, start, end, phrase.weak, other):
            return Leftover(glued, True)
    found = _OR_BEHIND.match(line, end)
    if phrase.clock is None:
        found = found or _TIME_BEHIND.match(line, end)
    else:
        found = found or _ZONE_BEHIND.match(line, end) or _END_BEHIND.match(line, end)
    return Leftover(found[0].strip(" ,"), False) if found else None


def _glued(line: str, start: int, end: int, weak: bool, other: Token) -> str:
    """The words of a second date to which the phrase goes on, where the two made no range."""
    behind = other.start >= end
    if other.kind not in _DATES and (behind or other.kind is not Kind.CLOCK):
        return ""
    gap = line[end : other.start] if behind else line[other.end : start]
    if len(gap) > 12 or not _TO.fullmatch(gap):
        return ""
    if "-" in gap and (weak or other.kind is Kind.NUMERIC or gap == " - "):
        return ""  # 2026 - 1.2, 5 August - Q2 results
    return (line[end : other.end] if behind else line[other.start : start]).strip()
