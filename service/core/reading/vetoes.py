"""What is no event whatever it weighs: dates whose own words settle it."""

from __future__ import annotations

import re

from service.core.dates.phrases import Phrase
from service.core.reading import signs
from service.core.reading.blocks import Kind
from service.core.reading.mentions import Mention
from service.core.text.characters import plain

AXIS = 4  # dates side by side and nothing else: what a chart has below it

# Could we do the 13th? 能否推迟到9日？
_ASKED = re.compile(
    r"^\W*(?:could|can|would|should|shall) (?:we|i)\b|(?:能否|可否|能不能)|[吗么]\?$", re.IGNORECASE
)
# 自收到之日起十五日内, within 10 days of the award: from a day that nobody has told
_UNKNOWN = re.compile(
    r"自(?![公发印颁签][布发署])[^,。;]{1,20}之日起?|(?:收到|接到|送达)[^,。;]{0,12}后"
    r"|\bof (?:receipt|receiving|the (?:award|decision|notice|hearing|event))\b",
    re.IGNORECASE,
)
# the six months to 31 December, 截至2026年12月31日止年度: what a report is about
_PERIOD_BEFORE = re.compile(
    r"\bfor the (?:calendar |tax |fiscal )?year ?$"
    r"|\b(?:months?|year|quarter|half|period|weeks?) (?:to|ended|ending)(?: on)? ?$",
    re.IGNORECASE,
)
_AS_AT, _PERIOD_AFTER = (
    re.compile(r"截[至止] ?$"),
    re.compile(r" ?止?(?:的)?(?:[一-十0-9]+个月|年度|季度|财年|期间)"),
)
# 收盘价 20.26 元 更新 04-27 15:00
_RENEWED = re.compile(r"(?:\s|^)(?:更新|刷新)(?:于|时间)?[: ]*$")
# Every year in mid-December
_EVERY = re.compile(r"(?:每年|历年|每逢)的? ?$|\b(?:every|each) year(?: in| on)? ?$", re.IGNORECASE)
# 已于2月17日公布
_PAST = re.compile(r"(?:已经?|曾|早)[于在] ?$")
# 明天阵雨
_WEATHER = re.compile(
    r"(?:白天|夜间|上午|下午|傍晚|到|前后)?[^,。;]{0,4}?(?:晴|多云|阴|[阵小中大暴雷]雨|[小中大暴]雪|有雨|有雪)"
    r"(?=[,。;转到]|间|$)"
)
# 2026-12-18 来源：青禾网: its day is its page's
_SOURCED = re.compile(r"(?:来源|來源|责编|责任编辑|責任編輯) ?:")
_WORD = re.compile(r"\w")


def vetoed(mention: Mention) -> bool:
    """Whether it cannot be announced."""
    phrase, line = mention.phrase, mention.line
    if phrase is None:
        return False
    if mention.block.kind is Kind.STAMP and _SOURCED.search(plain(mention.block.text)):
        return True
    if line.rstrip().endswith("?") and _ASKED.search(line.strip()):
        return True
    after = line[phrase.end :]
    clause = line[mention.clause[0] : mention.clause[1]]
    before = line[: phrase.start]
    if mention.row is None and signs.ASIDE.within(
        line[max(0, phrase.start - 24) : mention.clause[1]]
    ):
        return True
    if _PERIOD_BEFORE.search(before) or (_AS_AT.search(before) and _PERIOD_AFTER.match(after)):
        return True
    if _PAST.search(before) or (_RENEWED.search(before) and phrase.clock is not None):
        return True
    if not phrase.exact and (phrase.every or _EVERY.search(before)):
        return True
    if phrase.after is not None and _UNKNOWN.search(line):
        return True
    if not phrase.exact and signs.FORECAST.within(clause) and _WORD.search(line[: phrase.start]):
        return True
    if mention.block.quoted and _of_its_day(phrase):
        return True
    relative = phrase.first is not None and phrase.first.days is not None
    if relative and _WEATHER.match(after) and not signs.HAPPENS.within(after):
        return True
    if not phrase.exact and signs.FIGURE.match(after) and any(p.exact for p in mention.phrases):
        return True  # June 10: May CPI
    return len(mention.phrases) >= AXIS and not _WORD.search(_without(mention))


def _of_its_day(phrase: Phrase) -> bool:
    """By Friday, on the 30th: what is quoted was written on a day of its own, that nobody has read."""
    first = phrase.first
    return first is not None and first.year is None and first.month is None and not first.holiday


def _without(mention: Mention) -> str:
    line = mention.line
    for phrase in reversed(mention.phrases):
        line = line[: phrase.start] + line[phrase.end :]
    return line
